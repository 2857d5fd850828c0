#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# symbols.sh IMAGE.elf: the functions of an image, sorted by address, as C
# source for entry/symbols.h.  /dev/null gives an empty table.
echo '#include "entry/symbols.h"'
echo 'const struct symbol symbol_table[] = {'
if [ -s "$1" ]; then
	nm -n "$1" | sed -n 's/^\([0-9a-f]*\) [tT] \([A-Za-z_][A-Za-z0-9_.]*\)$/	{ 0x\1, "\2" },/p'
else
	echo '	{ 0, "" },'
fi
echo '};'
echo 'const uint64_t symbol_count = sizeof(symbol_table) / sizeof(symbol_table[0]);'

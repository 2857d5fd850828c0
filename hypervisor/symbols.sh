#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# symbols.sh IMAGE.elf: its functions, a line "address name" each, sorted by
# address, padded with NULs to the size of the image's section .symbols. What
# the link-time optimiser appends to the name of a static function (.lto_priv.0,
# .constprop.0, .isra.0) is left out: whether it does depends on the rest of the
# program, and a reader looks for the name in the source.
room=$(($(size -A -x "$1" | sed -n 's/^\.symbols *\(0x[0-9a-f]*\).*/\1/p')))
list=$(mktemp)
trap 'rm -f "$list"' EXIT
nm -n "$1" | sed -n 's/^0*\([0-9a-f]*\) [tT] \([A-Za-z_][A-Za-z0-9_.]*\)$/\1 \2/p' |
	sed 's/\.\(lto_priv\|constprop\|isra\)\.[0-9]*//g' >"$list"
if [ "$(wc -c <"$list")" -ge "$room" ]; then
	echo "symbols.sh: $(wc -c <"$list") bytes of names do not fit in $room:" \
		"raise SYMBOL_BYTES in hypervisor/entry/symbols.h" >&2
	exit 1
fi
truncate -s "$room" "$list"
cat "$list"

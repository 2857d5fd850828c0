#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# mkfront.sh MODULES GUEST.cpio OUT.cpio: a guest's initramfs with our modules
# beside the stock ones.
#
# The kernel unpacks archives that follow each other into one tree: OUT is
# GUEST.cpio, then one with MODULES/*.ko and their list, /lib/modules/xylem.list
# (dom0-tools/image/guest/init loads it).

set -e
trap 'rm -rf "$t"' EXIT
t=$3.tree.$$
mkdir -p "$t/lib/modules"
for m in "$1"/xylem-*.ko; do
	[ -e "$m" ] || continue
	n=${m##*/}
	n=${n//-/_}
	cp "$m" "$t/lib/modules/$n"
	echo "/lib/modules/$n" >>"$t/lib/modules/xylem.list"
done
(cd "$t" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) >"$t.cpio"
cat "$2" "$t.cpio" >"$3.tmp"
rm -f "$t.cpio"
mv "$3.tmp" "$3"

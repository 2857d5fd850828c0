# SPDX-License-Identifier: GPL-2.0-only
#
# build.sh [N]: compiles the first N (default: all) files of /bench/tree, a
# compiler process each, as make would, and links what they gave.
rm -rf /tmp/o
mkdir /tmp/o
n=0
for c in /bench/tree/*.c; do
	[ $n = "${1:-1000}" ] && break
	n=$((n + 1))
	tcc -c -I/bench/tree/include -o /tmp/o/$n.o "$c" || exit 1
done
tcc -r -nostdlib -o /tmp/o/all.o /tmp/o/*.o

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# durability.sh AHCI|VIRTIO: a completed flush is on the medium.
#
# A guest writes numbered blocks to its disk, an image on dom0's ext4 on a disk
# of that kind, and says "FLUSHED n" after each fsync. QEMU is killed by
# SIGKILL at a random one of them; then the host takes the image from dom0's
# file system (its journal replayed) and demands every block it was told of.

cd "${0%/*}/../.." || exit 2
PATH=$PATH:/sbin:/usr/sbin
B=build
name=durability_${1,,}
t=$B/tests/e2e/$name
log=$B/logs/$LOGPREFIX$name.log
rm -rf "$t"
mkdir -p "$t/d"
truncate -s 8M "$t/d/dur.img" "$t/disk.img"
truncate -s 64M "$t/disk.img"
mke2fs -q -F -t ext4 -E root_owner=0:0 -L images -d "$t/d" "$t/disk.img" || exit 2

at=$((20 + RANDOM % 40))
tests/e2e/qemu.sh HYP="${HYP:-$B/xylem}" JOB=durability GUEST=1 LIMIT=120 \
	OUT=quiet LOG="$name" "$1=$t/disk.img" KILL="FLUSHED $at" || exit 1
last=$(sed -n 's/.*FLUSHED \([0-9]*\).*/\1/p' "$log" | tail -n 1)
[ "${last:-0}" -ge "$at" ] || {
	echo "FAIL: no FLUSHED $at in $log"
	exit 1
}
e2fsck -fy "$t/disk.img" >"$t/fsck.log" 2>&1
[ $? -le 1 ] || {
	echo "FAIL: dom0's file system is damaged:"
	tail -n 5 "$t/fsck.log"
	exit 1
}
debugfs -R "dump /dur.img $t/dur.img" "$t/disk.img" 2>/dev/null
for ((n = 1; n <= last; n++)); do
	got=$(tail -c +$((n * 4096 + 1)) "$t/dur.img" | head -c 16 | tr -d ' \0')
	[ "$got" = $n ] || {
		echo "FAIL: block $n of $last holds '$got'"
		exit 1
	}
done
echo "all $last flushed blocks are on the medium"
rm -rf "$t"

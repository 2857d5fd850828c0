#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# suspend.sh [NAME=VALUE...]: a guest is saved and restored, and checkpointed,
# by Debian's own xl under the hypervisor: our tools have no save.
#
#   KERNELDIR=build/kernel/guest INITRD=build/image/guest-xylem.cpio
#   FRONT=xylem|stock   whose frontends
#   ROUNDS=1            of checkpoint, save and restore
#   LOG=suspend OUT=quiet LIMIT=400   as in qemu.sh
#
# dom0 is build/bench/debian.cpio, made of Debian's packages by
# tests/bench/debian.sh (34 MB, downloaded once); without them it is a skip. The
# guest is that of the case "front".

cd "${0%/*}/../.." || exit 2
B=build
KERNELDIR=$B/kernel/guest INITRD=$B/image/guest-xylem.cpio FRONT=xylem
ROUNDS=1 LOG=suspend OUT=${OUT:-quiet} LIMIT=400
for a; do declare "$a"; done
tests/bench/debian.sh >$B/logs/e2e/debian.log 2>&1 || {
	echo "skip: no dom0 of Debian's: $(tail -n 1 $B/logs/e2e/debian.log)"
	exit 77
}
x=$B/tests/e2e/extra-$LOG
tests/e2e/pack.sh "$x" "$KERNELDIR" "$INITRD" || exit 1
disk=$B/tests/e2e/$LOG.img
truncate -s 4M "$disk"
tests/e2e/qemu.sh HYP="${HYP:-$B/xylem}" JOB=suspend EXTRA="$x" LOG="$LOG" \
	IMAGE=$B/bench/debian.cpio OUT="$OUT" LIMIT="$LIMIT" \
	VIRTIO="$disk,throttling.iops-total=200" \
	DOM0CMD="front=$FRONT rounds=$ROUNDS"
rc=$?
rm -rf "$x" "$disk"
exit $rc

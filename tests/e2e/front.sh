#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# front.sh [NAME=VALUE...]: a guest with our frontends in bad weather.
#
#   KERNELDIR=build/kernel/guest INITRD=build/image/guest-xylem.cpio
#   FRONT=xylem|stock   whose frontends (blk, net: only that one is ours; stock:
#                       to see what the test sees)
#   ONLY=disk,killed    some parts (environment; their names: jobs/front.sh)
#   VCPUS=1             of the guest
#   LOG=front OUT=quiet LIMIT=500   as in qemu.sh
#
# Packs the guest (pack.sh), the lying backend for dom0, and runs the job "front".

cd "${0%/*}/../.." || exit 2
B=build
KERNELDIR=$B/kernel/guest INITRD=$B/image/guest-xylem.cpio FRONT=xylem
LOG=front OUT=${OUT:-quiet} LIMIT=500 VCPUS=1
for a; do declare "$a"; done
x=$B/tests/e2e/extra-$LOG
tests/e2e/pack.sh "$x" "$KERNELDIR" "$INITRD" &&
	tests/e2e/built.sh $B/tests/e2e/liar &&
	cp $B/tests/e2e/liar "$x/" || exit 1
tests/e2e/qemu.sh HYP="${HYP:-$B/xylem}" JOB=front EXTRA="$x" LOG="$LOG" \
	OUT="$OUT" LIMIT="$LIMIT" DOM0CMD="front=$FRONT front.vcpus=$VCPUS ${ONLY:+front.only=$ONLY}"
rc=$?
rm -rf "$x"
exit $rc

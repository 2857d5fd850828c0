#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# devices.sh NIC: run the job "devices" with an AHCI disk, a virtio disk and a
# NIC of that kind, then look on the host at what dom0 wrote.

cd "${0%/*}/../.." || exit 2
t=build/tests/e2e/devices.$1
mkdir -p $t
for d in ahci virtio; do
	head -c 8388544 /dev/urandom >$t/$d.img
	sha256sum <$t/$d.img | head -c 64 >>$t/$d.img
done
tests/e2e/qemu.sh HYP="${HYP:-build/xylem}" JOB=devices AHCI=$t/ahci.img \
	VIRTIO=$t/virtio.img NET=user NIC="$1" LOG="devices_${1%%-*}" LIMIT=90 \
	OUT="${OUT:-quiet}" || exit 1
for d in ahci virtio; do
	want=$(tail -c +$((1048577)) $t/$d.img | head -c 64)
	got=$(head -c 1048576 $t/$d.img | sha256sum | head -c 64)
	[ "$want" = "$got" ] || {
		echo "FAIL $d: what dom0 wrote has SHA-256 $got, not $want"
		exit 1
	}
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# gdb.sh: boot stopped at the first instruction, gdb attached to the hypervisor
# with its symbols; the serial line goes to build/logs/gdb.log.

cd "${0%/*}/../.." || exit 2
tests/packages.sh gdb || exit 1
sock=build/gdb.sock
tests/e2e/qemu.sh JOB=shell LIMIT=0 LOG=gdb OUT=quiet ACCEL=tcg \
	QEMUX="-S -gdb unix:$sock,server=on,wait=off" &
q=$!
trap 'kill $q 2>/dev/null' EXIT
for _ in $(seq 50); do
	[ -S $sock ] && break
	sleep 0.1
done
gdb -q -ex "target remote $sock" build/xylem.elf

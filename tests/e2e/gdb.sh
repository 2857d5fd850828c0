#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# gdb.sh: boot stopped at the first instruction, gdb attached to the hypervisor
# with its symbols; the serial line goes to build/logs/gdb.log.

cd "${0%/*}/../.." || exit 2
tests/packages.sh gdb || exit 1
sock=build/gdb.sock
rm -f $sock build/gdb.pid
tests/e2e/qemu.sh JOB=shell LIMIT=0 PIDFILE=build/gdb.pid LOG=gdb OUT=quiet ACCEL=tcg \
	QEMUX="-S -gdb unix:$sock,server=on,wait=off" &
trap 'kill "$(<build/gdb.pid)"' EXIT
for _ in $(seq 50); do
	[ -S $sock ] && break
	sleep 0.1
done
gdb -q -ex "target remote $sock" build/xylem.elf

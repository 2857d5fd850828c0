#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# demo.sh [NAME=VALUE...]: `make run`: Xylem, dom0 and a Debian guest in QEMU.
#
#   KERNELDIR=build/kernel/guest INITRD=build/image/guest.cpio   the guest
#   FRONT=stock|xylem  whose block and network frontends it loads; xylem: INITRD
#                      is one with both (build/image/guest-xylem.cpio)
#   BUS=ahci|virtio    what dom0's disk hangs on (default ahci)
#   SHELL=0            no shell at the end, also on a terminal
#   LOG=run OUT=raw    as in qemu.sh
#
# The job "demo" runs in dom0; the guest's disk image lies on a disk that dom0
# drives. After QEMU's end the host takes the file the guest wrote out of that
# image and compares. Exit status 0 only if every check held.

cd "${0%/*}/../.." || exit 2
B=build
KERNELDIR=$B/kernel/guest INITRD=$B/image/guest.cpio BUS=ahci FRONT=stock LOG=run OUT=raw
HYP=${HYP:-$B/xylem} SHELL_AT_END=''
[ -t 0 ] && [ -t 1 ] && SHELL_AT_END=1
for a; do
	case $a in
	SHELL=*) SHELL_AT_END=${a#*=} ;;
	*) declare "$a" ;;
	esac
done
[ "$SHELL_AT_END" = 0 ] && SHELL_AT_END=

t=$B/demo/$LOG
mkdir -p $B/demo
tests/e2e/guestdisk.sh "$t" "$KERNELDIR/vmlinuz" "$INITRD" || {
	echo "demo: cannot make the disk images" >&2
	exit 1
}
args=(HYP="$HYP" JOB=demo LOG="$LOG" OUT="$OUT" NET=user LIMIT=300)
case $BUS in
ahci) args+=(AHCI="$t/disk.img") ;;
virtio) args+=(VIRTIO="$t/disk.img") ;;
esac
[ -n "$SHELL_AT_END" ] && args+=(TTY=1 LIMIT=0)
args+=(WAIT="90:dom0: init reached;60:dom0: tools ready;90:xl create"
	DOM0CMD="demo.known=$(<"$t/known.sha256")
demo.kernel=$(<"$KERNELDIR/version") demo.outside=1 demo.front=$FRONT demo.shell=$SHELL_AT_END")
args[-1]=${args[-1]//$'\n'/ }

tests/e2e/qemu.sh "${args[@]}"
rc=$?
log=$B/logs/$LOGPREFIX$LOG.log
want=$(sed -n 's/.*DEMO-WRITTEN \([0-9a-f]\{64\}\).*/\1/p' "$log" | tail -n 1)
row() { printf '  %-34s %-4s %s\n' "disk: what the guest wrote, on host" "$1" "$2"; }
if [ -n "$want" ]; then
	tests/e2e/guestdisk.sh -x "$t" /written.bin "$t/written.bin"
	got=$(sha256sum <"$t/written.bin" | head -c 64)
	if [ "$got" = "$want" ]; then
		row ok "8 MiB, $BUS"
	else
		row BAD "got '$got', wanted '$want'"
		rc=1
	fi
elif [ $rc = 0 ]; then
	row BAD "the guest wrote nothing"
	rc=1
fi
if [ $rc = 0 ]; then
	echo "demo: every check held"
	rm -rf "$t"
else
	echo "demo: FAILED (log: $log)"
fi
exit $rc

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# keys.sh: three Ctrl-A on the serial line reach the hypervisor, each debug key
# answers, the page-table audit of a running dom0 finds no difference, 'C' is a
# panic with a symbolized backtrace.

cd "${0%/*}/../.." || exit 2
B=build
log=$B/logs/${LOGPREFIX}keys.log
HYP=${HYP:-$B/xylem}
[ "${HYP##*/}" = xylem ] || { echo "skip: Xylem's own keys"; exit 77; }
mkdir -p $B/logs
: >"$log"

# seen TEXT SECONDS: wait for TEXT in the log.
seen() {
	local end=$((SECONDS + $2))
	until grep -aq -- "$1" "$log"; do
		[ $SECONDS -ge $end ] && { echo "FAIL keys: waited $2 s for '$1'; end of $log:"
			tail -n 8 "$log" | sed 's/^/  | /'
			return 1; }
		sleep 0.2
	done
}

exec 3> >(exec timeout -k 5 150 qemu-system-x86_64 -M q35 -m 1024 -smp 1 -accel tcg \
	-cpu max,-smap,-erms,-fsrm -nodefaults -display none -no-reboot \
	-kernel "$HYP" -append "dom0_mem=512M noreboot" -initrd \
	"$B/kernel/dom0/vmlinux console=hvc0 quiet xylem.job=none,$B/image/dom0.cpio" \
	-chardev stdio,id=con,signal=off -serial chardev:con >"$log" 2>&1)
qemu=$!
trap 'kill $qemu 2>/dev/null' EXIT

rc=0
seen 'dom0: no job' 120 || exit 1
printf '\001\001\001' >&3
seen 'serial input goes to the hypervisor' 10 || rc=1
printf 'hdegma' >&3
for text in "'d' domains and vCPUs" 'd0 refs' 'd0: event channels' 'd0: grants' \
	'KiB of' 'd0: 0 differences'; do
	seen "$text" 10 || rc=1
done
printf 'C' >&3
seen 'Xylem panic on CPU 0: asked for by a debug key' 10 || rc=1
seen 'key_crash+0x' 10 || rc=1
seen 'The machine stops here' 10 || rc=1
[ $rc = 0 ] && echo "ok: keys, audit, panic with names"
exit $rc

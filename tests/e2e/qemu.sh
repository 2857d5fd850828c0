#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# qemu.sh [NAME=VALUE...]: boot a hypervisor, dom0 and a job in QEMU.
#
#   HYP=build/xylem     the hypervisor; xen-4.17 means Debian's real Xen, none
#                       the kernel alone (KERNEL, IMAGE, DOM0CMD are its own)
#   JOB=PATH            script to run in dom0 as /job/run.sh, by busybox sh.
#                       A bare NAME means tests/e2e/jobs/NAME.sh; "shell" gives
#                       a dom0 shell; "none" boots KERNEL with no initramfs
#   EXTRA=DIR           copied to /extra in dom0 (first in PATH, bin/ and sbin/
#                       too: what lies there replaces the image's programs)
#   GUEST=1             pack the guest's kernel and initramfs: /extra/vmlinuz and
#                       /extra/guest.cpio (GUEST="1 amd64 612
#                       trivial": also
#                       vmlinuz-amd64, trivial.elf; hostile, hello: any
#                       program for the guest library, as NAME.elf)
#   LIMIT=120           seconds; then QEMU is ended and the run has failed
#   MEM=4096 DOM0MEM=1024 (MiB)   SMP=1   ACCEL=tcg|kvm
#   KERNEL= (dom0's, default the unpacked vmlinux; KERNEL=vmlinuz: the bzImage)
#   IMAGE=build/image/dom0.cpio
#   DOM0CMD= HYPCMD=    words added to the kernel's and hypervisor's command line
#   VIRTIO="A.img B.img" AHCI="C.img"   disks (raw), NET=none|user
#   NIC=virtio-net-pci|e1000|e1000e
#   LOG=NAME            build/logs/NAME.log (default: the job's name); the
#                       environment's LOGPREFIX comes before it
#   OUT=stamped|raw|quiet   what is shown of the serial line while it runs
#   PIDFILE=PATH        where QEMU's process id goes
#   QEMUX=              more QEMU options        TTY=1  stdin goes to the guest
#   WAIT="30:TEXT;..."  TEXT must appear within 30 s (of the TEXT before it)
#   KILL="TEXT"         SIGKILL QEMU when this text appears (durability tests)
#
# Exit status: the job's (its line "JOB-EXIT n"), 124 time limit, 125 QEMU or
# the boot failed. Failure shows the last lines of the log.

set -o pipefail
cd "${BASH_SOURCE[0]%/*}/../.." || exit 125
B=build

HYP=$B/xylem JOB=shell EXTRA='' GUEST='' LIMIT=120 MEM=${MEM:-4096} DOM0MEM=1024 SMP=1
ACCEL=${ACCEL:-auto} KERNEL='' IMAGE=$B/image/dom0.cpio DOM0CMD='' HYPCMD=''
VIRTIO='' AHCI='' NET=none NIC=virtio-net-pci LOG='' OUT=stamped QEMUX='' TTY='' PIDFILE=''
KILL='' WAIT=''
for a; do
	case $a in
	[A-Z]*=*) declare "$a" ;;
	*) echo "qemu.sh: what is '$a'? (NAME=VALUE, see its head)" >&2
	   exit 125 ;;
	esac
done

fail() {
	echo "qemu.sh: $*" >&2
	exit 125
}

job=$JOB
case $JOB in
shell | none) ;;
*) [ -f "$job" ] || job=tests/e2e/jobs/$JOB.sh
   [ -f "$job" ] || fail "no job '$JOB' (a path, or a name in tests/e2e/jobs)" ;;
esac
jobname=${job##*/}
jobname=${jobname%.sh}
log=$B/logs/$LOGPREFIX${LOG:-$jobname}.log
mkdir -p "${log%/*}" $B/tests/e2e

if [ "$HYP" = xen-4.17 ]; then
	HYP=$B/kernel/xen-4.17/xen
	tests/e2e/built.sh $HYP || fail "cannot fetch Debian's Xen"
	HYPCMD="spec-ctrl=eager-fpu $HYPCMD"
fi
[ "$HYP" = none ] || [ -f "$HYP" ] || fail "no hypervisor '$HYP' (make builds build/xylem)"

stamp=$B/tests/e2e/stamp
[ $stamp -nt tests/e2e/stamp.c ] ||
	gcc -std=gnu11 -O2 -Wall -Wextra -D_GNU_SOURCE -o $stamp.$$ \
		tests/e2e/stamp.c && mv -f $stamp.$$ $stamp 2>/dev/null
[ -x $stamp ] || fail "cannot build tests/e2e/stamp.c"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/xylem.XXXXXX") || exit 125
trap 'rm -rf "$tmp"' EXIT
pidfile=${PIDFILE:-$tmp/pid}

# --- what dom0 boots
if [ "$JOB" = none ]; then
	[ -f "$KERNEL" ] || fail "no kernel '$KERNEL'"
	modules="$KERNEL $DOM0CMD"
else
	case $KERNEL in
	'') KERNEL=$B/kernel/dom0/vmlinux
	    [ "$HYP" != none ] || KERNEL=$B/kernel/dom0/vmlinuz ;;
	vmlinuz) KERNEL=$B/kernel/dom0/vmlinuz ;;
	esac
	[ -f "$KERNEL" ] && [ -f "$IMAGE" ] ||
		fail "no $KERNEL or $IMAGE; make image builds them"
	# The job rides in a second archive behind the image's own.
	mkdir -p "$tmp/t/job" "$tmp/t/extra"
	[ "$JOB" = shell ] || cp "$job" "$tmp/t/job/run.sh"
	cp tests/e2e/jobs/*.sh "$tmp/t/job/" 2>/dev/null
	[ -z "$EXTRA" ] || cp -aL "$EXTRA/." "$tmp/t/extra/" ||
		fail "cannot copy EXTRA=$EXTRA"
	add_guest() {
		cp "$B/kernel/$1/vmlinuz" "$tmp/t/extra/vmlinuz$3" &&
			cp "$B/image/$2.cpio" "$tmp/t/extra/guest$3.cpio" ||
			fail "no $1 kernel or $2.cpio for GUEST=$GUEST"
	}
	for g in $GUEST; do
		case $g in
		1) add_guest guest guest '' ;;
		amd64) add_guest dom0 guest-amd64 -amd64 ;;
		612) add_guest kernel612 guest-612 -612 ;;
		trivial) tests/e2e/built.sh $B/tests/guest/trivial.elf &&
			cp $B/tests/guest/trivial.elf "$tmp/t/extra/" ;;
		*)	# a program of the guest library, a test's or a user's
			elf=$B/tests/guest/$g
			[ -d "tests/guest/$g" ] ||
				elf=$B/frontend-drivers/guest/$g
			tests/e2e/built.sh "$elf" && cp "$elf" "$tmp/t/extra/$g.elf" ||
				fail "GUEST=$GUEST?" ;;
		esac
	done
	(cd "$tmp/t" && find . | cpio -o -H newc --quiet -R 0:0) >"$tmp/job.cpio"
	cat "$IMAGE" "$tmp/job.cpio" >"$tmp/initrd"
	rm -rf "$tmp/t" "$tmp/job.cpio"
	# QEMU splits modules at commas; a literal one is written twice.
	cmd="console=hvc0 quiet loglevel=3 panic=-1 $DOM0CMD"
	cmd_alone="${cmd/hvc0/ttyS0}"
	modules="$KERNEL ${cmd//,/,,},$tmp/initrd"
fi

# --- the machine
kvm_works() {
	# Three seconds to the hypervisor's first output, or KVM is no good here.
	[ -w /dev/kvm ] || return 1
	timeout -k 1 3 qemu-system-x86_64 -M q35 -m 512 -accel kvm -cpu host \
		-nodefaults -display none -serial stdio -no-reboot \
		-kernel "$HYP" </dev/null 2>/dev/null | grep -qai -m1 'xylem\|xen'
}
case $ACCEL in
tcg) ;;
auto | kvm)
	kvmok=$B/tests/e2e/kvm-probe
	[ -s $kvmok ] || { kvm_works && echo kvm || echo tcg; } >$kvmok
	[ "$ACCEL" = kvm ] && [ "$(<$kvmok)" != kvm ] &&
		fail "ACCEL=kvm: KVM does not boot our banner within 3 s here"
	ACCEL=$(<$kvmok) ;;
*) fail "ACCEL=$ACCEL? (tcg or kvm)" ;;
esac
cpu=max,-smap,-erms,-fsrm
[ $ACCEL = kvm ] && cpu=host

cmdline=(timeout --foreground -k 5 "$LIMIT" qemu-system-x86_64
	-M q35 -m "$MEM" -smp "$SMP" -accel $ACCEL -cpu $cpu
	-nodefaults -display none -no-reboot -pidfile "$pidfile"
	-chardev "stdio,id=con,signal=off" -serial chardev:con)
if [ "$HYP" = none ]; then
	cmdline+=(-kernel "$KERNEL" -initrd "$tmp/initrd" -append "$cmd_alone")
else
	cmdline+=(-kernel "$HYP" -initrd "$modules" -append "dom0_mem=${DOM0MEM}M,max:${DOM0MEM}M console=com1 com1=115200,8n1 $HYPCMD")
fi
for d in $VIRTIO; do
	cmdline+=(-drive "file=$d,format=raw,if=virtio")
done
n=0
for d in $AHCI; do
	cmdline+=(-drive "file=$d,format=raw,if=none,id=ahci$n"
		-device "ide-hd,drive=ahci$n,bus=ide.$n")
	n=$((n + 1))
done
case $NET in
none) cmdline+=(-nic none) ;;
user)
	# The world outside: 10.0.2.100 port 7 echoes, by a cat on the host.
	cmdline+=(-netdev "user,id=n0,guestfwd=tcp:10.0.2.100:7-cmd:cat"
		-device "$NIC,netdev=n0")
	;;
*) fail "NET=$NET? (none or user)" ;;
esac
# shellcheck disable=SC2206
cmdline+=($QEMUX)

opts=()
case $OUT in raw) opts+=(-r) ;; quiet) opts+=(-q) ;; esac
for f in 'Xylem panic' 'Panic on CPU' 'Kernel panic - not syncing' \
	'Domain 0 crashed' 'System halted'; do
	opts+=(-f "$f")
done

IFS=';' read -ra waits <<<"$WAIT"
for w in "${waits[@]}"; do
	opts+=(-w "$w")
done

{ echo "# $(date '+%F %T') load $(</proc/loadavg)"
  printf '%q ' "${cmdline[@]}"; echo; } >"$log"
exec 3<&0
[ -n "$TTY" ] || exec 3</dev/null
if [ -n "$KILL" ]; then
	(while [ ! -e "$tmp/done" ]; do
		if grep -aqF "$KILL" "$log" 2>/dev/null; then
			kill -KILL "$(<"$pidfile")"
			break
		fi
		sleep 0.01
	done) &
fi
for h in JOB-EXIT DEMO-WRITTEN 'mapping kernel into' 'about to get started'; do
	opts+=(-n "$h")
done
export T0=$EPOCHREALTIME
"${cmdline[@]}" <&3 2>&1 | $stamp "$log" -p "$pidfile" "${opts[@]}"
rc=${PIPESTATUS[0]}
touch "$tmp/done"

exit_line=$(sed -n 's/.*JOB-EXIT \([0-9]\{1,3\}\).*/\1/p' "$log" | tail -n 1)
[ -n "$KILL" ] && grep -aqF "$KILL" "$log" && exit 0
if [ "$JOB" = none ] || { [ "$JOB" = shell ] && [ $rc = 0 ]; }; then
	exit $rc
fi
if [ -z "$exit_line" ]; then
	if [ $rc = 124 ]; then
		why="no JOB-EXIT from $jobname within $LIMIT s"
	else
		why="QEMU ended ($rc) before $jobname said JOB-EXIT"
		rc=125
	fi
elif [ "$exit_line" != 0 ]; then
	why="job $jobname failed with status $exit_line"
	rc=$exit_line
elif [ $rc = 124 ]; then
	why="job $jobname ended, but dom0 did not power off within $LIMIT s"
else
	exit 0
fi
echo "qemu.sh: $why; last lines of $log:" >&2
tail -n 25 "$log" | sed 's/^/  | /' >&2
exit "$rc"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh [CASE...]: the end-to-end tests, two QEMUs at a time.
#
# A case is a function case_NAME below; without arguments all run, the long
# ones first. A case passes with exit status 0, 77 is a skip; a job that prints
# "COUNTS good bad" counts each of its checks. HYP=xen-4.17 runs them on
# Debian's Xen. Logs: build/logs/e2e/NAME.out (the case) and
# build/logs/e2e/NAME.log (the serial line); those of the last failure stay as
# NAME.failed.out and .log, whatever runs after it. RESULT lines of all jobs are
# gathered in build/results/figures.

cd "${0%/*}/../.." || exit 2
B=build
export HYP=${HYP:-$B/xylem}
export LOGPREFIX=e2e/
mkdir -p $B/results $B/logs/e2e
counts=$(mktemp $B/results/e2e.XXXXXX)
: >$B/results/figures

q() { tests/e2e/qemu.sh HYP="$HYP" OUT=quiet "$@"; }

# --- stations 2 to 4
case_boot() { q JOB=boot LIMIT=60; }
case_boot_bzimage() { q JOB=boot KERNEL=vmlinuz LOG=boot_bzimage LIMIT=60; }
case_devices_virtio() { tests/e2e/devices.sh virtio-net-pci; }
case_devices_e1000e() { tests/e2e/devices.sh e1000e; }

# --- stations 6 to 10
case_rude() { q JOB=rude GUEST=trivial LIMIT=150; }
# Guests of one program: the programs, and what dom0 sends them.
micro() {
	local x=$B/tests/e2e/extra-$1
	tests/e2e/built.sh $B/tests/e2e/{netpoke,liar} \
		$B/tests/bench/udp || return 1
	mkdir -p $x && cp $B/tests/e2e/{netpoke,liar} $B/tests/bench/udp $x &&
		q JOB="$1" EXTRA=$x GUEST="httpd blkperf netperf" LIMIT=200
}
case_micro() { micro micro; }
case_micro_bad() { micro micro_bad; }
case_life() { q JOB=life GUEST=trivial LIMIT=150; }
case_verbs() { q JOB=verbs GUEST=1 LIMIT=300; }
# demo KERNEL IMAGE NAME=VALUE...: FRONT=xylem in the environment runs them all
# with our frontends.
demo() {
	local kernel=$1 image=$2
	shift 2
	[ "${FRONT:-stock}" = stock ] || {
		image=$image-xylem
		front_image "$kernel" "$image" || return
	}
	tests/e2e/demo.sh SHELL=0 OUT=quiet FRONT="${FRONT:-stock}" \
		KERNELDIR=$B/kernel/"$kernel" INITRD=$B/image/"$image".cpio "$@"
}
case_demo() { demo guest guest LOG=demo; }
case_demo_amd64() { demo dom0 guest-amd64 LOG=demo_amd64 BUS=virtio; }
case_demo_612() {
	tests/e2e/built.sh $B/image/guest-612.cpio || {
		echo "skip: no 6.12 kernel (KERNEL_612_DEB= names a package)"
		return 77
	}
	demo kernel612 guest-612 LOG=demo_612
}
case_demo_front() { FRONT=xylem demo guest guest LOG=demo_front; }

# --- our frontends, as modules
# front_image KERNEL IMAGE: the guest's image with both sets, or a skip when
# there are no headers to build ours with.
front_image() {
	frontend-drivers/linux/headers.sh $B/kernel/"$1" $B/headers \
		>$B/logs/e2e/headers 2>&1 || {
		echo "skip: $(tail -n 1 $B/logs/e2e/headers)"
		return 77
	}
	tests/e2e/built.sh $B/image/"$2".cpio
}
case_front() {
	front_image guest guest-xylem || return
	tests/e2e/front.sh
}
case_front_smp() {
	front_image guest guest-xylem || return
	ONLY=disk,disklies,diskfewer,killed,vcpus,nic,steer tests/e2e/front.sh VCPUS=2 \
		LOG=front_smp
}
# Jumbo frames with Debian's frontend; "front" has them with ours.
case_mtu() {
	front_image guest guest-xylem || return
	ONLY=mtu tests/e2e/front.sh FRONT=stock LOG=mtu
}
case_suspend() {
	front_image guest guest-xylem || return
	tests/e2e/suspend.sh FRONT="${FRONT:-xylem}"
}

# --- station 11
case_errors() { q JOB=errors GUEST="1 trivial" LIMIT=200; }
case_churn() { q JOB=churn GUEST="1 trivial" LIMIT=300; }
case_killed() { q JOB=killed GUEST="1 trivial" LIMIT=240; }
case_hostile() { q JOB=hostile GUEST="trivial hostile" LIMIT=240; }
case_badfront() { q JOB=badfront GUEST="1 trivial badfront" LIMIT=400; }
case_guest() { q JOB=guest GUEST="hello library" LIMIT=120; }
case_comeback() { q JOB=comeback GUEST=badfront LIMIT=120; }
case_queues() { q JOB=queues GUEST=1 LIMIT=240; }
case_pair() { q JOB=pair GUEST=pair LIMIT=150; }
case_many() {
	q JOB=many GUEST=hello MEM=2048 DOM0MEM=768 \
		LIMIT=$((160 + ${MANY:-40} * 4)) DOM0CMD="many=${MANY:-40}"
}
case_hog() { q JOB=hog GUEST="1 trivial" LIMIT=120; }
case_poweroff() {
	q JOB=poweroff GUEST=1 LIMIT=120 || return 1
	grep -aq GUEST-DOWN $B/logs/e2e/poweroff.log || {
		echo "FAIL: dom0 went down without telling its guest"
		return 1
	}
}
case_durability_ahci() { tests/e2e/durability.sh AHCI; }
case_durability_virtio() { tests/e2e/durability.sh VIRTIO; }
case_keys() { tests/e2e/keys.sh; }

# refused NAME PATTERN QEMUOPTIONS...: the hypervisor says PATTERN on serial
# and halts: QEMU, which ends at a triple fault, must still run after 6 s.
refused() {
	local log=$B/logs/e2e/$1.log pattern=$2
	shift 2
	timeout -k 2 6 qemu-system-x86_64 -accel tcg -cpu max,-smap,-erms,-fsrm \
		-nodefaults -display none -no-reboot -serial stdio "$@" \
		-kernel "$HYP" </dev/null >"$log" 2>&1
	rc=$?
	if [ $rc = 124 ] && grep -aqiE "$pattern" "$log"; then
		grep -aiE "$pattern" "$log" | tail -n 1
		return 0
	fi
	echo "QEMU's exit $rc (124: still running), wanted /$pattern/, got:"
	tail -n 8 "$log"
	return 1
}
case_no_module() {
	refused no_module 'cannot start.*module' -M q35 -m 512
}
case_no_memory() {
	refused no_memory 'cannot start.*memory' -M q35 -m 96 \
		-initrd $B/kernel/dom0/vmlinuz
}
# SeaBIOS makes ACPI tables of its own for every machine but this one.
case_no_acpi() {
	refused no_acpi 'cannot start.*ACPI' -M isapc -m 1024 \
		-initrd $B/kernel/dom0/vmlinuz
}

all='front suspend front_smp badfront churn poweroff queues hostile killed rude demo_amd64 demo demo_front errors
demo_612 micro micro_bad life verbs guest pair many hog mtu
comeback
durability_ahci durability_virtio keys devices_virtio devices_e1000e boot boot_bzimage no_module
no_memory no_acpi'

one() {
	local name=$1 out=$B/logs/e2e/$1.out t0=$EPOCHREALTIME rc ms good=0 bad=0
	case_"$name" >"$out" 2>&1
	rc=$?
	ms=$(((${EPOCHREALTIME/./} - ${t0/./}) / 1000))
	read -r good bad < <(sed -n 's/.*COUNTS \([0-9]*\) \([0-9]*\).*/\1 \2/p' \
		$B/logs/e2e/"$name".log 2>/dev/null | tail -n 1)
	good=${good:-0} bad=${bad:-0}
	sed -n 's/.*RESULT \(.*\)/'"$name"' \1/p' $B/logs/e2e/"$name".log \
		2>/dev/null >>$B/results/figures
	case $rc in
	0)
		[ "$good" = 0 ] && good=1
		printf 'ok    e2e/%-28s %3d passed %6d ms\n' "$name" "$good" $ms
		echo "$good 0 0" >>"$counts" ;;
	77)
		echo "skip  e2e/$name: $(tail -n 1 "$out")"
		echo "0 0 1" >>"$counts" ;;
	*)
		[ "$bad" = 0 ] && bad=1
		for f in out log; do
			cp $B/logs/e2e/"$name".$f $B/logs/e2e/"$name".failed.$f \
				2>/dev/null
		done
		echo "FAIL  e2e/$name (exit $rc, $ms ms): $B/logs/e2e/$name.failed.log"
		grep -ah FAIL $B/logs/e2e/"$name".log 2>/dev/null | head -n 20 |
			sed 's/^/      | /'
		tail -n 12 "$out" | sed 's/^/      | /'
		echo "$good $bad 0" >>"$counts" ;;
	esac
}

# Read whole before it runs: the file may be edited meanwhile.
main() {
	n=0
	for name in ${*:-$all}; do
		declare -F case_"$name" >/dev/null || {
			echo "run.sh: no case '$name'; there are: $all" >&2
			exit 2
		}
		one "$name" &
		n=$((n + 1))
		[ $n -ge "${E2E_JOBS:-2}" ] && { wait -n; n=$((n - 1)); }
	done
	wait
	awk '{ p += $1; f += $2; k += $3 }
		END { printf "e2e: %d passed, %d failed, %d skipped\n", p, f, k
		      exit f > 0 }' "$counts"
	rc=$?
	mv "$counts" $B/results/e2e
	return $rc
}
main "$@"; exit

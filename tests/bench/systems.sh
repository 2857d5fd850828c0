# SPDX-License-Identifier: GPL-2.0-only
#
# The systems that tests/bench/bench.sh compares, and how each is booted.
#
# SYSTEMS: name | passes | groups of the work pass | quiet seconds of a work, a
# life, an instr and an isolation pass | what it is. All boot in the same QEMU
# (tests/e2e/qemu.sh: the same machine and CPU flags) with the same Debian
# kernel and guest image.

SYSTEMS='bare|work instr|cpu,job,disk,net|45 0 60 0|the Debian kernel alone on the machine
xylem|work life instr isolation|cpu,job,disk,net|70 70 90 150|Xylem, our tools and backends, the stock frontends
xylem-own|work|job,disk,net|60 0 0 0|Xylem, our tools and backends, our frontends
xen-ours|work life instr isolation|cpu,job,disk,net|80 100 90 180|Xen 4.17, our tools and backends, the stock frontends
xen-debian|work life isolation|cpu,job,disk,net|90 220 0 200|Xen 4.17, all of it from Debian: xl, oxenstored, kernel backends
kvm-emulated|work life instr|cpu,job,disk,net|110 50 120 0|QEMU/KVM, IDE and e1000, no paravirtual help
kvm-virtio|work life|cpu,job,disk,net|80 40 0 0|QEMU/KVM, virtio, with all that KVM offers
soft|soft|cpu|150 0 0 0|QEMU translating the guest in Xylem'"'"'s dom0, IDE and e1000'

# field SYSTEM N: of its line.
field() { awk -F'|' -v s="$1" -v n="$2" '$1 == s { print $n }' <<<"$SYSTEMS"; }

# boot PASS SYSTEM LOG: one unit; qemu.sh's status. Uses sec, others, eight,
# hogs, khz, seconds (the limit), ROWS_ONLY.
boot() {
	local pass=$1 system=$2 words qemux='' rows only=$ROWS_ONLY
	local args=(ACCEL="$ACCEL" OUT=quiet LOG="$3" LIMIT="$seconds"
		EXTRA=$o/extra)
	rows=$(field "$system" 3)
	words="bench.sec=$sec bench.others=$others bench.eight=$eight"
	# QEMU's 4096 MiB, as the firmware's map has them
	words+=" bench.ram=4095 bench.hogs=$hogs bench.limit=$((seconds - 90))"
	if [ "$pass" = instr ]; then
		# One instruction a tick: the counter runs with 1 GHz.
		qemux='-icount shift=0,sleep=off'
		rows=cpu
		words+=" tsc_early_khz=1000000"
	else
		words+=" tsc_early_khz=$khz"
	fi
	case $pass in
	instr) words+=" bench.pass=work" ;;
	soft) words+=" bench.pass=work" only=null_syscall,page_fault,mmap,fork_exit ;;
	work) words+=" bench.pass=work" ;;
	*) words+=" bench.pass=$pass" only= ;;
	esac
	words+=" bench.rows=$rows bench.only=$only"
	case $system in
	bare)
		bare "${args[@]}" HYP=none IMAGE=$o/guest.cpio QEMUX="$qemux" \
			JOB=tests/bench/bare.sh VIRTIO=disk DOM0CMD="$words
rdinit=/bench/boot.sh tsc=reliable bench.disk=vda bench.ip=10.9.0.2 bench.peer=10.9.0.1"
		return ;;
	kvm-*)
		args+=(HYP=none IMAGE=$o/l1.cpio JOB=tests/bench/virt.sh)
		words+=" rdinit=/bench/boot.sh tsc=reliable bench.accel=kvm"
		words+=" bench.devices=${system#kvm-}" ;;
	soft)
		args+=(HYP="$HYP" JOB=tests/bench/virt.sh EXTRA=$o/extra-soft)
		words+=" bench.accel=tcg bench.devices=emulated" ;;
	xylem) args+=(HYP="$HYP" JOB=tests/bench/pv.sh) ;;
	xylem-own)
		args+=(HYP="$HYP" JOB=tests/bench/pv.sh)
		words+=" bench.front=xylem" ;;
	xen-ours) args+=(HYP=xen-4.17 JOB=tests/bench/pv.sh) ;;
	xen-debian)
		args+=(HYP=xen-4.17 JOB=tests/bench/pv.sh IMAGE=$o/debian.cpio) ;;
	esac
	tests/e2e/qemu.sh "${args[@]}" QEMUX="$qemux" DOM0CMD="$words"
}

# bare ARG...: qemu.sh in a network namespace of its own, where a tap device
# leads to `netbench serve` on the host: as near as a guest has dom0.
bare() {
	local wrap=(unshare -n) disk args arg rc
	[ "$(id -u)" = 0 ] || wrap=(unshare -rn)
	disk=$ram/bare.img
	head -c 134217728 /dev/urandom >"$disk" || return 125
	args=()
	for arg; do
		case $arg in
		VIRTIO=*) arg=VIRTIO=$disk ;;
		QEMUX=*) arg="$arg -netdev tap,id=n0,ifname=bench0,script=no,downscript=no -device virtio-net-pci,netdev=n0" ;;
		DOM0CMD=*) arg=${arg//$'\n'/ } ;;
		esac
		args+=("$arg")
	done
	# shellcheck disable=SC2016
	"${wrap[@]}" bash -c 'ip link set lo up
		ip tuntap add dev bench0 mode tap &&
		ip addr add 10.9.0.1/24 dev bench0 && ip link set bench0 up ||
			exit 125
		build/tests/bench/netbench serve &
		tests/e2e/qemu.sh "$@"
		rc=$?
		kill $!
		exit $rc' bash "${args[@]}"
	rc=$?
	rm -f "$disk"
	return $rc
}

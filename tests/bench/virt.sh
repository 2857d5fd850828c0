# SPDX-License-Identifier: GPL-2.0-only
#
# The bench's job where QEMU runs the guest: full virtualization.
#
# bench.accel=kvm|tcg: kvm in a machine of Debian's kernel alone (the processor
# has SVM with nested paging); tcg in Xylem's dom0: the guest's instructions are
# translated. bench.devices=emulated|virtio: an IDE disk and an e1000 and no
# paravirtual help at all (KVM's signature is hidden: no clock, no spin locks,
# no steal time), or virtio and all that KVM offers.

[ -f /etc/functions ] && . /etc/functions
. /extra/lib.sh
accel=$(arg bench.accel)
devices=$(arg bench.devices)
limit=$(arg bench.limit)
# What the host found: the guest cannot calibrate by an emulated timer.
tsc="tsc_early_khz=$(arg tsc_early_khz) tsc=reliable"
root=
[ -d /extra/usr/share/qemu ] && root=/extra

# The loader by name: in dom0 the libraries lie elsewhere.
run_qemu() {
	export QEMU_MODULE_DIR=$root/usr/lib/x86_64-linux-gnu/qemu
	exec $root/lib64/ld-linux-x86-64.so.2 \
		--library-path $root/lib/x86_64-linux-gnu \
		$root/usr/bin/qemu-system-x86_64 -L $root/usr/share/qemu "$@"
}

# start ROWS LOG: the guest in the background, its process in $pid.
start() {
	local cpu disk
	case $accel-$devices in
	kvm-emulated) cpu=host,-kvm ;;
	kvm-virtio) cpu=host ;;
	*) cpu=max,-smap,-erms,-fsrm ;;
	esac
	disk=sda
	[ $devices = virtio ] && disk=vda
	set -- "$2" "console=ttyS0 $(guest_words "$1" $disk) $tsc" \
		-M pc -m 256 -smp 1 -accel "$accel" -cpu $cpu -nodefaults \
		-display none -no-reboot -serial "file:$2" \
		-kernel /extra/vmlinuz -initrd /extra/guest.cpio \
		-netdev tap,id=n,ifname=tap0,script=no,downscript=no
	if [ $devices = virtio ]; then
		set -- "$@" -drive "file=$image,format=raw,if=virtio" \
			-device virtio-net-pci,netdev=n,romfile=
	else
		set -- "$@" -drive "file=$image,format=raw,if=ide" \
			-device e1000,netdev=n,romfile=
	fi
	log=$1
	words=$2
	shift 2
	rm -f "$log"
	run_qemu "$@" -append "$words" >/tmp/qemu.out 2>&1 &
	pid=$!
	# The tap is QEMU's: it is there soon after the start.
	i=0
	while [ ! -e /sys/class/net/tap0 ] && [ $i -lt 300 ]; do
		[ -d /proc/$pid ] || break
		i=$((i + 1))
		usleep 100000
	done
	brctl addif xenbr0 tap0 && ifconfig tap0 up && return
	lost guest "QEMU: $(tail -n 1 /tmp/qemu.out)"
	return 1
}

ended() { kill -KILL $pid; wait $pid 2>/dev/null; }

if [ -z "$root" ]; then
	loadmods /lib/modules/l1.list
	ifconfig lo 127.0.0.1 up
	brctl addbr xenbr0
	ifconfig xenbr0 10.9.0.1 netmask 255.255.255.0 up
	[ "$accel" = tcg ] || [ -c /dev/kvm ] || lost kvm "no /dev/kvm"
else
	need loop
fi
job_clock
make_disk
netbench serve &

if [ "$(arg bench.pass)" = life ]; then
	for row in debian_first debian_0 debian_0; do
		from=$(tick)
		start idle /tmp/guest.log || break
		seen=$(tick wait /tmp/guest.log 120 "GUEST-INIT up") &&
			emit ${row}_ready "$(ms "$from" "$seen")" ||
			lost $row "$(tail -n 1 /tmp/qemu.out)"
		from=$(tick)
		ended
		emit debian_0_destroy "$(ms "$from" "$(tick)")"
	done
	job_clock
	exit 0
fi
if start "$(arg bench.rows)" /tmp/guest.log; then
	follow /tmp/guest.log "$limit"
	ended
fi
job_clock
exit 0

# SPDX-License-Identifier: GPL-2.0-only
#
# demo: a Debian guest's life, with a table of what it proved. Used by
# `make run` and, with other guest kernels, by the end-to-end tests.
#
# dom0's disk (label images) holds the guest's kernel, initramfs and disk. The
# sums that must come out stand on dom0's command line: demo.known=SHA256;
# demo.shell=1 ends with a shell instead of power-off; demo.outside=1: QEMU has
# user networking. The sum of what the guest wrote is printed for the host,
# which looks for it on the image after QEMU's end.

. /etc/functions
log=/var/log/xen/console/guest-demo.log
bad=0
rows=/tmp/rows
: >$rows

row() { # row NAME OK TEXT
	printf '  %-34s %-4s %s\n' "$1" "$2" "$3" >>$rows
	[ "$2" = ok ] || bad=$((bad + 1))
}

check() { sed -n "s/^.*CHECK $1 \(.*\)$/\1/p" $log | tr -d '\r' | tail -n 1; }

give_up() {
	say "demo: $1"
	shift
	for f; do show_log "$f"; done
	xl list
	exit 1
}

find_disk() {
	local d
	for d in /dev/sda /dev/vda; do
		[ -b $d ] && mount -t ext4 $d /images 2>/dev/null && return 0
	done
	return 1
}
wait_until 15 "dom0's disk (AHCI or virtio)" find_disk ||
	give_up "no disk to boot a guest from"

# Debian's drivers are called after the device, ours after the module.
front=$(cmdline_arg demo.front)
case $front in
xylem)
	drivers="xylem-blkfront xylem-netfront"
	black="modprobe.blacklist=xen-blkfront,xen-netfront" ;;
*)
	drivers="vbd vif"
	black= ;;
esac

cat >/etc/xen/demo.cfg <<X
name = "demo"
type = "pv"
kernel = "/images/vmlinuz"
ramdisk = "/images/guest.cpio"
cmdline = "console=hvc0 loglevel=6 guest.do=demo guest.ip=10.9.0.2 guest.gw=10.9.0.1 guest.outside=$(cmdline_arg demo.outside) $black"
memory = 256
vcpus = 1
disk = [ "format=raw,vdev=xvda,access=rw,target=/images/demo.img" ]
vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:02" ]
X

tcp recv 5001 2>/dev/null | sha256sum >/tmp/got-5001 &
sink=$!

say "+ xl create /etc/xen/demo.cfg"
start=$(tick)
timeout 60 xl create /etc/xen/demo.cfg >/tmp/create.log 2>&1 || {
	cat /tmp/create.log
	give_up "xl create failed" /var/log/xen/xl-demo.log \
		/var/log/xen/xl-supervisor.log /var/log/xen/xylem-backend.log
}
say "demo: created in $((($(tick) - start) / 1000)) ms; its console:"
tick follow $log &
follow=$!
wait_log $log 60 "GUEST-INIT up" "the guest's init" || give_up "no guest"
init=$((($(cat /run/tick.seen) - start) / 1000))
wait_log $log 90 "CHECK tcp-out" "the guest's first transfer" ||
	give_up "the guest did not come to its second transfer" \
		/var/log/xen/xylem-backend.log
dd if=/dev/urandom of=/tmp/sent bs=1M count=16 2>/dev/null
sent=$(sha256sum </tmp/sent | cut -c1-64)
timeout 90 tcp send 10.9.0.2 5002 </tmp/sent 2>/tmp/tcp ||
	cat /tmp/tcp
wait_log $log 60 "GUEST-READY" "the end of the guest's checks" ||
	give_up "the guest did not end its checks"
kill $follow
wait $sink

same() { # same NAME WANT GOT TEXT
	if [ "$2" = "$3" ]; then
		row "$1" ok "$4"
	else
		row "$1" BAD "got '$3', wanted '$2'"
	fi
}
known=$(cmdline_arg demo.known)
want=$(cmdline_arg demo.kernel)
same "guest's kernel" "$want" "$(check kernel)" "$want"
case $(check hypervisor) in
xen\ 4.17*) row "hypervisor the guest sees" ok "$(check hypervisor)" ;;
*) row "hypervisor the guest sees" BAD "$(check hypervisor)" ;;
esac
same "frontend drivers" "$drivers" "$(check fronts)" "$drivers"
same "disk: known file, SHA-256" "$known" "$(check disk-read)" "16 MiB"
same "TCP guest to dom0, SHA-256" "$known" "$(cut -c1-64 /tmp/got-5001)" \
	"16 MiB, $(check tcp-out)"
same "TCP dom0 to guest, SHA-256" "$sent" "$(check tcp-in)" \
	"16 MiB, $(check tcp-in-speed)"
case $(check ping) in
[0-9]*ms) row "ping dom0" ok "$(check ping)" ;;
*) row "ping dom0" BAD "$(check ping)" ;;
esac
if [ "$(cmdline_arg demo.outside)" = 1 ]; then
	same "the world outside, by NAT" hello-outside "$(check outside)" \
		"an echo on QEMU's network"
fi
say "demo: to its init in $init ms"
say "  check                              ok?  what"
cat $rows
say "DEMO-WRITTEN $(check disk-write)"
say "+ xl list"
xl list
say "+ xl shutdown -w demo"
timeout 60 xl shutdown -w demo || give_up "xl shutdown failed" $log
gone() { ! xl list demo >/dev/null 2>&1; }
wait_until 10 "the guest's end" gone || bad=$((bad + 1))
if [ "$(cmdline_arg demo.shell)" = 1 ]; then
	cat >/etc/xen/play.cfg <<X
name = "play"
type = "pv"
kernel = "/images/vmlinuz"
ramdisk = "/images/guest.cpio"
cmdline = "console=hvc0 quiet guest.do=shell guest.ip=10.9.0.3 guest.gw=10.9.0.1"
memory = 128
vif = [ "bridge=xenbr0" ]
X
	# The verdict stands, however the shell ends.
	[ $bad = 0 ]
	say "JOB-EXIT $?"
	say
	say "A shell in dom0. A second guest: xl create -c /etc/xen/play.cfg"
	say "(Ctrl-] leaves its console). To end: exit or poweroff."
	setsid cttyhack sh -l
fi
umount /images || bad=$((bad + 1))
sync
[ $bad = 0 ]

# SPDX-License-Identifier: GPL-2.0-only
#
# What the demo guest does, from its own disk. Each result is a line
# "CHECK name value" on its console, which dom0's job reads in the log.
# dom0 is 10.9.0.1: port 5001 takes 16 MiB, then this guest's port 5002 does;
# 10.0.2.100 port 7 is an echo outside dom0.

cd /mnt
say() { echo "CHECK $*"; }

say kernel "$(uname -r)"
x=/sys/hypervisor/version
say hypervisor "$(cat /sys/hypervisor/type) $(cat $x/major).$(cat $x/minor)$(cat $x/extra)"
driver() { basename "$(readlink -f "$1/device/driver")"; }
say fronts "$(driver /sys/block/xvda) $(driver /sys/class/net/eth0)"
say disk-read "$(sha256sum <known.bin | cut -c1-64)"

head -c 8388608 /dev/urandom >written.bin
sync
echo 3 >/proc/sys/vm/drop_caches
say disk-write "$(sha256sum <written.bin | cut -c1-64)"

if [ -e /sys/class/net/eth0 ]; then
	if ping -c 3 -i 0.2 -W 2 10.9.0.1 >/tmp/ping 2>&1; then
		say ping "$(sed -n 's/.*avg.*= [^\/]*\/\([^\/]*\).*/\1 ms/p' /tmp/ping)"
	else
		say ping "lost: $(tail -n 2 /tmp/ping | tr '\n' ' ')"
	fi
	timeout 90 tcp send 10.9.0.1 5001 <known.bin 2>/tmp/tcp
	say tcp-out "$(sed -n 's/.*mbit //p' /tmp/tcp) Mbit/s"
	say tcp-in "$(timeout 90 tcp recv 5002 2>/tmp/tcp | sha256sum | cut -c1-64)"
	say tcp-in-speed "$(sed -n 's/.*mbit //p' /tmp/tcp) Mbit/s"
	case " $(cat /proc/cmdline) " in
	*" guest.outside=1 "*)
		echo hello-outside >/tmp/word
		say outside "$( (cat /tmp/word; sleep 1) |
			timeout 10 nc 10.0.2.100 7 | head -n 1)" ;;
	esac
fi
sync
say done

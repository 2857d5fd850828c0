# SPDX-License-Identifier: GPL-2.0-only
#
# suspend: a guest under load through `xl save -c` (the suspend is cancelled,
# the guest goes on) and through `xl save` and `xl restore` (a new domain, new
# backends, the guest's memory elsewhere), in a dom0 of Debian's own tools
# (tests/e2e/suspend.sh). Its disk's every block holds a number that diskload
# knows; a TCP stream that was begun before must end after. dom0's disk is slow,
# so that requests are always in flight. After the first restore the disk's
# backend offers one queue and the NIC's two, after the second the other way
# round. Steering (ours only) is told to the guest's driver once: each backend
# must know key and map, and packets come by the queue that they name.
#
# front=xylem|stock on dom0's command line says whose frontends,
# rounds=N how often.

. /job/lib.sh
front=$(cmdline_arg front)
rounds=$(cmdline_arg rounds)
rounds=${rounds:-2}
blk=xylem-blkfront net=xylem-netfront black=xen-blkfront,xen-netfront
[ "$front" = stock ] && blk=vbd net=vif black=none
blocks=256
guest=10.9.0.5
log=$(conlog f)
alive() { g true 10 >/dev/null; }

need virtio
wait_until 10 "dom0's disk" test -b /dev/vda
mount -t debugfs debug /sys/kernel/debug
# queues DISK NIC: of what the backends offer from now on.
queues() {
	echo "$1" >/sys/module/xen_blkback/parameters/max_queues
	echo "$2" >/sys/module/xen_netback/parameters/max_queues
}
# As many as the guest has CPUs: the default is dom0's number.
queues 4 4
linux f script 'disk = [ "phy:/dev/vda,xvda,w" ]' 'vcpus = 2' \
	'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:05" ]'
sed -i "s/guest.do=script/guest.do=script guest.ip=$guest guest.gw=10.9.0.1 \
modprobe.blacklist=$black/" /tmp/f.cfg
check "create" timeout 60 xl create -q /tmp/f.cfg || finish
must_log "$log" 60 "SERVE ready" "the guest's service"
wait_until 10 "its first answer" alive || { bad "no answer"; finish; }
check "disk driven by $blk" g "test -e /sys/bus/xen/drivers/$blk/vbd-51712"
check "NIC driven by $net" g "test -e /sys/bus/xen/drivers/$net/vif-0"
# The backend's own words for key and map: rows of eight, behind a colon.
hash_of() { # hash_of WHAT
	sed -n "/^Hash $1:/,/^$/s/.*\]: //p" \
		/sys/kernel/debug/xen-netback/vif"$(xl domid f)".0/ctrl |
		tr -d ' \n'
}
steering() { g "nictool steer eth0" | sed -n 's/^STEER //p'; }
# still_steered WHAT: the guest asks for what it asked for, and gets it.
still_steered() {
	local now
	now=$(steering)
	[ "$now" = "$wanted" ] && ok "$1: steering is as it was set" ||
		bad "$1: steering was '$wanted', is '$now'"
	[ -n "$(hash_of Key)" ] && [ "$(hash_of Key)" = "${wanted#* key }" ] &&
		ok "$1: the backend has the key" ||
		bad "$1: the key is ${wanted#* key }, the backend's $(hash_of Key)"
	[ "$(hash_of Mapping | tr -d 1 | wc -c)" = 0 ] &&
		[ -n "$(hash_of Mapping)" ] && ok "$1: and the map" ||
		bad "$1: the backend's map is $(hash_of Mapping)"
	by_queue "$1" 1
}
[ "$front" = stock ] || {
	steered "at first" 0
	check "and to the other queue" g "nictool steer eth0 1"
	wanted=$(steering)
	still_steered "before all"
}
head -c 16777216 /dev/urandom >/tmp/sent
sum=$(sha256sum </tmp/sent | cut -c1-64)

# begin: the load, and a stream that is throttled so that it lasts.
begin() {
	g "diskload fill /dev/xvda $blocks" >/dev/null
	g "(diskload load /dev/xvda $blocks $1 >/tmp/load; echo LOAD \$? \
		>>/tmp/load) >/dev/null 2>&1 &
	tcp recv 5003 2>/dev/null | sha256sum >/tmp/sum 2>/dev/null &" >/dev/null
	(
		i=0
		while [ $i -lt 16 ]; do
			dd if=/tmp/sent bs=1M skip=$i count=1 2>/dev/null
			usleep 200000
			i=$((i + 1))
		done
	) | timeout 100 tcp send $guest 5003 >/tmp/tcp 2>&1 &
	sender=$!
	usleep 300000
}

# done_well WHAT: both came to their ends.
done_well() {
	wait $sender || { bad "$1: the sender's end"; cat /tmp/tcp; }
	wait_until 20 "the guest's answer" alive || bad "$1: no answer"
	check "$1: the stream is whole" g "n=0; until grep -q $sum /tmp/sum ||
		[ \$n = 100 ]; do n=\$((n + 1)); usleep 100000; done
		[ \$n -lt 100 ]"
	g 'n=0; until grep ^LOAD /tmp/load || [ $n = 300 ]; do n=$((n + 1)); usleep 100000; done; cat /tmp/load' >/tmp/out
	grep -q 'LOAD 0' /tmp/out && ok "$1: no I/O error: $(head -n 1 /tmp/out)" || {
		bad "$1: the load ended:"
		cat /tmp/out
	}
	check "$1: nothing is lost" g "diskload verify /dev/xvda $blocks"
	check "$1: ping with 8,000 bytes" ping -c 2 -i 0.2 -s 8000 $guest
}

timed() { # timed WHAT COMMAND...
	local t0 t1 what=$1
	shift
	t0=$(tick)
	check "$what" timeout 100 "$@" || return
	t1=$(tick)
	say "  $what took $(((t1 - t0) / 1000)) ms"
}

round=0
while [ $round -lt $rounds ]; do
	round=$((round + 1))
	dom=$(xl domid f)
	begin 8
	timed "save -c" xl save -c f /tmp/f.save
	rm -f /tmp/f.save
	[ "$(xl domid f)" = "$dom" ] || bad "save -c: another domain"
	done_well "checkpoint $round"
	[ "$front" = stock ] || still_steered "checkpoint $round"
	begin 8
	timed "save" xl save f /tmp/f.save || finish
	# Our frontends go on with fewer, and later with more.
	disk=$((2 - round % 2)) nic=$((1 + round % 2))
	[ "$front" = stock ] || queues $disk $nic
	timed "restore" xl restore /tmp/f.save || finish
	rm -f /tmp/f.save
	[ "$(xl domid f)" != "$dom" ] && ok "another domain: $(xl domid f)" ||
		bad "restore: the same domain"
	done_well "restore $round"
	[ "$front" = stock ] || check "restore $round: queues: $disk, $nic" \
		g "dmesg | grep 'xvda: .* queues of' | tail -n 1 |
		grep -q ' 1+$((disk - 1)) queues' &&
		[ \$(ls -d /sys/class/net/eth0/queues/tx-* | wc -l) = $nic ]"
	[ "$front" = stock ] || [ $nic = 1 ] || still_steered "restore $round"
	# On a busy machine the load may have ended before the suspend came.
	g "dmesg | sed -n 's/.*again, \([0-9]*\) requests.*/\1/p' | tail -n 1" |
		sed -n 's/^\([0-9]*\)$/RESULT suspend_sent_again \1/p'
done
[ "$front" = stock ] || check "the new backends steer them, too" \
	g "! dmesg | grep 'does not steer'"
g "dmesg | tail -n 12" >/tmp/dmesg
sed 's/^/  | /' /tmp/dmesg
check "destroy" timeout 60 xl destroy f
finish

# SPDX-License-Identifier: GPL-2.0-only
#
# suspend: a guest under load through `xl save -c` (the suspend is cancelled,
# the guest goes on) and through `xl save` and `xl restore` (a new domain, new
# backends, the guest's memory elsewhere), in a dom0 of Debian's own tools
# (tests/e2e/suspend.sh). Its disk's every block holds a number that diskload
# knows; a TCP stream that was begun before must end after. dom0's disk is slow,
# so that requests are always in flight. After the first restore the backends
# offer one queue, after the second two.
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
# queues N: of what the backends offer from now on.
queues() {
	echo "$1" >/sys/module/xen_blkback/parameters/max_queues
	echo "$1" >/sys/module/xen_netback/parameters/max_queues
}
# As many as the guest has CPUs: the default is dom0's number.
queues 4
linux f script 'disk = [ "phy:/dev/vda,xvda,w" ]' 'vcpus = 2' \
	'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:05" ]'
sed -i "s/guest.do=script/guest.do=script guest.ip=$guest guest.gw=10.9.0.1 \
modprobe.blacklist=$black/" /tmp/f.cfg
check "create" timeout 60 xl create -q /tmp/f.cfg || finish
must_log "$log" 60 "SERVE ready" "the guest's service"
wait_until 10 "its first answer" alive || { bad "no answer"; finish; }
check "disk driven by $blk" g "test -e /sys/bus/xen/drivers/$blk/vbd-51712"
check "NIC driven by $net" g "test -e /sys/bus/xen/drivers/$net/vif-0"
[ "$front" = stock ] ||
	check "packets are steered to one queue" g "nictool steer eth0 1"
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
	begin 8
	timed "save" xl save f /tmp/f.save || finish
	# Our frontends go on with fewer, and later with more.
	n=$((round % 2 ? 1 : 2))
	[ "$front" = stock ] || queues $n
	timed "restore" xl restore /tmp/f.save || finish
	rm -f /tmp/f.save
	[ "$(xl domid f)" != "$dom" ] && ok "another domain: $(xl domid f)" ||
		bad "restore: the same domain"
	done_well "restore $round"
	[ "$front" = stock ] || check "restore $round: queues: $n" \
		g "dmesg | grep 'xvda: .* queues of' | tail -n 1 |
		grep -q ' $((n - n / 2))+$((n / 2)) queues' &&
		[ \$(ls -d /sys/class/net/eth0/queues/tx-* | wc -l) = $n ]"
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

# SPDX-License-Identifier: GPL-2.0-only
#
# front: a guest's block and network frontends under load, while they are
# unbound and bound again, while the backend is killed, and before a backend
# that lies. The guest executes what dom0 sends it (tests/e2e/guest/serve.sh);
# its disk's every block holds a number that diskload knows.
#
# front=xylem|stock on dom0's command line says whose frontends (blk, net: only
# that one is ours); front.only= names the parts to run: disk diskrebind
# disklost diskfewer disksize disklies of the block frontend, nic mtu nicrebind
# xdp niclies of the network's, killed of both; with front.vcpus=2 also vcpus and
# steer.

. /job/lib.sh
front=$(cmdline_arg front)
blkparts=disk,diskrebind,disklost,diskfewer,disksize,disklies netparts=nic,mtu,nicrebind,xdp,niclies
blk=xylem-blkfront net=xylem-netfront black=xen-blkfront,xen-netfront
case $front in
stock) blk=vbd net=vif black=none blkparts= netparts= ;;
blk) net=vif black=xen-blkfront,xylem-netfront netparts= ;;
net) blk=vbd black=xen-netfront,xylem-blkfront blkparts= ;;
esac
vcpus=$(cmdline_arg front.vcpus)
vcpus=${vcpus:-1}
parts=$(cmdline_arg front.only)
parts=${parts:-$blkparts,killed,$netparts}
blocks=4096
guest=10.9.0.5
log=$(conlog f)

part() { case ",$parts," in *",$1,"*) return 0 ;; esac; return 1; }

alive() { g true 10 >/dev/null; }

mkdir -p /tmp/disks
mount -t tmpfs disks /tmp/disks # where holes can be punched
truncate -s $((blocks * 4096)) /tmp/disks/f.img
head -c 1048576 /dev/urandom >/tmp/ro.img
linux f script "disk = [ \"format=raw,vdev=xvda,access=rw,target=/tmp/disks/f.img\",
	\"format=raw,vdev=xvdy,access=ro,target=/tmp/ro.img\" ]" \
	'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:05" ]' 'memory = 256' "vcpus = $vcpus"
sed -i "s/guest.do=script/guest.do=script guest.ip=10.9.0.5 guest.gw=10.9.0.1 \
modprobe.blacklist=$black/" /tmp/f.cfg
# What stays when the first guest has gone.
for n in /libxl /vm /local/domain/0/backend/qdisk /local/domain/0/backend/vif; do
	xenstore-write $n ""
done
before=$(leaks)
check "create" timeout 60 xl create -q /tmp/f.cfg || finish
must_log $log 60 "SERVE ready" "the guest's service"
dom=$(xl domid f)
wait_until 10 "its first answer" alive || { bad "no answer"; finish; }
vbd=vbd-51712 vif=vif-0
xen=/sys/bus/xen/drivers

# kill_backend: as a fault would; dom0's loop starts it again.
kill_backend() {
	local pid
	pid=$(pidof xylem-backend)
	kill -9 "$pid"
	wait_until 10 "the backend" revived xylem-backend "$pid" ||
		bad "no backend"
}
revived() { local p; p=$(pidof "$1") && [ "$p" != "$2" ]; }

if part disk; then
	check "disk driven by $blk" g "test -e $xen/$blk/$vbd"
	check "fill" g "diskload fill /dev/xvda $blocks"
	check "random reads and writes, compared" \
		g "diskload load /dev/xvda $blocks 2"
	check "all that was acknowledged is there" \
		g "diskload verify /dev/xvda $blocks"
fi
if part disk; then
	check "read-only: what dom0 wrote" \
		g "sha256sum /dev/xvdy | grep -q $(sha256sum </tmp/ro.img | cut -c1-64)"
	refuse "read-only: no write" 1 'RC 1' \
		g "dd if=/dev/zero of=/dev/xvdy bs=4k count=1 conv=fsync 2>/dev/null"
	check "discard" g "diskload discard /dev/xvda $blocks"
	g "diskload fill /dev/xvda $blocks" >/dev/null
fi
if part disk && [ $blk != vbd ]; then
	n0=$(g "awk '/blkfront|blkif|vbd|xvda/ { n += \$2 } END { print n + 0 }' /proc/interrupts" | head -n 1)
	check "reads by io_uring with IOPOLL" \
		g "diskload iopoll /dev/xvda $blocks 2000"
	n1=$(g "awk '/blkfront|blkif|vbd|xvda/ { n += \$2 } END { print n + 0 }' /proc/interrupts" | head -n 1)
	say "RESULT front_iopoll_interrupts $((n1 - n0))"
	check "polled: $((n1 - n0)) interrupts for 2000 reads" \
		test $((n1 - n0)) -lt 200
fi

# A device that is unbound fails what is in flight; the next one must find all
# that was acknowledged, and nothing else.
if part diskrebind; then
	g "diskload fill /dev/xvda $blocks" >/dev/null
	for round in 1 2 3; do
		g "diskload load /dev/xvda $blocks 10 >/tmp/load & sleep 0.$((round * 3))
		echo $vbd >$xen/$blk/unbind; wait; cat /tmp/load" >/tmp/unbound
		grep -q 'DISKLOAD error' /tmp/unbound && ok "unbound under load: \
$(grep -m 1 error /tmp/unbound)" || {
			bad "unbound under load:"
			cat /tmp/unbound
		}
		g "echo $vbd >$xen/$blk/bind" >/dev/null
		g 'n=0; until [ -b /dev/xvda ] || [ $n = 100 ]; do n=$((n + 1)); usleep 100000; done' >/dev/null
		check "bound again: nothing lost" \
			g "diskload verify /dev/xvda $blocks"
	done
fi
if part nicrebind; then
	g "(usleep 300000; echo $vif >$xen/$net/unbind; sleep 1
	echo $vif >$xen/$net/bind; sleep 1
	ifconfig eth0 10.9.0.5 netmask 255.255.255.0 up
	route add default gw 10.9.0.1) >/dev/null 2>&1 &
	timeout 2 tcp blast 10.9.0.1 5999 4 >/dev/null 2>&1 &" 5 >/dev/null &
	timeout 5 tcp drop 5999 >/dev/null 2>&1
	wait_until 20 "the NIC after unbind and bind" alive &&
		ok "NIC unbound under load and bound again" ||
		bad "NIC does not come back after unbind and bind"
fi

if part killed; then
	g "diskload fill /dev/xvda $blocks" >/dev/null
	g "(diskload load /dev/xvda $blocks 6 >/tmp/load; echo LOAD \$? \
		>>/tmp/load) >/dev/null 2>&1 &" >/dev/null
	head -c 8388608 /dev/urandom >/tmp/sent
	g "tcp recv 5003 2>/dev/null | sha256sum >/tmp/sum &" 5 >/dev/null &
	for round in 1 2; do
		sleep 1
		kill_backend
	done
	timeout 60 tcp send 10.9.0.5 5003 </tmp/sent 2>/tmp/tcp &
	sender=$!
	usleep 300000
	kill_backend
	wait $sender
	check "a TCP stream outlives the backend" g "grep -q \
		$(sha256sum </tmp/sent | cut -c1-64) /tmp/sum"
	g 'n=0; until grep ^LOAD /tmp/load || [ $n = 200 ]; do n=$((n + 1)); usleep 100000; done; cat /tmp/load' >/tmp/out
	grep -q 'LOAD 0' /tmp/out && ok "three backends died under load: no I/O \
error" || {
		bad "the load ended:"
		cat /tmp/out
	}
	check "and nothing is lost" g "diskload verify /dev/xvda $blocks"
fi

# A CPU goes and comes: its queue's events move, its requests do not get lost.
if part vcpus; then
	cpus() { g "grep -c ^processor /proc/cpuinfo | grep -qx $1"; }
	# What udev does elsewhere.
	start_cpu() { g "echo 1 >/sys/devices/system/cpu/cpu1/online"; }
	g "diskload fill /dev/xvda $blocks" >/dev/null
	g "(diskload load /dev/xvda $blocks 6 >/tmp/load; echo LOAD \$? \
		>>/tmp/load) >/dev/null 2>&1 &" >/dev/null
	ping -q -i 0.1 -s 1400 10.9.0.5 >/tmp/ping 2>&1 &
	pinger=$!
	for round in 1 2 3; do
		check "one vCPU" xl vcpu-set f 1
		wait_until 10 "one vCPU" cpus 1 || bad "the vCPU stays"
		check "two vCPUs" xl vcpu-set f 2
		wait_until 10 "the second vCPU" start_cpu
		check "it runs" cpus 2
		sleep 1
	done
	kill -INT $pinger
	wait $pinger
	say "  $(grep received /tmp/ping)"
	grep -q ' 0% packet loss' /tmp/ping && ok "no ping was lost" ||
		bad "pings were lost"
	g 'n=0; until grep ^LOAD /tmp/load || [ $n = 200 ]; do n=$((n + 1)); usleep 100000; done; cat /tmp/load' >/tmp/out
	grep -q 'LOAD 0' /tmp/out && ok "no I/O error" || {
		bad "the load ended:"
		cat /tmp/out
	}
	check "and nothing is lost" g "diskload verify /dev/xvda $blocks"
fi

# Ours only: the backend dies and forgets what it had taken, as after a crash
# of its host. The frontend makes new rings and sends everything again.
if part disklost; then
	again() { g "dmesg | grep -c 'xvda.*connected again'" | head -n 1; }
	n=$(again)
	g "diskload fill /dev/xvda $blocks" >/dev/null
	g "(diskload load /dev/xvda $blocks 6 >/tmp/load; echo LOAD \$? \
		>>/tmp/load) >/dev/null 2>&1 &" >/dev/null
	for round in 1 2 3; do
		sleep 1
		rm -f /run/xylem-backend/qdisk-*
		kill_backend
	done
	g 'n=0; until grep ^LOAD /tmp/load || [ $n = 200 ]; do n=$((n + 1)); usleep 100000; done; cat /tmp/load' >/tmp/out
	grep -q 'LOAD 0' /tmp/out && ok "three times the rings were lost: no \
I/O error" || {
		bad "the load ended:"
		cat /tmp/out
	}
	n=$(($(again) - n))
	check "connected again $n times" test "$n" -ge 1
	check "and nothing is lost" g "diskload verify /dev/xvda $blocks"
fi

# Ours only: the next backend knows nothing of the last one's rings, and offers
# what its options say. What was in flight must go by the queues that are left.
let_go() { [ "$(xenstore-read /local/domain/$dom/device/$1/state)" = 1 ]; }
backend_with() {
	local pid node
	pid=$(pidof xylem-backend)
	[ -e /run/xylem-backend.loop ] && kill "$(cat /run/xylem-backend.loop)"
	rm -f /run/xylem-backend.loop
	kill -9 "$pid"
	rm -f /run/xylem-backend/qdisk-* /run/xylem-backend/vif-*
	for node in qdisk/$dom/51712 vif/$dom/0; do
		xs write /local/domain/0/backend/$node/state 1
	done
	# One that does not see it in time would be taken up with its rings.
	wait_until 10 "the disk's frontend" let_go vbd/51712
	wait_until 10 "the NIC's frontend" let_go vif/0
	if [ $# = 0 ]; then
		start_daemon xylem-backend
	else
		xylem-backend -F "$@" >>/var/log/xen/xylem-backend.log 2>&1 &
	fi
	wait_until 10 "the backend" revived xylem-backend "$pid" ||
		bad "no backend"
}
# has_queues "1+0 queues of 32": what the disk's last connection was.
has_queues() { g "dmesg | grep 'xvda: .* queues of' | tail -n 1 | grep -q ' $1'"; }
# fewer OPTIONS QUEUES: and time to work with them.
fewer() {
	backend_with $1
	wait_until 10 "$2" has_queues "$2" && ok "backend${1:+ $1}: $2" ||
		bad "backend${1:+ $1}: no $2"
	sleep 1
}
if part diskfewer; then
	g "diskload fill /dev/xvda $blocks" >/dev/null
	g "(diskload load /dev/xvda $blocks 12 >/tmp/load; echo LOAD \$? \
		>>/tmp/load) >/dev/null 2>&1 &" >/dev/null
	sleep 1
	fewer "-q 1 -o 0" "1+0 queues of 32"
	fewer "-q $((vcpus + 1)) -o 2" "$vcpus+1 queues of 128"
	fewer "-a -q 2 -o 1" "1+1 queues of 64"
	g 'n=0; until grep ^LOAD /tmp/load || [ $n = 300 ]; do n=$((n + 1)); usleep 100000; done; cat /tmp/load' >/tmp/out
	grep -q 'LOAD 0' /tmp/out && ok "three backends with other queues under \
load: no I/O error" || {
		bad "the load ended:"
		cat /tmp/out
	}
	check "and nothing is lost" g "diskload verify /dev/xvda $blocks"
	check "requests in flight changed queues" g \
		"dmesg | grep -c 'connected again, [1-9]' | grep -q '[1-9]'"
	# What is polled finds its ring gone, and its answers all the same.
	g "(diskload iopoll /dev/xvda $blocks 100000 >/tmp/load; echo LOAD \$? \
		>>/tmp/load) >/dev/null 2>&1 &" >/dev/null
	usleep 500000
	fewer "-q 1" "1+0 queues of 128"
	check "still reading" g "! grep ^LOAD /tmp/load"
	g 'n=0; until grep ^LOAD /tmp/load || [ $n = 300 ]; do n=$((n + 1)); usleep 100000; done; cat /tmp/load' >/tmp/out
	grep -q 'LOAD 0' /tmp/out && ok "polled reads outlive their ring" || {
		bad "the polled reads ended:"
		cat /tmp/out
	}
	check "the NIC has one queue" g "[ \$(ls -d /sys/class/net/eth0/queues/tx-* | wc -l) = 1 ]"
	check "and answers" ping -c 3 -i 0.2 -s 1400 10.9.0.5
	fewer "" "$vcpus+1 queues of 128"
	check "the NIC has $vcpus" g "[ \$(ls -d /sys/class/net/eth0/queues/tx-* | wc -l) = $vcpus ]"
	check "and answers" ping -c 3 -i 0.2 -s 1400 10.9.0.5
fi

# The backend says that the disk has another size.
resize() { # resize SECTORS
	local node=/local/domain/0/backend/qdisk/$dom/51712
	xs write $node/sectors "$1"
	xs write $node/state 4
	check "the disk has $1 sectors" g "n=0; until [ \$(cat \
		/sys/block/xvda/size) = $1 ] || [ \$n = 50 ]; do n=\$((n + 1))
		usleep 100000; done; [ \$n -lt 50 ]"
}
if part disksize; then
	g "diskload fill /dev/xvda $blocks" >/dev/null
	resize $((blocks * 4))
	resize $((blocks * 8))
	check "and is as it was" g "diskload load /dev/xvda $blocks 1"
fi

if part nic; then
	check "ping with 1,400 bytes" ping -c 3 -i 0.2 -s 1400 10.9.0.5
	check "ping with 20,000 bytes" ping -c 3 -i 0.2 -s 20000 10.9.0.5
	check "ethtool: its driver" g "nictool driver eth0"
	say "  $(grep DRIVER /tmp/g.out)"
	check "ethtool: statistics" g "nictool stats eth0"
	say "RESULT front_nic_statistics $(grep -c STAT /tmp/g.out)"
fi
if part nic && [ $net != vif ]; then
	check "ethtool names our driver" g \
		"nictool driver eth0 | grep -q 'DRIVER xylem-netfront'"
	check "ring sizes" g "nictool ring eth0"
	say "  $(grep RING /tmp/g.out)"
	check "ring sizes can be set" g "nictool ring eth0 64 64 |
		grep -q 'rx 64 of .* tx 64 of'"
	wait_until 10 "an answer with small rings" alive
	check "and packets go on" ping -c 5 -i 0.1 -s 8000 10.9.0.5
	check "ring sizes back" g "nictool ring eth0 256 256"
	wait_until 10 "an answer" alive
fi

# mtu BYTES: of everything on the way.
mtu() {
	ifconfig "vif$dom.0" mtu "$1" && ifconfig xenbr0 mtu "$1" &&
		g "ifconfig eth0 mtu $1"
}
frames_to_guest() { cat /sys/class/net/vif"$dom".0/statistics/tx_packets; }
# stream WAY: 8 MiB, "in" to the guest or "out" of it; its checksum.
stream() {
	if [ "$1" = in ]; then
		g "tcp recv 5003 2>/dev/null | sha256sum" 30 >/tmp/sum &
		usleep 500000
		timeout 30 tcp send 10.9.0.5 5003 </tmp/sent 2>/dev/null
	else
		timeout 30 tcp recv 5004 2>/dev/null | sha256sum >/tmp/sum &
		usleep 300000
		g "dd if=/dev/zero bs=1M count=8 2>/dev/null |
			tcp send 10.9.0.1 5004 2>/dev/null" 30 >/dev/null
	fi
	wait $!
	cut -c1-64 /tmp/sum | head -n 1
}
if part mtu; then
	head -c 8388608 /dev/urandom >/tmp/sent
	check "an MTU of 9000 on both ends" mtu 9000
	n0=$(frames_to_guest)
	check "ping with 8,000 bytes" ping -c 5 -i 0.2 -s 8000 10.9.0.5
	n1=$(frames_to_guest)
	[ $((n1 - n0)) -lt 10 ] && ok "unfragmented: $((n1 - n0)) frames" ||
		bad "$((n1 - n0)) frames for 5 pings"
	check "ping with 60,000 bytes" ping -c 3 -i 0.2 -s 60000 10.9.0.5
	[ "$(stream in)" = "$(sha256sum </tmp/sent | cut -c1-64)" ] &&
		ok "a TCP stream in" || bad "TCP in: $(cat /tmp/sum)"
	[ "$(stream out)" = "$(head -c 8388608 /dev/zero | sha256sum | cut -c1-64)" ] &&
		ok "a TCP stream out" || bad "TCP out: $(cat /tmp/sum)"
	check "and 1500 again" mtu 1500
	check "ping with 8,000 bytes in pieces" \
		ping -c 3 -i 0.2 -s 8000 10.9.0.5
fi

if part steer; then
	g "nictool steer eth0" | grep STEER
	steered "the control ring" 1
	steered "and back" 0
	steered "once more" 1
	kill_backend
	wait_until 20 "an answer" alive
	steered "a new backend" 0
fi

# The program says on the console that it is there; dom0 pings, and ends it if it
# can: one that drops all hears nothing of that, and stays for eight seconds.
# What the kernel itself answered stands in InEchos.
echos() { g "awk '/^Icmp: [0-9]/ { print \$10 }' /proc/net/snmp" | head -n 1; }
xdp() {
	local seconds=60
	[ "$1" != drop ] || seconds=8
	# Later: what drops all would drop the end of this conversation, too.
	g "(sleep 1; nictool xdp eth0 $1 $seconds) >/dev/console 2>&1 &" 5 \
		>/dev/null
	wait_log $log 20 "XDP $1 on" "XDP $1" >&2
	ping -c 5 -i 0.2 -W 1 10.9.0.5 >/tmp/ping 2>&1
	sed -n 's/.* \([0-9]*\) packets received.*/\1/p' /tmp/ping
	[ "$1" = drop ] || g "killall nictool" 5 >/dev/null
	wait_log $log 20 "XDP $1 off" "the end of XDP $1" >&2
}
if part xdp; then
	n0=$(echos)
	[ "$(xdp pass)" = 5 ] && ok "XDP pass: 5 of 5 pings" ||
		{ bad "XDP pass"; cat /tmp/ping; }
	n1=$(echos)
	[ $((n1 - n0)) = 5 ] && ok "answered by the kernel" ||
		bad "the kernel answered $((n1 - n0)) of 5"
	[ "$(xdp drop)" = 0 ] && ok "XDP drop: 0 of 5 pings" ||
		{ bad "XDP drop"; cat /tmp/ping; }
	n0=$(echos)
	[ "$(xdp tx)" = 5 ] && ok "XDP tx: 5 of 5 pings" ||
		{ bad "XDP tx"; cat /tmp/ping; }
	n1=$(echos)
	[ "$n0" = "$n1" ] && ok "answered by the program, not the kernel" ||
		bad "the kernel answered $((n1 - n0)) pings"
	check "ping after XDP" ping -c 3 -i 0.2 10.9.0.5
fi

# lie KIND DEVID LIE HONEST COMMANDS: the device goes offline with one clear
# line, the guest lives.
lie() {
	local n said
	n=$(wc -l <$log)
	liar "$1" "$dom" "$2" "$3" "$4" >/tmp/liar 2>&1 &
	g "$5" 60 >/tmp/lie.out 2>&1
	kill $! 2>/dev/null
	wait $!
	g "n=0; while [ -e /sys/bus/xen/devices/$1-$2 ] && [ \$n -lt 50 ]; do
		n=\$((n + 1)); usleep 100000; done" >/dev/null
	grep -q 'LIAR told' /tmp/liar || {
		bad "$1 $3: the lie was not told"
		cat /tmp/liar /tmp/lie.out
		return
	}
	said=$(tail -n +$((n + 1)) $log | grep -a 'offline:' | tail -n 1 |
		tr -d '\r')
	[ -n "$said" ] && ok "$1 $3: $said" || {
		bad "$1 $3: no word of it on the console:"
		tail -n +$((n + 1)) $log | tail -n 5
		cat /tmp/liar /tmp/lie.out
	}
	alive || bad "$1 $3: the guest does not answer"
}
# disk_lie LIE COMMAND: executed when the disk, $d, is there.
disk_lie() {
	lie vbd "$devid" "$1" 12 "d=/dev/xvd$(echo $(((devid - 51712) / 16)) |
		tr 0123456789 abcdefghij)
		n=0; until [ -b \$d ] || [ \$n = 50 ]; do n=\$((n + 1)); usleep 100000; done
		echo 2000 >/sys/block/\${d##*/}/queue/io_timeout
		$2"
	devid=$((devid + 16))
}
if part disklies; then
	g "diskload fill /dev/xvda $blocks" >/dev/null
	devid=51728 # xvdb
	for w in id op twice jump back silent geometry; do
		disk_lie $w "timeout 20 dd if=\$d of=/dev/null bs=1M count=10"
	done
	# 32 requests at once, none of which is answered: blk-mq, which lets
	# them time out, must know of each.
	disk_lie batch "cp /tmp/rounds /tmp/kept
		timeout 20 diskload load \$d 64 2 >/tmp/load 2>&1 &
		sleep 1; cat /sys/block/\${d##*/}/inflight; wait
		mv /tmp/kept /tmp/rounds"
	n=$(awk 'NF == 2 && $1 + $2 > 0 { print $1 + $2 }' /tmp/lie.out)
	[ "$n" = 32 ] && ok "all 32 requests of a batch are known" ||
		bad "$n of 32 requests of a batch are known"
	check "the disk of an honest backend goes on" \
		g "diskload load /dev/xvda $blocks 1"
fi
if part niclies; then
	devid=1
	for w in id twice jump back rx-id rx-long rx-jump rx-endless; do
		lie vif $devid $w 0 "d=/sys/bus/xen/devices/vif-$devid/net
		n=0; until [ -e \$d ] || [ \$n = 50 ]; do n=\$((n + 1)); usleep 100000; done
		d=\$(ls \$d)
		ifconfig \$d 10.77.$devid.2 netmask 255.255.255.0 up
		ping -c 2 -W 1 10.77.$devid.1"
		devid=$((devid + 1))
	done
	# A silent one is known by a full ring without an answer for so long.
	g "echo 2 >/sys/module/xylem_netfront/parameters/silence" >/dev/null
	for w in silent late; do
		lie vif $devid $w 0 "d=/sys/bus/xen/devices/vif-$devid/net
		n=0; until [ -e \$d ] || [ \$n = 50 ]; do n=\$((n + 1)); usleep 100000; done
		d=\$(ls \$d)
		nictool ring \$d 64 64
		ifconfig \$d 10.77.$devid.2 netmask 255.255.255.0 up
		arp -i \$d -s 10.77.$devid.1 00:16:3e:77:77:77
		ping -c 100 -i 0.01 -W 1 10.77.$devid.1
		n=0; until dmesg | tail -n 5 | grep -q 'answers again' || [ \$n = 60 ]
		do n=\$((n + 1)); usleep 100000; done
		cat /sys/class/net/\$d/carrier"
		cp /tmp/lie.out /tmp/lie.$w
		devid=$((devid + 1))
	done
	tail -n 2 /tmp/lie.silent | grep -qx 0 && ok "silent: no carrier" ||
		bad "silent: $(tail -n 2 /tmp/lie.silent)"
	tail -n 2 /tmp/lie.late | grep -qx 1 &&
		ok "late: with the first answer it is on again" ||
		bad "late: $(tail -n 2 /tmp/lie.late)"
fi

check "destroy" timeout 60 xl destroy f
xenstore-rm /local/domain/0/backend/liar 2>/dev/null
# dom0's table of mapped grants has grown by a frame or two (with more queues:
# three), and stays so.
frames() { echo "$1" | cut -d' ' -f2; }
now=$(leaks)
left=$(($(frames "$before") - $(frames "$now")))
[ $left -gt 0 ] && [ $left -le $((vcpus + 1)) ] &&
	before="frames $(frames "$now") ${before#frames * }"
same_counts "$before"
finish

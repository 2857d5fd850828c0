# SPDX-License-Identifier: GPL-2.0-only
#
# queues: a Debian guest with several vCPUs, so that its stock frontends take
# several queues, on disk and NIC. Data is written by several processes at once
# and compared, TCP goes both ways on several streams, while the backend dies
# and comes again. Nothing may be lost. At the end the first of its NICs loses
# its TAP to `ip link del`: the second one and the disk must not notice.

. /job/lib.sh
truncate -s 64M /tmp/q.img
cat >/tmp/script.sh <<'X'
echo "QUEUES disk $(ls /sys/block/xvda/mq | wc -l) nic $(ls -d /sys/class/net/eth0/queues/tx-* | wc -l)"
worker() {
	local n=0
	while [ $n -lt 8 ]; do
		n=$((n + 1))
		head -c 262144 /dev/urandom >/tmp/b$1
		dd if=/tmp/b$1 of=/dev/xvda bs=64k seek=$(($1 * 200 + n * 4)) \
			conv=fsync 2>/dev/null || echo "LOST write $1 $n"
		dd if=/dev/xvda bs=64k skip=$(($1 * 200 + n * 4)) count=4 \
			iflag=direct 2>/dev/null | cmp -s - /tmp/b$1 ||
			echo "LOST $1 $n"
		[ $n = 4 ] && echo "HALF $1"
	done
	echo "WORKER $1"
}
for i in 0 1 2 3; do worker $i & done
wait
for i in 0 1 2 3; do
	head -c 2097152 /dev/urandom >/tmp/s$i
	echo "SENT $i $(sha256sum </tmp/s$i)"
done
for i in 0 1 2 3; do tcp send 10.9.0.1 $((7000 + i)) </tmp/s$i 2>/dev/null & done
wait
for i in 0 1 2 3; do
	(echo "GOT $i $(tcp recv $((7010 + i)) 2>/dev/null | sha256sum)") &
done
sleep 0.5
echo "QUEUES listen"
wait
ifconfig eth1 10.9.1.8 netmask 255.255.255.0 up
ln -s busybox /bin/nc
echo "QUEUES done"
nc -ll -p 7000 -e /bin/sh
X
mkdir -p /tmp/add
cp /tmp/script.sh /tmp/add/script.sh
(cd /tmp/add && echo script.sh | cpio -o -H newc 2>/dev/null) >/tmp/add.cpio
cat /extra/guest.cpio /tmp/add.cpio >/tmp/q.cpio
linux q script 'vcpus = 2' 'ramdisk = "/tmp/q.cpio"' \
	'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:08",
	"bridge=xenbr0,mac=00:16:3e:00:00:09" ]' \
	'disk = [ "format=raw,vdev=xvda,access=rw,target=/tmp/q.img" ]'
sed -i 's/guest.do=script/guest.do=script guest.ip=10.9.0.8 guest.gw=10.9.0.1/' \
	/tmp/q.cfg
for i in 0 1 2 3; do
	tcp recv $((7000 + i)) 2>/dev/null | sha256sum >/tmp/got.$i &
done
before=$(ls /run/xylem-backend)
xl create -q /tmp/q.cfg || { bad "create"; finish; }
log=$(conlog q)
must_log "$log" 60 "QUEUES disk" "the guest's first words"
grep -a "QUEUES disk" "$log"
grep -aq "QUEUES disk 2 nic 2" "$log" && ok "two queues each" ||
	bad "not two queues: $(grep -a 'QUEUES disk' "$log")"
must_log "$log" 60 "HALF 0" "the first writes"
pid=$(pidof xylem-backend)
kill -9 "$pid"
must_log "$log" 120 "WORKER 3" "the last worker, after the backend's death"
must_log "$log" 90 "QUEUES listen" "the transfers out"
grep -a LOST "$log" && bad "a write was lost" || ok "no write lost"
for i in 0 1 2 3; do
	sum=$(sed -n "s/.*SENT $i \([0-9a-f]*\).*/\1/p" "$log")
	[ -n "$sum" ] && grep -q "$sum" /tmp/got.$i && ok "stream $i out" ||
		bad "stream $i out: $sum, got $(cat /tmp/got.$i)"
	head -c 2097152 /dev/urandom >/tmp/in.$i
	tcp send 10.9.0.8 $((7010 + i)) </tmp/in.$i 2>/dev/null &
done
must_log "$log" 90 "QUEUES done" "the transfers in"
for i in 0 1 2 3; do
	sum=$(sha256sum </tmp/in.$i)
	grep -aq "GOT $i ${sum%% *}" "$log" && ok "stream $i in" ||
		bad "stream $i in"
done

# The guest answers by its second NIC, on a network of its own.
backend_log=/var/log/xen/xylem-backend.log
guest=10.9.1.8
ifconfig xenbr0:1 10.9.1.1 netmask 255.255.255.0
vif=vif$(xl domid q).0
lines=$(wc -l <$backend_log)
new_lines() { tail -n +$((lines + 1)) $backend_log | grep "$1"; }
stopped() { [ "$(new_lines "$vif.*interface stopped" | wc -l)" = 1 ]; }
pid=$(pidof xylem-backend)
# In hundredths of a second: all that the daemon has had of the CPU.
cpu_time() {
	set -- $(cat /proc/"$pid"/stat)
	echo $((${14} + ${15}))
}
check "its TAP is deleted by hand" ip link del "$vif"
wait_until 10 "the backend's word of it" stopped
t=$(cpu_time)
sleep 2
t=$(($(cpu_time) - t))
[ $t -le 10 ] && ok "the backend spends $t of the next 200 hundredths" ||
	bad "the backend spends $t of the next 200 hundredths of a second"
stopped && ok "one line: $(new_lines "$vif")" || {
	bad "not one line that the interface stopped:"
	new_lines .
}
check "the second NIC goes on" ping -c 3 -i 0.2 -s 1400 $guest
check "and the disk" g "dd if=/tmp/b0 of=/dev/xvda bs=64k conv=fsync &&
	dd if=/dev/xvda bs=64k count=4 iflag=direct | cmp - /tmp/b0"
check "destroy" xl destroy q
linux r idle 'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:0a" ]'
sed -i 's/guest.do=idle/guest.do=idle guest.ip=10.9.0.10 guest.gw=10.9.0.1/' \
	/tmp/r.cfg
check "another guest" xl create -q /tmp/r.cfg
check "has its NIC" wait_until 30 "its answer" ping -c 1 -W 1 10.9.0.10
[ "$(pidof xylem-backend)" = "$pid" ] && ok "from the same backend" ||
	bad "the backend died"
check "destroy it" xl destroy r
records_as_before() { [ "$(ls /run/xylem-backend)" = "$before" ]; }
check "no record is left" wait_until 5 "the records' end" records_as_before
grep -a "queues" /var/log/xen/xylem-backend.log
finish

# SPDX-License-Identifier: GPL-2.0-only
#
# queues: a Debian guest with several vCPUs, so that its stock frontends take
# several queues, on disk and NIC. Data is written by several processes at once
# and compared, TCP goes both ways on several streams, while the backend dies
# and comes again. Nothing may be lost.

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
echo "QUEUES done"
X
mkdir -p /tmp/add
cp /tmp/script.sh /tmp/add/script.sh
(cd /tmp/add && echo script.sh | cpio -o -H newc 2>/dev/null) >/tmp/add.cpio
cat /extra/guest.cpio /tmp/add.cpio >/tmp/q.cpio
linux q script 'vcpus = 2' 'ramdisk = "/tmp/q.cpio"' \
	'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:08" ]' \
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
check "destroy" xl destroy q
wait_until 5 "the record's end" [ "$(ls /run/xylem-backend)" = "$before" ]
grep -a "queues" /var/log/xen/xylem-backend.log
finish

# SPDX-License-Identifier: GPL-2.0-only
#
# micro_bad: the small guest kernel's disk and NIC in bad weather: a backend
# that closes and comes back, dies and comes back, and backends that lie. What
# was acknowledged stays, a liar's device goes offline with one line, the
# program lives.

. /job/lib.sh

# --- the backend goes and comes while a disk is written, read back, copied
half=24	# MiB: what blkperf copies behind itself
truncate -s $((half * 2))M /tmp/disk.img
dd if=/dev/urandom of=/tmp/disk.img bs=1M count=$half conv=notrunc 2>/dev/null
micro blk blkperf "ms=50 verify" \
	'disk = [ "format=raw,vdev=xvda,access=rw,target=/tmp/disk.img" ]'
check "create blkperf" xl create -q /tmp/blk.cfg
id=$(xl domid blk)
back=/local/domain/0/backend/qdisk/$id/51712
up() { [ "$(xenstore-read $back/state)" = 4 ]; }
wait_until 20 "its disk" up
over() { grep -q "blkperf: [vF]" "$(conlog blk)"; }
n=0
for i in 1 2 3; do
	usleep $((60000 * i))
	over && break	# its domain may be gone any moment
	xenstore-write $back/state 5
	wait_until 20 "the disk after close $i" up
	usleep $((60000 * i))
	kill -9 "$(pidof xylem-backend)"
	wait_until 20 "a backend" pidof xylem-backend
	over && break
	n=$i
done
[ $n -gt 0 ] && ok "$n closes and $n kills while it worked" ||
	bad "it was over too early"
must_log "$(conlog blk)" 60 "blkperf: done, 0 errors" "blkperf's end"
check "verified" grep "verified: $((half * 1024)) KiB" "$(conlog blk)"
wait_until 10 "blkperf's power-off" gone blk
dd if=/tmp/disk.img of=/tmp/low bs=1M count=$half 2>/dev/null
dd if=/tmp/disk.img of=/tmp/high bs=1M skip=$half 2>/dev/null
check "what it copied, on the image" cmp /tmp/low /tmp/high

# --- a network backend that takes frames in one piece only
micro plain netperf "ip=10.9.0.4 ms=200 tcp-out=10.9.0.1:5001" \
	'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:04" ]'
tcp recv 5001 >/tmp/stream 2>/tmp/tcp &
sink=$!
check "create netperf, paused" xl create -q -p /tmp/plain.cfg
back=/local/domain/0/backend/vif/$(xl domid plain)/0
waits() { [ "$(xenstore-read $back/state)" = 2 ]; }
wait_until 10 "its NIC's backend" waits
xenstore-rm $back/feature-sg
xl unpause plain
must_log "$(conlog plain)" 30 "netperf: done" "netperf's end"
wait $sink
bytes=$(sed -n 's/.*tcp_out","ops":[0-9]*,"bytes":\([0-9]*\),.*/\1/p' \
	"$(conlog plain)")
[ -n "$bytes" ] && [ "$(wc -c </tmp/stream)" = "$bytes" ] &&
	ok "without feature-sg: all $bytes bytes arrived" ||
	bad "without feature-sg: sent '$bytes', $(cat /tmp/tcp)"

# lie PROGRAM KIND DEVID LIE TEXT CMDLINE: a device that lies after 3 honest
# answers; TEXT is what the guest says of it before it ends in order.
lie() {
	local name=lie-$2-$4 log
	log=$(conlog "$name")
	micro "$name" "$1" "wait=20 patience=1 $6"
	xl create -q /tmp/"$name".cfg || bad "create $name"
	liar "$2" "$(xl domid "$name")" "$3" "$4" 3 >/tmp/liar 2>&1 &
	wait_log "$log" 25 "$5" "$name" && ok "$name: $5" || bad "$name"
	wait $!
	grep -q "LIAR told" /tmp/liar || bad "$name: $(cat /tmp/liar)"
	wait_until 15 "$name's end" gone "$name" &&
		! grep -q "guest died" "$log" || bad "$name did not end in order"
}
lie blkperf vbd 51712 id "offline" ms=100
lie blkperf vbd 51712 jump "offline" ms=100
lie blkperf vbd 51712 silent "offline: the backend does not answer" ms=100
lie blkperf vbd 51712 geometry "cannot connect" ms=100
net="ip=10.77.0.2 ms=2000 udp-out=10.77.0.1:9"
lie netperf vif 0 id "offline" "$net"
lie netperf vif 0 rx-long "offline" "$net"
lie netperf vif 0 rx-jump "offline" "$net"
finish

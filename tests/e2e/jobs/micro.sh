# SPDX-License-Identifier: GPL-2.0-only
#
# micro: guests of one program each, made with frontend-drivers/guest, in 4 MiB:
# httpd serves an archive from its disk over its NIC, blkperf and netperf drive
# theirs; and what they say when something is missing or wrong.

. /job/lib.sh
ip=10.9.0.5
mac=00:16:3e:00:00:05

disk() { echo "disk = [ \"format=raw,vdev=xvda,access=$2,target=$1\" ]"; }
vif() { echo "vif = [ \"bridge=xenbr0,mac=$mac\" ]"; }
sum() { sha256sum "$@" | cut -c1-64; }

# http TEXT...: one connection, requests as given (\r\n by printf), the answer.
http() { printf "$*" | timeout 10 nc $ip 80 | tr -d '\r'; }
# answers WHAT PATTERN TEXT...: the answer must have this.
answers() {
	local what=$1 pattern=$2
	shift 2
	http "$@" >/tmp/answer
	grep -q "$pattern" /tmp/answer && ok "$what: $pattern" || {
		bad "$what: no '$pattern' in:"
		head -n 12 /tmp/answer
	}
}

# --- a web server
mkdir -p /tmp/site/sub
dd if=/dev/urandom of=/tmp/site/big bs=1k count=1537 2>/dev/null
echo "<p>hello from a unikernel</p>" >/tmp/site/index.html
echo "deep" >"/tmp/site/sub/a b.txt"
: >/tmp/site/empty
tar cf /tmp/site.tar -C /tmp/site .
micro web httpd "ip=$ip gw=10.9.0.1" "$(disk /tmp/site.tar ro)" "$(vif)"
check "create httpd" xl create -q /tmp/web.cfg
must_log "$(conlog web)" 20 "httpd: 4 files at http://$ip:80/" "httpd's ready"
check "ping" ping -c 3 -i 0.1 $ip
[ "$(netpoke ask $ip 7 echo-me)" = echo-me ] && ok "UDP echo" || bad "UDP echo"
wget -q -O /tmp/got http://$ip/big
[ "$(sum /tmp/got)" = "$(sum /tmp/site/big)" ] &&
	ok "a file of 1537 KiB, SHA-256" || bad "the file differs"
get='HTTP/1.1\r\nHost: x\r\n'
answers "GET /" "hello from a unikernel" "GET / $get\r\n"
answers "a name with %%20" "^deep" "GET /sub/a%%20b.txt?q $get\r\n"
answers "HEAD" "Content-Length: 30" "HEAD /index.html $get\r\n"
grep -q hello /tmp/answer && bad "HEAD has content" || ok "HEAD has no content"
answers "an empty file" "Content-Length: 0" "GET /empty $get\r\n"
answers "no such file" "^HTTP/1.1 404" "GET /none $get\r\n"
answers "nonsense" "^HTTP/1.1 400" "hello\r\n\r\n"
answers "another method" "^HTTP/1.1 501" "PUT / $get\r\n"
http "GET / $get\r\nHEAD /big $get\r\nGET /none $get\r\nGET / $get\r\n" \
	>/tmp/answer
[ "$(grep -c '^HTTP/1.1 200' /tmp/answer)" = 3 ] &&
	[ "$(grep -c '^HTTP/1.1 404' /tmp/answer)" = 1 ] &&
	ok "four requests on one connection" || bad "four requests: $(cat /tmp/answer)"
for i in 1 2 3 4 5; do
	wget -q -O /tmp/par$i http://$ip/big &
	eval "p$i=$!"
done
wait $p1 $p2 $p3 $p4 $p5
[ "$(sum /tmp/par[1-5] | sort -u)" = "$(sum /tmp/site/big)" ] &&
	ok "five clients at once" || bad "five clients at once"
refuse "a closed port" 1 refused nc $ip 81 </dev/null
netpoke junk xenbr0 $mac $ip 3000 || bad "junk was not sent"
answers "after 3000 frames of nonsense" "hello from" "GET / $get\r\n"
check "xl shutdown" timeout 20 xl shutdown -w web

# --- a disk at full speed
dd if=/dev/urandom of=/tmp/disk.img bs=1M count=4 2>/dev/null
micro blk blkperf "ms=100 verify" "$(disk /tmp/disk.img rw)"
check "create blkperf" xl create -q /tmp/blk.cfg
must_log "$(conlog blk)" 30 "blkperf: done, 0 errors" "blkperf's end"
grep -q "verified: 2048 KiB" "$(conlog blk)" && ok "written and read back" ||
	bad "verify: $(grep verif "$(conlog blk)")"
wait_until 10 "blkperf's power-off" gone blk
dd if=/tmp/disk.img of=/tmp/low bs=1M count=2 2>/dev/null
dd if=/tmp/disk.img of=/tmp/high bs=1M skip=2 2>/dev/null
check "what it copied, on the image" cmp /tmp/low /tmp/high
micro blk2 blkperf "ms=100 write" "$(disk /tmp/disk.img rw)"
check "create blkperf" xl create -q /tmp/blk2.cfg
must_log "$(conlog blk2)" 30 "blkperf: done, 0 errors" "blkperf's end"
json=$(sed -n 's/^JSON //p' "$(conlog blk2)" | tr -d '\r')
say "RESULT blkperf $json"
[ "$(echo "$json" | tr '{' '\n' | grep -c '"errors":0,')" = 7 ] &&
	ok "seven rows, as JSON" || bad "JSON: $json"

# --- a NIC at full speed
micro net netperf "ip=10.9.0.4 ms=500 tcp-out=10.9.0.1:5001 tcp-in=5002 udp-out=10.9.0.1:5003 udp-in=5004" \
	'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:04" ]'
tcp drop 5001 2>/tmp/tcp-out &
p1=$!
udp recv 5003 >/tmp/udp-out &
p2=$!
check "create netperf" xl create -q /tmp/net.cfg
must_log "$(conlog net)" 30 "TCP port 5002" "netperf's first row"
check "TCP to it" tcp blast 10.9.0.4 5002 0.5
must_log "$(conlog net)" 30 "UDP port 5004" "netperf's third row"
check "UDP to it" udp blast 10.9.0.4 5004 64 0.5
must_log "$(conlog net)" 30 "netperf: done" "netperf's end"
wait $p1 && wait $p2 && ok "TCP and UDP from it" || bad "a peer failed"
json=$(sed -n 's/^JSON //p' "$(conlog net)" | tr -d '\r')
say "RESULT netperf $json"
bytes=$(echo "$json" | sed -n 's/.*tcp_out","ops":[0-9]*,"bytes":\([0-9]*\),.*/\1/p')
grep -q "bytes $bytes " /tmp/tcp-out && ok "all $bytes bytes arrived" ||
	bad "sent $bytes, $(cat /tmp/tcp-out)"
[ "$(echo "$json" | tr '{' '\n' | grep -c '"errors":0,')" = 4 ] &&
	ok "four rows, as JSON" || bad "JSON: $json"

# --- what is missing is said; and from here on nothing may be left behind (the
# first guests grew the backend's folders and dom0's table of mapped grants)
before=$(leaks)
says() { # says NAME TEXT: the config NAME.cfg ends with this line
	check "create $1" xl create -q /tmp/"$1".cfg
	wait_log "$(conlog "$1")" 20 "$2" "$1" && ok "$1: $2" || bad "$1"
	wait_until 10 "$1's end" gone "$1"
}
micro nothing httpd "ip=$ip" "$(vif)"
says nothing "no disk"
micro nonic httpd "ip=$ip" "$(disk /tmp/site.tar ro)"
says nonic "no NIC"
micro noip httpd "" "$(disk /tmp/site.tar ro)" "$(vif)"
says noip "no address"
micro notar httpd "ip=$ip" "$(disk /tmp/disk.img ro)" "$(vif)"
says notar "no tar archive on the disk"
dd if=/tmp/site.tar of=/tmp/cut.tar bs=1k count=700 2>/dev/null
micro cut httpd "ip=$ip" "$(disk /tmp/cut.tar ro)" "$(vif)"
says cut "the archive is longer than the disk"
micro ro blkperf "ms=50 write verify" "$(disk /tmp/disk.img ro)"
says ro "the disk is read-only"
same_counts "$before"
finish

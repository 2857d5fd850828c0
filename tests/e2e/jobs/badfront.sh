# SPDX-License-Identifier: GPL-2.0-only
#
# badfront: a guest whose block and network frontends attack the backend, one
# class after the other, beside a Debian guest whose disk and NIC are checked
# all the time. It costs the bad guest its devices, now and then; it costs the
# neighbour nothing, the daemon never dies, and nothing is left behind.

. /job/lib.sh
truncate -s 64M /tmp/g.img
truncate -s 8M /tmp/bad.img
head -c 8388608 /dev/urandom >/tmp/ro.img
sum=$(sha256sum </tmp/ro.img)

# bad WORDS: create it with two disks and a NIC; $log is its console's log.
bad_guest() {
	log=$(conlog bad)
	rm -f "$log"
	{
		echo 'name = "bad"'
		echo 'type = "pv"'
		echo 'kernel = "/extra/badfront.elf"'
		echo 'memory = 16'
		echo "cmdline = \"$1\""
		echo 'disk = [ "format=raw,vdev=xvda,access=rw,target=/tmp/bad.img",'
		echo '         "format=raw,vdev=xvdb,access=ro,target=/tmp/ro.img" ]'
		echo 'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:66" ]'
	} >/tmp/bad.cfg
	check "$1: create" xl create -q /tmp/bad.cfg
}

# A first life, for what dom0 needs once and keeps.
bad_guest warm
wait_until 30 "its end" gone bad
linux g kill 'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:05" ]' \
	'disk = [ "format=raw,vdev=xvda,access=rw,target=/tmp/g.img" ]'
sed -i 's/guest.do=kill/guest.do=kill guest.ip=10.9.0.5 guest.gw=10.9.0.1/' \
	/tmp/g.cfg
# Its name goes before its last page does.
alone() { leaks | grep -q 'domains 1$'; }
wait_until 10 "the end of its last page" alone
before=$(leaks)
pid=$(pidof xylem-backend)
xl create -q /tmp/g.cfg || bad "create g"
must_log "$(conlog g)" 60 "ROUND 2" "the neighbour's second round"
# It does not say where it is.
arp -i xenbr0 -s 10.9.0.66 00:16:3e:00:00:66 || bad "no address to ping"
ping -i 0.1 10.9.0.66 >/dev/null 2>&1 &
pings=$!

# neighbour WORDS: two more rounds of data written, read and compared; ping.
neighbour() {
	local n
	n=$(sed -n 's/.*ROUND \([0-9]*\).*/\1/p' "$(conlog g)" | tail -n 1)
	wait_log "$(conlog g)" 60 "ROUND $((n + 2))" "its rounds after $1" &&
		ok "$1: the neighbour's disk goes on" || bad "$1: its disk"
	ping -c 3 -i 0.2 -W 5 10.9.0.5 >/tmp/ping 2>&1 &&
		ok "$1: the neighbour answers ping" || bad "$1: its ping"
	[ "$(pidof xylem-backend)" = "$pid" ] && ok "$1: the daemon lives" ||
		bad "$1: the daemon died"
}

for words in keys block net queues; do
	start=$(tick)
	bad_guest $words
	if wait_log "$log" 120 "GUEST-TEST" "the end of $words" &&
		grep -aq "GUEST-TEST success" "$log"; then
		ok "$words: $(tail -n 1 "$log")"
		grep -a "waited for dom0" "$log"
	else
		bad "$words: $(tail -n 3 "$log")"
		show_log /var/log/xen/xylem-backend.log
	fi
	check "$words: it is gone" wait_until 15 "its end" gone bad
	say "$words took $((($(tick) - start) / 1000)) ms"
	neighbour $words
done
[ "$(sha256sum </tmp/ro.img)" = "$sum" ] && ok "read-only means it" ||
	bad "a read-only image was written"

# Dies with its ring full; five times, to meet different moments.
for i in 1 2 3 4 5; do
	bad_guest die
	check "die: it is gone" wait_until 15 "its end" gone bad
done
neighbour die
# Destroyed under load, at five moments, and created again at once.
for ms in 0 7 20 50 130; do
	bad_guest load
	wait_log "$log" 20 "BADFRONT loaded" "the load"
	usleep ${ms}000
	check "load: destroy" timeout 30 xl destroy bad
done
neighbour load
# States that change for ever: others are created and served meanwhile.
bad_guest flap
wait_log "$log" 20 "BADFRONT flaps" "the flapping"
neighbour flap
trivial t "" 'vif = [ "bridge=xenbr0" ]'
check "flap: another guest with a NIC" timeout 30 xl create -q /tmp/t.cfg
check "flap: destroy that" timeout 30 xl destroy t
check "flap: destroy" timeout 30 xl destroy bad
neighbour "all of it"
kill $pings
grep -a LOST "$(conlog g)" && bad "the neighbour lost a write" ||
	ok "no write lost"
check "destroy the neighbour" xl destroy g
same_counts "$before"
[ -z "$(ls /run/xylem-backend | grep -v lock)" ] &&
	ok "no record is left" || bad "records left: $(ls /run/xylem-backend)"
# A domain may be gone before the daemon has closed its TAP.
no_tap() { ! ls /sys/class/net | grep -q '^vif'; }
check "no TAP left" wait_until 5 "the last TAP's end" no_tap
wc -c </var/log/xen/xylem-backend.log | {
	read -r n
	say "the backend's log has $n bytes"
	[ "$n" -lt 60000 ]
} && ok "its log is short" || bad "its log is long"
grep VmRSS /proc/"$pid"/status
finish

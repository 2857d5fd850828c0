# SPDX-License-Identifier: GPL-2.0-only
#
# comeback: a disk is told to close under a full ring of writes, and comes back
# (online is 1); in between the backend is killed. The frontend sends again what
# was not acknowledged and in the end every block holds what was acknowledged
# last. The record of the rings ends with an orderly close and outlives a kill.

. /job/lib.sh
truncate -s 8M /tmp/bad.img
{
	echo 'name = "c"'
	echo 'type = "pv"'
	echo 'kernel = "/extra/badfront.elf"'
	echo 'memory = 16'
	echo 'cmdline = "comeback"'
	echo 'disk = [ "format=raw,vdev=xvda,access=rw,target=/tmp/bad.img" ]'
} >/tmp/c.cfg
check "create" xl create -q /tmp/c.cfg
log=$(conlog c)
id=$(xl domid c)
back=/local/domain/0/backend/qdisk/$id/51712
record=/run/xylem-backend/qdisk-$id-51712
inode() { ls -i "$record" 2>/dev/null | { read -r n rest; echo "$n"; }; }

# taken_up N: a daemon took it up for the Nth time.
taken_up() {
	[ "$(grep -c "qdisk/$id/51712: taken up" \
		/var/log/xen/xylem-backend.log)" = "$1" ]
}

for i in 0 1 2 3 4 5; do
	must_log "$log" 60 "at work $i" "its work, $i"
	usleep $((30000 + i * 41000))
	old=$(inode)
	if [ $((i % 2)) = 1 ]; then
		pid=$(pidof xylem-backend)
		kill -9 "$pid"
		wait_until 15 "a new backend" taken_up $(((i + 1) / 2))
		[ -n "$old" ] && [ "$(inode)" = "$old" ] &&
			ok "$i: the record outlives a kill" ||
			bad "$i: the record was $old, is $(inode)"
		usleep 50000
	fi
	# The new record may get the number of the old one: hold that file.
	exec 9<"$record"
	xenstore-write "$back/state" 5
	if [ $i = 5 ]; then
		wait_log "$log" 30 "came back" "its last return"
	else
		wait_log "$log" 30 "at work $((i + 1))" "its return"
	fi
	[ "$(inode)" != "$old" ] && ok "$i: another record after the close" ||
		bad "$i: the same record after the close"
	exec 9<&-
done
wait_log "$log" 60 "GUEST-TEST" "its end"
grep -a "came back" "$log"
grep -aq "GUEST-TEST success" "$log" && ok "nothing lost, nothing late" ||
	bad "$(tail -n 3 "$log")"
wait_until 10 "its end" gone c
[ "$(grep -c "ready, with direct calls$" \
	/var/log/xen/xylem-backend.log)" = 4 ] &&
	ok "four backends, each with direct calls" ||
	bad "not with direct calls: $(grep ready /var/log/xen/xylem-backend.log)"
[ ! -e "$record" ] && ok "no record left" || bad "a record is left"
finish

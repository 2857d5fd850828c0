# SPDX-License-Identifier: GPL-2.0-only
#
# killed: daemons die by SIGKILL while a guest lives; the guest goes on.
#
# consoled and xl-supervisor must be there again and know the guest; the
# backend's disk must serve on, with no acknowledged write lost (the guest
# checks its own file); a second guest never notices.

. /job/lib.sh
truncate -s 64M /tmp/d.img
trivial by ""
xl create /tmp/by.cfg >/dev/null || bad "create by"
by=$(xl domid by)
linux g kill 'disk = [ "format=raw,vdev=xvda,access=rw,target=/tmp/d.img" ]'
xl create /tmp/g.cfg >/tmp/out 2>&1 || { cat /tmp/out; bad "create g"; finish; }
log=$(conlog g)
must_log $log 60 "ROUND 2" "the guest's second round"
ok "guest writes and reads"

# revived NAME: a process of this name that is not PID.
revived() { local p; p=$(pidof "$1") && [ "$p" != "$2" ]; }
for d in xylem-backend consoled xl-supervisor; do
	pid=$(pidof $d) || { bad "$d does not run"; continue; }
	kill -9 $pid
	check "$d is there again" wait_until 10 "$d" revived $d "$pid"
	n=$(sed -n 's/.*ROUND \([0-9]*\).*/\1/p' $log | tail -n 1)
	wait_log $log 60 "ROUND $((n + 2))" "two more rounds after $d's death" &&
		ok "the guest goes on"
done
# Without direct calls a backend works as well, and slower: nobody would see it.
backend_log=/var/log/xen/xylem-backend.log
case $(xl info xen_extra) in
*xylem*)
	n=$(grep -c "ready, with direct calls" $backend_log)
	[ "$n" = 2 ] && ! grep "no more direct calls" $backend_log &&
		ok "both backends had direct calls" ||
		{ bad "$n of 2 backends had direct calls"; show_log $backend_log; } ;;
esac
grep -a LOST $log && bad "the guest lost a write" || ok "no write lost"
[ "$(xl domid by)" = "$by" ] && ok "the other guest never noticed" ||
	bad "the other guest is gone or was made anew"
check "xl destroy" xl destroy g
check "gone" gone g
xl destroy by
finish

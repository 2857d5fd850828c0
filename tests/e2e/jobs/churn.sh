# SPDX-License-Identifier: GPL-2.0-only
#
# churn: fifty guests made and destroyed, 45 trivial, 5 Debian; some of them
# destroyed at a random moment of their birth; nothing may be left behind.

. /job/lib.sh
trivial warm off
xl create /tmp/warm.cfg >/dev/null 2>&1
wait_until 10 "the first guest's end" gone warm
linux w2 idle
xl create /tmp/w2.cfg >/dev/null 2>&1
xl destroy w2
trivial t ""
linux l idle

# one N: guest number N comes and goes, in the way that its last digit says.
one() {
	local i=$1 cfg=/tmp/t.cfg name=t
	case $i in *0) cfg=/tmp/l.cfg name=l ;; esac
	case $i in
	*[37])	# in the middle of its creation
		xl create $cfg >/dev/null 2>&1 &
		usleep $((i * 3571 % 97))000
		xl destroy $name >/tmp/out 2>&1
		wait $!
		xl destroy $name >>/tmp/out 2>&1
		;;
	*5)	# as soon as it exists
		xl create $cfg >/dev/null 2>&1 &
		wait_until 10 "$name" xl domid $name
		xl destroy $name >/tmp/out 2>&1
		wait $!
		xl destroy $name >>/tmp/out 2>&1
		;;
	*)
		xl create $cfg >/tmp/out 2>&1 || {
			bad "create number $i"
			cat /tmp/out
		}
		[ $((i % 4)) = 0 ] && usleep 100000
		xl destroy $name >/tmp/out 2>&1 || {
			bad "destroy number $i"
			cat /tmp/out
		}
		;;
	esac
	gone $name || {
		bad "guest $i is still there"
		cat /tmp/out
	}
}

# fifty FIRST: fifty guests, numbered from there.
fifty() {
	local i=$1 end=$(($1 + 50))
	while [ $i -lt $end ]; do
		i=$((i + 1))
		one $i
	done
}

# nothing_left BEFORE: the counts come back to what they were, within 5 s.
nothing_left() {
	local i=0
	while [ $i -lt 20 ]; do
		now=$(leaks)
		[ "$now" = "$1" ] && return
		usleep 250000
		i=$((i + 1))
	done
	return 1
}

# The hypervisor's pools keep what their fullest moment needed, and that may
# come late; a leak comes back with every fifty.
round=1
while :; do
	before=$(leaks)
	start=$(tick)
	fifty $((round * 100))
	ok "fifty guests came and went"
	[ $round = 1 ] &&
		say "RESULT churn_ms_per_guest $((($(tick) - start) / 50000))"
	nothing_left "$before" && {
		ok "nothing left behind: $now"
		break
	}
	say "round $round: $before before, $now after"
	xl list
	ls /run/xen/domain
	leaks mg >/dev/null	# what pools and maptracks hold, for the log
	round=$((round + 1))
	[ $round -gt 3 ] && {
		bad "left behind by each of three rounds"
		break
	}
done
finish

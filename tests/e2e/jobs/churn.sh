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
		xl destroy $name >/dev/null 2>&1
		wait $!
		xl destroy $name >/dev/null 2>&1
		;;
	*5)	# as soon as it exists
		xl create $cfg >/dev/null 2>&1 &
		wait_until 10 "$name" xl domid $name
		xl destroy $name >/dev/null 2>&1
		wait $!
		xl destroy $name >/dev/null 2>&1
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
	gone $name || bad "guest $i is still there"
}

# The hypervisor's pools keep what their fullest hour needed: once around.
i=50
while [ $i -lt 60 ]; do
	i=$((i + 1))
	one $i
done
sleep 1
before=$(leaks)
say "before: $before"
start=$(tick)
i=0
while [ $i -lt 50 ]; do
	i=$((i + 1))
	one $i
done
say "RESULT churn_ms_per_guest $((($(tick) - start) / 50000))"
ok "fifty guests came and went"
same_counts "$before"
finish

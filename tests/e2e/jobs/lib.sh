# SPDX-License-Identifier: GPL-2.0-only
#
# Shared by the jobs: counting checks, small guest configs, leak marks.
#
# Every job ends with `finish`; a check that fails says so and is counted, the
# job goes on where that makes sense.

. /etc/functions
bad=0
good=0

ok() {
	good=$((good + 1))
	say "ok $*"
}

bad() {
	bad=$((bad + 1))
	say "FAIL $*"
}

# check TEXT COMMAND...: COMMAND must succeed.
check() {
	local what=$1
	shift
	if "$@" >/tmp/check.out 2>&1; then
		ok "$what"
	else
		bad "$what"
		sed 's/^/    | /' /tmp/check.out | tail -n 8
		return 1
	fi
}

# refuse TEXT STATUS PATTERN COMMAND...: COMMAND must exit with STATUS and say
# something that matches PATTERN, in no more than 3 lines.
refuse() {
	local what=$1 want=$2 pattern=$3 rc
	shift 3
	"$@" >/tmp/check.out 2>&1
	rc=$?
	if [ $rc = "$want" ] && grep -qi -- "$pattern" /tmp/check.out &&
		[ "$(wc -l </tmp/check.out)" -le 3 ]; then
		ok "$what: $(grep -i -m 1 -- "$pattern" /tmp/check.out)"
	else
		bad "$what: exit $rc (wanted $want), text:"
		sed 's/^/    | /' /tmp/check.out | tail -n 8
	fi
}

# Not there, by xl's own word: an xl that fails for another reason says nothing.
gone() {
	xl list "$1" >/tmp/gone.out 2>&1 && return 1
	grep -q 'no such domain' /tmp/gone.out || {
		cat /tmp/gone.out
		return 1
	}
}
conlog() { echo /var/log/xen/console/guest-"$1".log; }
# state NAME: its six state letters.
state() { xl list "$1" 2>/dev/null | awk 'NR == 2 { print $5 }'; }
in_state() { state "$1" | grep -q -- "$2"; }

# g COMMANDS [SECONDS]: executed in the guest at $guest, which runs
# tests/e2e/guest/serve.sh; the output, and its exit status.
g() {
	printf '%s\necho "RC $?"\n' "$1" | timeout "${2:-60}" \
		nc "$guest" 7000 >/tmp/g.out 2>&1
	cat /tmp/g.out
	return "$(sed -n 's/^RC //p' /tmp/g.out | grep . || echo 99)"
}

# --- which queue packets come by, in the guest at $guest with two of them

# The receive queues' events: those of an interface come in the order rx, tx of
# queue 0, rx, tx of queue 1.
rx_events() { # rx_events QUEUE
	g "grep ' vif-0' /proc/interrupts | sed -n $(($1 * 2 + 1))p |
		awk '{ print \$2 + \$3 }'" | head -n 1
}
# A flow each: the queue that is named takes them all.
flows() {
	local i=0
	while [ $i -lt 12 ]; do
		ping -c 2 -i 0.05 -W 1 -s $((i * 10)) $guest >/dev/null
		echo "RC" | timeout 2 nc $guest $((7100 + i)) >/dev/null 2>&1
		i=$((i + 1))
	done
}
by_queue() { # by_queue WHAT QUEUE: all packets come by that one
	local other=$((1 - $2)) a b c d
	a=$(rx_events "$2") b=$(rx_events $other)
	flows
	c=$(rx_events "$2") d=$(rx_events $other)
	# The questions came by the same way.
	[ $((c - a)) -ge 20 ] && [ "$d" = "$b" ] &&
		ok "$1: queue $2 had $((c - a)) events, the other none" ||
		bad "$1: queue $2 had $((c - a)) events, the other $((d - b))"
}
steered() { # steered WHAT QUEUE: as the guest is told to ask for
	check "$1: all to queue $2" g "nictool steer eth0 $2"
	by_queue "$1" "$2"
}

# trivial NAME WORD [LINE...]: a config for the trivial guest.
trivial() {
	local name=$1 word=$2
	shift 2
	{
		echo "name = \"$name\""
		echo 'type = "pv"'
		echo 'kernel = "/extra/trivial.elf"'
		echo 'memory = 8'
		echo "cmdline = \"$word\""
		for l; do echo "$l"; done
	} >/tmp/"$name".cfg
}

# micro NAME PROGRAM CMDLINE [LINE...]: a config for a guest of one program.
micro() {
	local name=$1 program=$2 cmdline=$3
	shift 3
	{
		echo "name = \"$name\""
		echo 'type = "pv"'
		echo "kernel = \"/extra/$program.elf\""
		echo 'memory = 4'
		echo "cmdline = \"$cmdline\""
		for l; do echo "$l"; done
	} >/tmp/"$name".cfg
}

# linux NAME DO [LINE...]: a Debian guest without devices.
linux() {
	local name=$1 do=$2
	shift 2
	{
		echo "name = \"$name\""
		echo 'type = "pv"'
		echo 'kernel = "/extra/vmlinuz"'
		echo 'ramdisk = "/extra/guest.cpio"'
		echo 'memory = 128'
		echo "cmdline = \"console=hvc0 quiet guest.do=$do\""
		for l; do echo "$l"; done
	} >/tmp/"$name".cfg
}

# same_counts BEFORE: nothing may be left behind; the tear-down may lag.
same_counts() {
	local now i
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		now=$(leaks)
		[ "$now" = "$1" ] && {
			ok "nothing left behind: $now"
			return
		}
		usleep 250000
	done
	bad "left behind: $1 before, $now after"
	xl list
	xenstore-ls | head -n 60
}

finish() {
	# A job that checked nothing has not passed.
	[ $((good + bad)) -gt 0 ] || bad "no check was made"
	[ $bad = 0 ] || for l in /var/log/xen/*.log; do show_log "$l"; done
	say "COUNTS $good $bad"
	[ $bad = 0 ]
	exit
}

# must_log FILE SECONDS TEXT WHAT: wait_log, or the job ends as failed.
must_log() {
	wait_log "$@" && return
	bad "$4"
	finish
}

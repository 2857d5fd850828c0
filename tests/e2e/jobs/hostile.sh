# SPDX-License-Identifier: GPL-2.0-only
#
# hostile: guest kernels that mean harm, one way at a time, beside a neighbour.
#
# Who breaks itself is ended, with the reason in xl dmesg; who only makes
# storms lives through them. dom0, its tools and the neighbour never notice,
# and nothing is left behind.

. /job/lib.sh
# What dom0 needs once for all guests (its table of mapped grants) is not lost.
trivial warm ""
xl create /tmp/warm.cfg >/dev/null 2>&1
must_log "$(conlog warm)" 10 "TRIVIAL up" "the first guest's words"
xl destroy warm
trivial by ""
before=$(leaks)
xl create /tmp/by.cfg >/dev/null || bad "create by"
by=$(xl domid by)

# hostile WORD: create it; $log is its console's log.
hostile() {
	rm -f "$(conlog h)"
	{
		echo 'name = "h"'
		echo 'type = "pv"'
		echo 'kernel = "/extra/hostile.elf"'
		echo 'memory = 64'
		echo "cmdline = \"$1\""
	} >/tmp/h.cfg
	log=$(conlog h)
	xl create /tmp/h.cfg >/tmp/out 2>&1 && return
	bad "create $1"
	cat /tmp/out
	return 1
}

# others WORD: the world goes on.
others() {
	local t0 t1
	t0=$(tick)
	if [ "$(timeout 10 xl domid by)" = "$by" ] &&
		timeout 10 xenstore-write /tool/hostile "$1" &&
		[ "$(timeout 10 xenstore-read /tool/hostile)" = "$1" ]; then
		t1=$(tick)
		say "$1: asked and answered in $(((t1 - t0) / 1000)) ms"
		ok "$1: dom0 and the neighbour are well"
	else
		bad "$1: dom0 or the neighbour is not well"
	fi
}

# dies WORD REASON: it ends, and dmesg says why.
dies() {
	hostile "$1" || return
	check "$1: it is ended" wait_until 15 "its end" gone h
	if xl dmesg | tail -n 12 | grep -a "crashed: .*$2" >/tmp/why; then
		ok "$1: $(tail -n 1 /tmp/why)"
	else
		bad "$1: no reason in xl dmesg"
		xl dmesg | tail -n 5
	fi
	others "$1"
}

# lives WORD: it says so when its storm is over.
lives() {
	hostile "$1" || return
	sleep 1
	others "$1"
	if wait_log "$log" 30 "GUEST-TEST" "the end of $1" &&
		grep -aq "GUEST-TEST success" "$log"; then
		ok "$1: it lives"
	else
		bad "$1: $(tail -n 3 "$log")"
		xl dmesg | tail -n 5
		xl destroy h 2>/dev/null
	fi
	check "$1: it is gone" wait_until 15 "its end" gone h
}

dies upcall-stack "bad stack"
dies iret-stack "iret with a bad stack"
dies iret-user "no tables"
dies no-handler "no handler for trap 6"
for w in iret jump events timers polls grants multicalls pins user; do
	lives $w
done

# Random calls may end it or not.
hostile fuzz && {
	sleep 2
	others fuzz
	sleep 4
	gone h || check "fuzz: destroy" timeout 30 xl destroy h
}
others "after all"
xl destroy by
xenstore-rm /tool
same_counts "$before"
finish

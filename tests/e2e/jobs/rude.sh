# SPDX-License-Identifier: GPL-2.0-only
#
# rude: guests that misuse their xenstore and console rings cost nobody else
# anything: the store answers, consoles work, guests are created, and when
# they are gone nothing is left.

. /job/lib.sh
trivial warm ""
xl create -q /tmp/warm.cfg || bad "create warm"
xl destroy warm
before=$(leaks)
pids="$(pidof xenstored) $(pidof consoled)"

# ask TEXT: the store answers ten times within thirty seconds (the rude ones
# have their share of the CPU), and xl lists.
ask() {
	local i=0 t0 t1
	t0=$(tick)
	while [ $i -lt 10 ]; do
		i=$((i + 1))
		timeout 10 xenstore-write /tool/rude $i || break
		[ "$(timeout 10 xenstore-read /tool/rude)" = $i ] || break
	done
	t1=$(tick)
	say "$1: 10 writes and reads in $(((t1 - t0) / 1000)) ms"
	[ $i = 10 ] && [ $((t1 - t0)) -lt 30000000 ] && ok "store with $1" ||
		bad "store with $1"
	check "xl list with $1" timeout 20 xl list
}

ask "nobody rude"
for word in mad-store long-store mad-console deaf-store flood-store \
	flood-console; do
	trivial $word $word
	check "create $word" xl create -q /tmp/$word.cfg
	must_log $(conlog $word) 10 "TRIVIAL up" "$word's first words"
	ask $word
done
must_log $(conlog mad-console) 10 "last word" "a word after the madness"

# All of them at once, and a new guest beside them.
trivial new ""
check "create a guest beside them" timeout 60 xl create -q /tmp/new.cfg
must_log $(conlog new) 20 "TRIVIAL up" "its console"
sleep 3
bytes=$(cat $(conlog flood-console) $(conlog flood-console).1 2>/dev/null |
	wc -c)
[ "$bytes" -lt 2300000 ] && ok "its log is bounded ($bytes bytes)" ||
	bad "the log of a flood has $bytes bytes"
for word in mad-store long-store mad-console deaf-store flood-store \
	flood-console new; do
	check "destroy $word" timeout 60 xl destroy $word
done
[ "$pids" = "$(pidof xenstored) $(pidof consoled)" ] &&
	ok "xenstored and consoled never died" || bad "a daemon died"
grep VmRSS /proc/$(pidof xenstored)/status /proc/$(pidof consoled)/status
xenstore-rm /tool
after=$(leaks)
[ "$before" = "$after" ] && ok "nothing left behind: $after" ||
	bad "left behind: $before before, $after after"
finish

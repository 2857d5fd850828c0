# SPDX-License-Identifier: GPL-2.0-only
#
# many: as many sleeping guests as the kernel's command line says (many=200).
#
# Each is created, seen in xl list, and found alive by its first words; then all
# go, half by xl shutdown's word and half by xl destroy, and nothing is left. All
# twice: the second time nothing may be left that the first did not leave. How
# long the first and the last creations took is reported and not judged.

. /job/lib.sh
n=$(cmdline_arg many)
n=${n:-50}

config() {
	{
		echo "name = \"$1\""
		echo 'type = "pv"'
		echo 'kernel = "/extra/hello.elf"'
		echo 'memory = 4'
		echo 'cmdline = "stay"'
	} >/tmp/many.cfg
}

# make_all: m1 to m$n; /tmp/times has how long each took, in microseconds.
make_all() {
	: >/tmp/times
	i=0
	while [ $i -lt "$n" ]; do
		i=$((i + 1))
		config "m$i"
		tick run xl create -q /tmp/many.cfg >/tmp/out 2>&1
		set -- $(grep '^TICK' /tmp/out)
		[ "$4" = 0 ] || {
			bad "creation $i"
			cat /tmp/out
			xl dmesg | tail -n 3
			break
		}
		echo $(($3 - $2)) >>/tmp/times
	done
	made=$(wc -l </tmp/times)
	[ "$made" = "$n" ] && ok "$n creations" || bad "$made of $n creations"
}

# end_all: every second one is told to go, the others are destroyed.
end_all() {
	i=0
	while [ $i -lt "$made" ]; do
		i=$((i + 2))
		xl shutdown "m$i" >/dev/null || bad "shutdown m$i"
	done
	i=1
	while [ $i -le "$made" ]; do
		xl destroy "m$i" || bad "destroy m$i"
		i=$((i + 2))
	done
	check "all gone" wait_until 60 "their end" all_gone
	rm -f /var/log/xen/console/guest-m[0-9]*.log
}
all_gone() { ! xl list | grep -q '^m[0-9]'; }

# mean FROM TO: of their creations.
mean() {
	sed -n "$1,$2p" /tmp/times | awk '{ s += $1 } END { print int(s / NR) }'
}

# The first round makes dom0's tables as large as they must be.
make_all
say "RESULT many_first_us $(mean 1 10)"
say "RESULT many_last_us $(mean $((made - 9)) "$made")"
end_all
before=$(leaks)
say "before: $before"

make_all
t0=$(tick)
xl list >/tmp/list
say "RESULT many_list_us $(($(tick) - t0))"
[ "$(grep -c '^m[0-9]' /tmp/list)" = "$n" ] && ok "xl list knows them" ||
	bad "xl list: $(wc -l </tmp/list) lines"
[ "$(awk '/^m[0-9]/ && $5 !~ /^.b---/' /tmp/list | wc -l)" = 0 ] &&
	ok "all asleep" || bad "awake: $(awk '/^m[0-9]/ && $5 !~ /^.b/' /tmp/list)"
spoke=0
i=0
while [ $i -lt "$made" ]; do
	i=$((i + 1))
	grep -aq 'hello from' "$(conlog m$i)" && spoke=$((spoke + 1))
done
[ $spoke = "$n" ] && ok "all have spoken" || bad "$spoke of $n have spoken"
# The last one hears, past all others' ports and watches.
echo 'are you there' >"$(xenstore-read \
	"/local/domain/$(xl domid "m$n")/console/tty")"
wait_log "$(conlog "m$n")" 10 'heard: are you there' "its answer" &&
	ok "the last one answers"

t0=$(tick)
end_all
say "RESULT many_end_us $((($(tick) - t0) / n))"
same_counts "$before"
finish

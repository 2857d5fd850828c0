# SPDX-License-Identifier: GPL-2.0-only
#
# life: the life of a trivial guest, verb by verb, and nothing left behind.

. /job/lib.sh
trivial warm off
xl create /tmp/warm.cfg >/dev/null 2>&1
wait_until 10 "the first guest's end" gone warm
before=$(leaks)
say "before: $before"

# --- create, console, list
trivial t1 ""
tick first "$(conlog t1)" 10 xl create /tmp/t1.cfg >/tmp/out 2>&1
grep -q '^TICK [0-9]* [0-9]* 0 ' /tmp/out && ok "xl create" || {
	bad "xl create"
	cat /tmp/out
	show_log /var/log/xen/xl-t1.log
	finish
}
wait_log "$(conlog t1)" 10 "TRIVIAL up" "the guest's first words" &&
	ok "its console log"
set -- $(grep '^TICK' /tmp/out)
say "RESULT trivial_create_ms $((($3 - $2) / 1000))"
say "RESULT trivial_console_ms $((($5 - $2) / 1000))"
xl list >/tmp/list
cat /tmp/list
head -n 1 /tmp/list | grep -q '^Name                                        ID   Mem VCPUs	State	Time(s)$' &&
	ok "xl list's header" || bad "xl list's header"
awk 'NR > 1 && NF != 6 { exit 1 }' /tmp/list && ok "six fields in each row" ||
	bad "six fields in each row"
check "xl domid and domname agree" \
	sh -c '[ "$(xl domname $(xl domid t1))" = t1 ]'
refuse "create of a name that exists" 1 t1 xl create /tmp/t1.cfg
check "pause" xl pause t1
check "state p" in_state t1 p
check "unpause" xl unpause t1
in_state t1 p && bad "still paused" || ok "no longer paused"
check "destroy" xl destroy t1
say "RESULT trivial_destroy_ms $((($(tick) - start) / 1000))"
check "gone at once" gone t1
refuse "destroy of nobody" 1 t1 xl destroy t1

# --- created paused
trivial t2 ""
check "create -p" xl create -p /tmp/t2.cfg
check "born paused" in_state t2 p
[ -s "$(conlog t2)" ] && bad "it spoke while paused" || ok "silent"
check "unpause" xl unpause t2
wait_log "$(conlog t2)" 10 "TRIVIAL up" "words after unpause" &&
	ok "it runs"
xl destroy t2

# --- how a domain ends, and what its config says about that
trivial t3 off
xl create /tmp/t3.cfg >/dev/null
check "power-off ends it" wait_until 10 "t3's end" gone t3
trivial t4 crash 'on_crash = "preserve"'
xl create /tmp/t4.cfg >/dev/null
check "crash is kept by on_crash=preserve" \
	wait_until 10 "state c" in_state t4 c
xl destroy t4
trivial t5 fault
xl create /tmp/t5.cfg >/dev/null
check "a fault ends it" wait_until 10 "t5's end" gone t5
trivial t6 reboot 'on_reboot = "restart"'
xl create /tmp/t6.cfg >/dev/null
first=$(xl domid t6)
reborn() { local id; id=$(xl domid t6 2>/dev/null) && [ "$id" -gt "${first:-99999}" ]; }
check "reboot makes it anew" wait_until 15 "another domid" reborn
# It reboots for ever: a destroy that says 0 must win against its rebirth.
wait_until 10 "a successful destroy" xl destroy t6
sleep 2
check "destroy ends a guest that reboots for ever" gone t6
gone t6 || xl destroy t6
same_counts "$before"
finish

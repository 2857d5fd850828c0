# SPDX-License-Identifier: GPL-2.0-only
#
# guest: the in-tree kernel as a domain: hello, what its library promises, with
# four vCPUs and with four MiB, the toolstack's wishes, words both ways.

. /job/lib.sh

# guest NAME PROGRAM WORDS [LINE...]: create it, with 4 MiB or $memory; $log is
# its console's log.
guest() {
	local name=$1 program=$2 words=$3
	shift 3
	log=$(conlog "$name")
	rm -f "$log"
	micro "$name" "$program" "$words" ${memory:+"memory = $memory"} "$@"
	check "create $name $words" xl create -q /tmp/"$name".cfg
}

# must_end NAME: by itself.
must_end() { check "$1 ends" wait_until 30 "the end of $1" gone "$1"; }

# passed NAME: the micro-guest's own verdict.
passed() {
	must_end "$1"
	if grep -aq 'GUEST-TEST success' "$log"; then
		ok "$1: $(grep -a 'GUEST-TEST' "$log")"
	else
		bad "$1 says: $(tail -n 3 "$log")"
	fi
}

guest warm hello ""
must_end warm
before=$(leaks)

guest h1 hello time
must_end h1
wait_log "$log" 5 'hello from a domain of 4096 KiB' "its first line" &&
	wait_log "$log" 5 'first line after' "its time" && ok "hello"
ns=$(sed -n 's/.*first line after \([0-9]*\) ns.*/\1/p' "$log")
say "RESULT hello_first_line_ns $ns"

guest h2 hello stay
wait_log "$log" 10 'hello from' "hello's first line" && ok "it stays"
check "it says that it can be shut down" wait_until 5 "its word" \
	xenstore-read "/local/domain/$(xl domid h2)/control/feature-poweroff"
echo 'words from dom0' >"$(xenstore-read \
	"/local/domain/$(xl domid h2)/console/tty")"
wait_log "$log" 5 'heard: words from dom0' "its answer" &&
	ok "words in and out"
id=$(xl domid h2)
check "xl reboot" xl reboot h2
check "a new domain" wait_until 10 "its next life" sh -c \
	"i=\$(xl domid h2) && [ \$i != $id ] && grep -aq hello $log"
sleep 1
check "xl shutdown -w" timeout 20 xl shutdown -w h2
must_end h2

guest l1 library 'library key=value' 'vcpus = 4'
passed l1
grep -aq 'library: 4 vCPUs' "$log" && ok "four vCPUs" || bad "not four vCPUs"
memory=64 guest l2 library 'library key=value'
passed l2

same_counts "$before"
finish

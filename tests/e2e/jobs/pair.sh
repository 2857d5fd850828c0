# SPDX-License-Identifier: GPL-2.0-only
#
# pair: event channels and grants between two domains, and what is left of them
# when either dies first.

. /job/lib.sh

# start NAME WORDS
start() {
	rm -f "$(conlog "$1")"
	{
		echo "name = \"$1\""
		echo 'type = "pv"'
		echo 'kernel = "/extra/pair.elf"'
		echo 'memory = 4'
		echo "cmdline = \"$2\""
	} >/tmp/"$1".cfg
	check "create $1: $2" xl create -q /tmp/"$1".cfg
}

# introduce: each learns the other's number.
introduce() {
	local s c
	s=$(xl domid server)
	c=$(xl domid client)
	xenstore-write "/local/domain/$s/data/peer" "$c"
	xenstore-write "/local/domain/$c/data/peer" "$s"
}

# verdict NAME
verdict() {
	wait_log "$(conlog "$1")" 60 GUEST-TEST "$1's verdict"
	if grep -aq 'GUEST-TEST success' "$(conlog "$1")"; then
		ok "$1: $(grep -a 'GUEST-TEST' "$(conlog "$1")")"
	else
		bad "$1: $(tail -n 2 "$(conlog "$1")")"
	fi
	check "$1 is gone" wait_until 20 "the end of $1" gone "$1"
}

start warm "server"
xl destroy warm
before=$(leaks)

start server server
start client client
introduce
verdict client
verdict server

start server "server outlive"
start client "client leave"
introduce
verdict client
verdict server

same_counts "$before"
finish

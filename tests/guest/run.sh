#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh ELF...: boot each micro-guest as dom0 and take its word.
#
# A guest prints "GUEST-TEST success|skip|error|failure: text" and powers off;
# success is passed, skip is skipped, all else (also silence) is failed. Time
# limit 60 s each, or what tests/guest/NAME/options sets: LIMIT=, QEMUX= (more
# QEMU options), GUEST_ARGS= (its command line). Two at once. HYP=xen-4.17 tries
# them on Debian's Xen.

cd "${0%/*}/../.." || exit 2
B=build
mkdir -p $B/results $B/logs/guest
counts=$(mktemp $B/results/guest.XXXXXX)

one() {
	local name=${1##*/} log=$B/logs/guest/${1##*/}.log line t0=$EPOCHREALTIME
	local QEMUX=${QEMUX:-} LIMIT=${LIMIT:-60} GUEST_ARGS=${GUEST_ARGS:-}
	# shellcheck source=/dev/null
	[ ! -f "tests/guest/$name/options" ] || . "tests/guest/$name/options"
	tests/e2e/qemu.sh "HYP=${HYP:-$B/xylem}" JOB=none KERNEL="$1" \
		LIMIT="$LIMIT" LOG="guest/$name" OUT=quiet DOM0MEM=256 \
		MEM=1024 QEMUX="$QEMUX" DOM0CMD="$GUEST_ARGS" >/dev/null 2>&1
	line=$(sed -n 's/.*GUEST-TEST \([a-z]*\)\(.*\)/\1\2/p' "$log" | tail -n 1)
	ms=$(((${EPOCHREALTIME/./} - ${t0/./}) / 1000))
	case $line in
	success*)
		printf 'ok    guest/%-30s %6d ms\n' "$name" $ms
		echo "1 0 0" >>"$counts" ;;
	skip*)
		echo "skip  guest/$name${line#skip}"
		echo "0 0 1" >>"$counts" ;;
	*)
		echo "FAIL  guest/$name: ${line:-no verdict}; end of $log:"
		tail -n 15 "$log" | sed 's/^/      | /'
		echo "0 1 0" >>"$counts" ;;
	esac
}

n=0
for elf; do
	one "$elf" &
	n=$((n + 1))
	[ $n -ge 2 ] && { wait -n; n=$((n - 1)); }
done
wait
grep -q '^0 1' "$counts"
rc=$?
mv "$counts" $B/results/guest
[ $rc != 0 ]

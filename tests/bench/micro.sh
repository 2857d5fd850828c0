#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# micro.sh compare|check|write: instructions of a hypervisor's ways in and out.
#
# tests/guest/micro boots as dom0 with QEMU counting instructions (-icount):
# the figures repeat to the tick and do not depend on the machine's load.
#   compare   Xylem beside Debian's Xen 4.17, a table; HYP= another ELF for Xylem
#   check     each figure against tests/bench/expected.json: it may not grow by
#             more than 3 %. Only the same compiler and QEMU give the same
#             figures: with others, the check is reported and skipped
#   write     puts what was counted into expected.json, for a commit that
#             changes it on purpose
# expected.json: one object per toolchain, one "name": instructions per line.

cd "${0%/*}/../.." || exit 2
B=build
expected=tests/bench/expected.json
key="gcc $(gcc -dumpfullversion), QEMU $(qemu-system-x86_64 --version |
	sed -n 's/.*version \([0-9.]*\).*/\1/p')"
mkdir -p $B/results $B/logs/bench

# count HYP TAG: "name instructions" lines into build/results/micro.TAG
count() {
	local log=bench/micro-$2
	tests/e2e/qemu.sh HYP="$1" JOB=none KERNEL=$B/tests/guest/micro \
		LIMIT=120 LOG=$log OUT=quiet DOM0MEM=256 MEM=1024 ACCEL=tcg \
		QEMUX='-icount shift=0,sleep=off' >/dev/null 2>&1
	grep -q 'GUEST-TEST success' $B/logs/$log.log || {
		echo "micro: no success on $2; end of $B/logs/$log.log:" >&2
		tail -n 15 $B/logs/$log.log >&2
		exit 1
	}
	sed -n 's/.*BENCH \([a-z0-9_]*\) \([0-9]*\) ticks.*/\1 \2/p' \
		$B/logs/$log.log >$B/results/micro."$2"
}

# What expected.json says of this toolchain, as "name instructions".
known() {
	[ ! -f $expected ] || awk -v key="\"$key\": {" '
		index($0, key) { on = 1; next }
		on && /}/ { exit }
		on { gsub(/[",:]/, " "); print $1, $2 }' $expected
}

case $1 in
compare)
	count "${HYP:-$B/xylem}" xylem || exit 1
	count xen-4.17 xen || exit 1
	echo "instructions, round trips; $key"
	printf '%-26s %10s %10s %7s\n' operation Xylem 'Xen 4.17' ratio
	join <(sort $B/results/micro.xylem) <(sort $B/results/micro.xen) |
		awk '$1 != "empty" { printf "%-26s %10d %10d %7.2f\n", $1, $2,
			$3, $2 / $3 }' ;;
check)
	count "${HYP:-$B/xylem}" xylem || exit 1
	known >$B/results/micro.known
	if [ ! -s $B/results/micro.known ]; then
		echo "skip  micro: no figures for $key in $expected"
		echo 0 0 1 >$B/results/micro
		exit 0
	fi
	awk 'NR == FNR { want[$1] = $2; next }
	!($1 in want) {
		print "FAIL  micro/" $1 ": not in expected.json"; f++; next
	}
	$2 > want[$1] * 1.03 {
		printf "FAIL  micro/%s: %d instructions, %d expected\n", $1,
			$2, want[$1]
		f++; next
	}
	$2 < want[$1] * 0.97 {
		printf "      micro/%s: %d instructions, fewer than the %d " \
			"expected: write it back\n", $1, $2, want[$1]
	}
	{ p++ }
	END {
		printf "micro: %d passed, %d failed, 0 skipped\n", p, f
		print p + 0, f + 0, 0 >"'$B/results/micro'"
		exit f > 0
	}' $B/results/micro.known $B/results/micro.xylem || {
		echo "      on purpose? tests/bench/micro.sh write, and commit"
		exit 1
	} ;;
write)
	count "${HYP:-$B/xylem}" xylem || exit 1
	{
		echo '{'
		# the other toolchains as they are
		[ ! -f $expected ] || awk -v key="\"$key\": {" '
			index($0, key) { off = 1 }
			/^ "/ && !index($0, key) { off = 0 }
			NR > 1 && !off && !/^}$/ {
				sub(/^ },?$/, " },"); print }' $expected
		echo " \"$key\": {"
		awk '{ printf "%s  \"%s\": %d", (NR > 1 ? ",\n" : ""), $1, $2 }
			END { print "" }' $B/results/micro.xylem
		printf ' }\n}\n'
	} >$B/results/expected.json
	mv $B/results/expected.json $expected ;;
*)
	echo "usage: micro.sh compare|check|write" >&2
	exit 2 ;;
esac

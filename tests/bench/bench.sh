#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh [plan|run|report]: `make bench`: the same work on every system.
#
#   BENCH=full     five rounds instead of three, longer rows, 200 domains
#   SYSTEMS_ONLY="xylem xen-debian"  PASSES_ONLY="work life"    only those
#   ROWS_ONLY=tcp_out,tcp_in    of the work pass, only those
#   ROUNDS=3  MINUTES=57   stop before the unit that would end later
#   OTHERS=0,10,50  EIGHT=1|0   domains beside the one whose life is timed
#   HOGS=fork,memory,disk,event  the neighbours of the isolation pass
#   ACCEL=tcg|kvm  HYP=build/xylem
#
# A unit is one system in one pass and round: one boot. Systems take turns.
# A finished unit is a file in build/bench/results; run again, and only what is
# missing runs. Results of another build (kernel, images, hypervisor, these
# scripts) are put aside as results.old. A unit that fails leaves its reason,
# the others go on, the exit status is 1. Keep the machine quiet: each result
# notes the load it began with, and one whose clock ran wrong is refused.

cd "${0%/*}/../.." || exit 2
B=build
o=$B/bench
HYP=${HYP:-$B/xylem}
ACCEL=${ACCEL:-tcg}
MINUTES=${MINUTES:-$([ "$BENCH" = full ] && echo 600 || echo 57)}
ROUNDS=${ROUNDS:-$([ "$BENCH" = full ] && echo 5 || echo 3)}
sec=2 others=0,10,50 hogs=fork,memory,disk,event eight=1
[ "$BENCH" = full ] && sec=4 others=0,10,50,200
others=${OTHERS:-$others} hogs=${HOGS:-$hogs} eight=${EIGHT:-$eight}
. tests/bench/systems.sh
results=$o/results
mkdir -p $results $B/logs/bench

# All units, in the order they run: "pass round system seconds".
units() {
	local round pass system n
	for ((round = 1; round <= ROUNDS; round++)); do
		for pass in work soft life instr isolation; do
			# Instructions are counted by TCG alone.
			[ $pass != instr ] || [ "$ACCEL" = tcg ] || continue
			# Life repeats itself inside; the others are slow or exact.
			[ $pass = work ] || [ $round = 1 ] ||
				{ [ "$BENCH" = full ] && [ $pass = life ]; } ||
				continue
			[ -z "$PASSES_ONLY" ] ||
				[[ " $PASSES_ONLY " = *" $pass "* ]] || continue
			for system in $(cut -d'|' -f1 <<<"$SYSTEMS"); do
				[ -z "$SYSTEMS_ONLY" ] ||
					[[ " $SYSTEMS_ONLY " = *" $system "* ]] ||
					continue
				[[ " $(field "$system" 2) " = *" $pass "* ]] || continue
				case $pass in
				work | soft) n=1 ;;
				life) n=2 ;;
				instr) n=3 ;;
				isolation) n=4 ;;
				esac
				echo "$pass $round $system $(field "$system" 4 |
					cut -d' ' -f$n)"
			done
		done
	done
}

missing() {
	units | while read -r pass round system n; do
		[ -s "$results/$pass-$round-$system" ] ||
			echo "$pass $round $system $n"
	done
}

plan() {
	echo "bench: systems"
	awk -F'|' '{ printf "  %-14s %s\n", $1, $5 }' <<<"$SYSTEMS"
	echo "bench: $(grep -c '|' tests/bench/rows.txt) rows" \
		"(tests/bench/rows.txt); $ROUNDS rounds, $sec s a row of disk and net"
	units | awk '{ n[$1]++; t[$1] += $4; all += $4 }
		END { for (p in n) printf "  %-10s %2d units, about %d min\n",
			p, n[p], (t[p] + 59) / 60
		printf "  together about %d min on a quiet machine with TCG\n",
			(all + 59) / 60 }'
	missing | awk '{ n++; t += $4 } END {
		printf "bench: %d units to run, about %d min; it stops after %d min and goes on when run again\n",
			n, (t + 59) / 60, '"$MINUTES"' }'
}

# What a result depends on; another build's results are not mixed in.
key() {
	cat "$HYP" $B/image/dom0.cpio $o/*.cpio $o/kernel/vmlinuz \
		$B/kernel/xen-4.17/xen tests/bench/{pv,virt,bare,lib,systems}.sh |
		sha256sum | cut -c1-16
	echo "$ACCEL $sec $others $hogs $eight $ROWS_ONLY $(qemu-system-x86_64 --version | head -n 1)"
}

# store LOG FILE: the figures of a unit; fails, and says why, when there are
# none or a clock was wrong.
store() {
	local why
	sed 's/^\[ *[0-9.]*\] //' "$1" | tr -d '\r' >$o/unit
	why=$(sed -n 's/^\[ *\([0-9.]*\)\] JOB-CLOCK \([0-9.]*\).*/\1 \2/p' "$1" |
		awk -v skip="$3" 'NR == 1 { t = $1; u = $2 } { T = $1; U = $2 }
		END { if (NR < 2) { print "the job did not come to its end"; exit }
			r = (U - u) / (T - t)
			if (!skip && (r < 0.95 || r > 1.05)) printf "its clock ran at %.2f of the true speed", r }')
	[ -n "$why" ] || why=$(awk '$1 == "BENCH-SKEW" && ($2 < 0.95 || $2 > 1.05) {
		print "the clock of the guest ran at " $2 " of the true speed" }' $o/unit)
	[ -n "$why" ] || grep -q '^BENCH [a-z]' $o/unit ||
		why="no figures: $(grep -m 1 '^BENCH-FAIL' $o/unit)"
	if [ -n "$why" ]; then
		echo "$why" >"$2.failed"
		return 1
	fi
	{
		echo "# load $(sed -n 's/^# .* load //p' "$1" | head -n 1)"
		grep '^BENCH-\(KERNEL\|CLOCK\|FLAGS\|FAIL\|SKEW\)' $o/unit |
			sed 's/^BENCH-/# /'
		sed -n 's/^BENCH \([a-z0-9_]* [0-9.]*\)$/\1/p' $o/unit
	} >"$2.tmp"
	rm -f "$2.failed"
	mv "$2.tmp" "$2"
}

run() {
	local pass round system n left failed=0 file log seconds rc
	khz=$($B/tests/bench/tsckhz)
	[ "$(cat $results/key 2>/dev/null)" = "$(key)" ] || {
		if ls $results/*-* >/dev/null 2>&1; then
			echo "bench: another build: what was measured goes to results.old"
			rm -rf $o/results.old
			mv $results $o/results.old
			mkdir -p $results
		fi
		key >$results/key
	}
	plan
	ram=$(mktemp -d /dev/shm/xylem-bench.XXXXXX) || return 1
	trap 'rm -rf "$ram"' EXIT
	while read -r pass round system n <&4; do
		left=$((MINUTES * 60 - SECONDS))
		[ $((left - n)) -gt 0 ] || {
			echo "bench: $MINUTES minutes are over: run it again for the rest"
			break
		}
		# Generous: a slow row is a result, a hung machine is not.
		seconds=$((n * 4 + 120))
		[ $seconds -le $left ] || seconds=$left
		[ $seconds -ge 120 ] || seconds=120
		file=$results/$pass-$round-$system
		log=bench/$pass-$round-$system
		printf 'bench: %-9s round %d  %-13s ' "$pass" "$round" "$system"
		rc=$SECONDS
		boot "$pass" "$system" "$log" >$o/qemu.out 2>&1
		rc=$((SECONDS - rc))
		if store $B/logs/$log.log "$file" \
				"$([ "$pass" = instr ] && echo skip)"; then
			echo "$rc s, $(grep -vc '^#' "$file") figures" \
				"$(sed -n 's/^# FAIL \([a-z_0-9]*\).*/, not \1/p' "$file" |
				tr -d '\n')"
		else
			failed=1
			echo "FAILED after $rc s: $(cat "$file.failed"); $B/logs/$log.log"
		fi
	done 4< <(missing)
	return $failed
}

case ${1:-run} in
plan) plan ;;
run)
	tests/bench/images.sh || exit 1
	run
	rc=$?
	tests/bench/report.sh || rc=1
	exit $rc ;;
report) tests/bench/report.sh ;;
*) sed -n '4,21s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

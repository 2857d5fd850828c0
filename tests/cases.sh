#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cases.sh STAGE PROGRAM...: run test programs, two at a time, and count.
#
# A cmocka program counts each of its tests, any other program counts as one:
# exit 0 passed, 77 skipped, all else failed. Each has a time limit (LIMITS
# holds NAME=SECONDS for those that need more than 60). Output goes to
# build/logs/STAGE/NAME.log and to the screen only on failure; the counts go to
# build/results/STAGE for the summary of tests/run.sh.

stage=$1
shift
B=build
mkdir -p $B/logs/$stage $B/results
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
export UBSAN_OPTIONS=print_stacktrace=1

limit_of() {
	local w
	for w in $LIMITS; do
		[ "${w%%=*}" = "$1" ] && { echo "${w#*=}"; return; }
	done
	echo 60
}

run_one() {
	local prog=$1 name log rc p f s t0 ms
	name=${prog#$B/}
	name=${name#tests/$stage/}
	log=$B/logs/$stage/${name//\//_}.log
	t0=$EPOCHREALTIME
	if [ $stage = fuzz ]; then
		local seeds=tests/fuzz/corpus/$name work=$B/tests/fuzz-work/$name
		mkdir -p $work
		[ -d $seeds ] || seeds=
		timeout -k 5 $((FUZZ_SECONDS + 60)) $prog -timeout=10 \
			-max_total_time=$FUZZ_SECONDS -print_final_stats=1 \
			-artifact_prefix=$work/crash- $work $seeds \
			>$log 2>&1 </dev/null
		rc=$?
	else
		timeout -k 5 "$(limit_of "$name")" $prog >$log 2>&1 </dev/null
		rc=$?
	fi
	ms=$(((${EPOCHREALTIME/./} - ${t0/./}) / 1000))
	p=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test(s)\.$/\1/p' $log |
		awk '{ n += $1 } END { print n + 0 }')
	f=$(sed -n 's/^\[  FAILED  \] \(.*: \)\{0,1\}\([0-9]*\) test(s), .*/\2/p' $log |
		awk '{ n += $1 } END { print n + 0 }')
	s=$(sed -n 's/^\[  SKIPPED \] \(.*: \)\{0,1\}\([0-9]*\) test(s), .*/\2/p' $log |
		awk '{ n += $1 } END { print n + 0 }')
	case $rc in
	0) [ $((p + f + s)) = 0 ] && p=1 ;;
	77) [ $((p + f + s)) = 0 ] && s=1 ;;
	*) [ $f = 0 ] && f=1 ;;
	esac
	if [ $rc != 0 ] && [ $rc != 77 ] || [ $f != 0 ]; then
		echo "FAIL  $stage/$name (exit $rc$([ $rc = 124 ] &&
			echo ', time limit'), $ms ms), last lines of $log:"
		grep -E 'ERROR|FAILED|error:|SUMMARY' $log | head -15 |
			sed 's/^/      | /'
		tail -n 12 $log | sed 's/^/      | /'
	elif [ $rc = 77 ] || [ $s != 0 ]; then
		echo "skip  $stage/$name: $(grep -ai skip $log | tail -n 1)"
	else
		printf 'ok    %-48s %4d passed %6d ms\n' "$stage/$name" $p $ms
	fi
	echo "$p $f $s" >>"$counts"
}

# Another run of the same stage must not touch this one's counts.
counts=$(mktemp $B/results/$stage.XXXXXX)
n=0
for prog; do
	run_one $prog &
	n=$((n + 1))
	[ $n -ge 2 ] && { wait -n; n=$((n - 1)); }
done
wait
awk -v s=$stage '{ p += $1; f += $2; k += $3 }
	END { printf "%s: %d passed, %d failed, %d skipped\n", s, p, f, k
	      exit f > 0 }' "$counts"
rc=$?
mv "$counts" $B/results/$stage
exit $rc

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh STAGE...: run test stages in order, each with its time, and sum up.
#
# A stage is a make target that leaves its counts in build/results/STAGE
# (cases.sh, guest/run.sh and e2e/run.sh write there). A stage that breaks
# before it can count is one failure. The last line is
# "N passed, N failed, N skipped"; exit status 0 only without failures.

cd "${0%/*}/.." || exit 2
B=build
mkdir -p $B/results $B/logs
[ -n "$NO_PACKAGES" ] || tests/packages.sh test || exit 2

p=0 f=0 s=0
jobs=${JOBS:-$(nproc)}
[ "$jobs" -gt 4 ] && jobs=4
for stage; do
	echo "=== $stage"
	t0=$EPOCHREALTIME
	rm -f $B/results/"$stage"
	target=$stage
	[ "$stage" = build ] && target='all image tests'
	make --no-print-directory -j"$jobs" $target
	rc=$?
	read -r a b c < <(awk '{ p += $1; f += $2; s += $3 }
		END { print p + 0, f + 0, s + 0 }' $B/results/"$stage" 2>/dev/null)
	a=${a:-0} b=${b:-0} c=${c:-0}
	[ "$stage" = build ] && [ $rc = 0 ] && a=1
	[ $rc != 0 ] && [ $b = 0 ] && b=1
	# A stage that ran nothing proves nothing.
	[ $rc = 0 ] && [ $((a + b + c)) = 0 ] && {
		echo "$stage: nothing to run"
		c=1
	}
	p=$((p + a)) f=$((f + b)) s=$((s + c))
	ms=$(((${EPOCHREALTIME/./} - ${t0/./}) / 1000))
	printf '=== %s: %d passed, %d failed, %d skipped, %d.%d s\n' "$stage" \
		$a $b $c $((ms / 1000)) $((ms % 1000 / 100))
	# Nothing else can be right when the build is not.
	[ "$stage" = build ] && [ $rc != 0 ] && break
done
echo "$p passed, $f failed, $s skipped"
[ $f = 0 ]

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh: the figures of README's performance table, medians of three.
#
# Boots three times for the boot times (once more with the xz bzImage), then
# runs tests/bench/job.sh in dom0. One QEMU at a time; keep the machine quiet.
# Prints "figure value"; writes build/results/bench.

cd "${0%/*}/../.." || exit 2
B=build
HYP=${HYP:-$B/xylem}
out=$B/results/bench
mkdir -p $B/results $B/tests/bench
: >$out

median() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
put() { printf '%-44s %s\n' "$1" "$2" | tee -a $out; }

make --no-print-directory -s $B/tests/bench/iobench || exit 2
t=$B/tests/bench/extra
rm -rf $t
mkdir -p $t/g/bin $t/x
cp $B/tests/bench/iobench $t/g/bin/
cp $B/tests/bench/iobench $t/x/
cp tests/bench/guest.sh $t/g/script.sh
(cd $t/g && find . | cpio -o -H newc --quiet -R 0:0) >$t/x/bench.cpio

# --- boot: seconds since QEMU's start, from the stamped log
stamp() { sed -n "s/^\[ *\([0-9.]*\)\] .*$2.*/\1/p" "$B/logs/$1.log" | head -n 1; }
boots() { # boots NAME KERNEL
	local i
	for i in 1 2 3; do
		tests/e2e/qemu.sh HYP="$HYP" JOB=boot OUT=quiet LOG="bench-$1-$i" \
			LIMIT=90 KERNEL="$2" || exit 1
	done
	put "power-on to hypervisor's banner, $1, s" "$(for i in 1 2 3; do
		stamp "bench-$1-$i" '[Xx]\(en version\|ylem\)'; done | median)"
	put "power-on to dom0's tools ready, $1, s" "$(for i in 1 2 3; do
		stamp "bench-$1-$i" 'dom0: tools ready'; done | median)"
	grep -ah 'RESULT\|first instruction' $B/logs/bench-"$1"-[123].log |
		sed 's/^\[[^]]*\] //' | sort -u
}
boots vmlinux ''
boots bzimage vmlinuz

tests/e2e/qemu.sh HYP="$HYP" JOB=tests/bench/job.sh GUEST="1 amd64 trivial hello" \
	EXTRA=$t/x OUT=quiet LOG=bench LIMIT=1200
rc=$?
log=$B/logs/bench.log
for name in $(sed -n 's/.*RESULT \([a-zA-Z0-9_]*\) .*/\1/p' $log | sort -u); do
	put "$name" "$(sed -n "s/.*RESULT $name \([0-9.]*\).*/\1/p" $log | median)"
done
io() { sed -n "s/.*BENCH $1 IOBENCH \([0-9.]*\) \([0-9.]*\).*/\\$2/p" $log | median; }
put "dom0 4k random reads, depth 32, IOPS" "$(io 'dom0 qd32' 1)"
put "dom0 128k sequential, MB/s" "$(io 'dom0 seq' 2)"
for d in 'xvda loop over tmpfs' 'xvdb tmpfs file'; do
	put "guest ${d#* } 4k random, depth 1, IOPS" "$(io "${d%% *} qd1" 1)"
	put "guest ${d#* } 4k random, depth 32, IOPS" "$(io "${d%% *} qd32" 1)"
	put "guest ${d#* } 128k sequential, MB/s" "$(io "${d%% *} seq" 2)"
done
for d in 'dom0 lo' tcp-out tcp-in; do
	put "TCP $d, Mbit/s" "$(sed -n "s/.*BENCH $d TCP .*mbit \([0-9]*\).*/\1/p" \
		$log | median)"
done
cp "$HYP" $B/tests/bench/hyp && strip $B/tests/bench/hyp 2>/dev/null
put "hypervisor binary, stripped, bytes" "$(stat -c %s $B/tests/bench/hyp)"
exit $rc

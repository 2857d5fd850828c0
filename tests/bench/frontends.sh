#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# frontends.sh [icount|wall]... [NAME=VALUE]: Debian's frontends and ours.
#
#   HYPS="build/xylem xen-4.17"   FRONTS="stock xylem"   ROUNDS=3 (wall: 5)
#   KERNELDIR=build/kernel/guest  INITRD=build/image/guest-xylem.cpio
#   REUSE=1   take the logs that are there (build/logs/front-bench-*.log)
#
# icount counts instructions for an operation (repeatable, also on a busy
# machine), in a boot for each set of frontends: beside another guest the order
# shows. wall takes rates (keep the machine quiet) in one boot, where a guest
# for each set takes its turn. Medians. The table goes to the screen and
# build/results/frontends.txt, the figures to build/results/frontends.json.

cd "${0%/*}/../.." || exit 2
B=build
HYPS="$B/xylem xen-4.17" FRONTS="stock xylem" REUSE='' ROUNDS=''
KERNELDIR=$B/kernel/guest INITRD=$B/image/guest-xylem.cpio modes=
for a; do
	case $a in
	icount | wall) modes="$modes $a" ;;
	*=*) declare "$a" ;;
	*) sed -n '4,15s/^# \{0,1\}//p' "$0"; exit 2 ;;
	esac
done
modes=${modes:-icount wall}

t=$B/tests/bench
make --no-print-directory -s all image "$INITRD" $t/iobench $t/udp \
	$t/domtime || exit 1
x=$t/front
rm -rf $x
mkdir -p $x/g/bin $x/x
cp $t/iobench $t/udp $x/g/bin/
cp tests/e2e/guest/serve.sh $x/g/script.sh
(cd $x/g && find . | cpio -o -H newc --quiet -R 0:0) >$x/g.cpio
cat "$INITRD" $x/g.cpio >$x/x/guest.cpio
cp "$KERNELDIR/vmlinuz" $t/iobench $t/udp $t/domtime $x/x/

# log_of HYP MODE FRONTS
log_of() { echo "front-bench-$2-${1##*/}-${3// /-}"; }

# bench HYP MODE FRONTS ROUNDS QEMUX: one boot.
bench() {
	local name

	name=$(log_of "$1" "$2" "$3")
	[ -n "$REUSE" ] && [ -s "$B/logs/$name.log" ] && return
	echo "frontends: $2, ${1##*/}, $3" >&2
	tests/e2e/qemu.sh HYP="$1" JOB=tests/bench/front_job.sh EXTRA=$x/x \
		OUT=quiet LOG="$name" LIMIT=1500 ACCEL=tcg QEMUX="$5" DOM0CMD="\
bench.fronts=${3// /,} bench.mode=$2 bench.rounds=$4" ||
		echo "frontends: $name failed; its rows are empty" >&2
}
for mode in $modes; do
	for hyp in $HYPS; do
		if [ $mode = wall ]; then
			bench "$hyp" wall "$FRONTS" "${ROUNDS:-5}" ''
			continue
		fi
		for front in $FRONTS; do
			bench "$hyp" icount "$front" "${ROUNDS:-3}" \
				'-icount shift=0,sleep=off'
		done
	done
done

# value HYP FRONT MODE KEY
value() {
	local fronts=$2

	[ "$3" = wall ] && fronts=$FRONTS
	median "$(log_of "$1" "$3" "$fronts")" "$2.$4"
}

# median LOG NAME: of the RESULT lines of that name; nothing if there are none.
median() {
	sed -n "s/.*RESULT $2 \([0-9.]\{1,\}\).*/\1/p" "$B/logs/$1.log" \
		2>/dev/null | sort -n |
		awk '{ a[NR] = $1 } END { if (NR) print a[int((NR + 1) / 2)] }'
}
rows_icount='read_qd1_guest|instructions, 4 KiB read, depth 1: guest
read_qd1_backend|the same: dom0
read_qd32_guest|instructions, 4 KiB read, depth 32: guest
read_qd32_backend|the same: dom0
udp_out_guest|instructions, packet guest to dom0: guest
udp_out_backend|the same: dom0
udp_in_guest|instructions, packet dom0 to guest: guest
udp_in_backend|the same: dom0'
rows_wall='qd1_iops|4 KiB random reads, depth 1, IOPS
qd32_iops|4 KiB random reads, depth 32, IOPS
seq_mbs|128 KiB sequential reads, MB/s
tcp_out_mbit|TCP guest to dom0, Mbit/s
tcp_in_mbit|TCP dom0 to guest, Mbit/s
udp_out_pps|UDP of 64 bytes, guest to dom0, packets/s
udp_in_pps|UDP of 64 bytes, dom0 to guest, packets/s'

json=$B/results/frontends.json
mkdir -p $B/results
{
	printf '%-46s' figure
	for hyp in $HYPS; do
		for front in $FRONTS; do
			printf ' %18s' "${hyp##*/} $front"
		done
	done
	echo
	for mode in $modes; do
		rows=rows_$mode
		while IFS='|' read -r key text; do
			printf '%-46s' "$text"
			for hyp in $HYPS; do
				for front in $FRONTS; do
					v=$(value "$hyp" "$front" $mode "$key")
					printf ' %18s' "${v:--}"
				done
			done
			echo
		done <<<"${!rows}"
	done
} | tee $B/results/frontends.txt
{
	sep='['
	for mode in $modes; do
		rows=rows_$mode
		while IFS='|' read -r key text; do
			for hyp in $HYPS; do
				for front in $FRONTS; do
					v=$(value "$hyp" "$front" $mode "$key")
					printf '%s\n{"hypervisor": "%s", "frontends": "%s", "figure": "%s", "value": %s}' \
						"$sep" "${hyp##*/}" "$front" "$key" \
						"${v:-null}"
					sep=,
				done
			done
		done <<<"${!rows}"
	done
	printf '\n]\n'
} >$json
! grep -q null $json

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# report.sh: build/bench/report.md, report.json and the plots, from
# build/bench/results (tests/bench/bench.sh). Needs no QEMU; may be run at any
# time, with whatever has been measured: what is missing stands as "-".

cd "${0%/*}/../.." || exit 2
B=build
o=$B/bench
. tests/bench/systems.sh
[ -d $o/results ] || { echo "report: no results; make bench" >&2; exit 1; }
SYSTEM_IDS=$(cut -d'|' -f1 <<<"$SYSTEMS")

# pass row system value, one line each; instructions are rows of their own.
flat() {
	local f n
	for f in "$o"/results/*-[0-9]*-*; do
		n=${f##*/}
		case $n in *.failed | *.tmp) continue ;; esac
		awk -v pass="${n%%-*}" -v name="${n#*-*-}" '/^#/ { next }
			{ print (pass == "soft" ? "work" : pass), $1, name, $2 }' "$f"
	done
}
# pass row system n median min max
flat | LC_ALL=C sort -k1,3 -k4,4g | awk '
	function out() {
		if (n) print key, n, (n % 2 ? v[(n + 1) / 2] : \
			(v[n / 2] + v[n / 2 + 1]) / 2), v[1], v[n]
	}
	{ k = $1 " " $2 " " $3 }
	k != key { out(); key = k; n = 0 }
	{ v[++n] = $4 }
	END { out() }' >$o/figures

rows() { grep '|' tests/bench/rows.txt | grep -v '^#' | sed 's/ *| */|/g'; }

# table PASS GROUP: rows of rows.txt; a system's column is there when it has one.
table() {
	rows | awk -F'|' -v pass="$1" -v group="$2" -v systems="$SYSTEM_IDS" '
	BEGIN { split(systems, id, "\n")
		for (i = 1; i in id; i++) ids = i }
	FILENAME != "-" {
		split($0, f, " ")
		if (f[1] == pass) {
			med[f[2], f[3]] = f[5]
			low[f[2], f[3]] = f[6]
			high[f[2], f[3]] = f[7]
			count[f[2], f[3]] = f[4]
		}
		next
	}
	$4 == group { row[++nrows] = $1; unit[$1] = $2; sense[$1] = $3; text[$1] = $5
		for (i = 1; i <= ids; i++) if (($1, id[i]) in med) used[i] = 1 }
	function show(v) {
		return sprintf(v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : "%.2f", v)
	}
	function cell(r, s) {
		if (!((r, s) in med))
			return "-"
		if (count[r, s] == 1)
			return show(med[r, s])
		return show(med[r, s]) " (" show(low[r, s]) ".." \
			show(high[r, s]) ")"
	}
	# how many times better a is than b
	function better(r, a, b) {
		if (!((r, a) in med) || !((r, b) in med) || med[r, a] * med[r, b] == 0)
			return "-"
		return sprintf("%.2f", sense[r] == "+" ? med[r, a] / med[r, b] : \
			med[r, b] / med[r, a])
	}
	END {
		head = "| | unit |"
		line = "|---|---|"
		for (i = 1; i <= ids; i++)
			if (used[i]) {
				head = head " " id[i] " |"
				line = line "---|"
			}
		if (!(length(line) > 9)) { print "Not measured yet."; exit }
		print head " Xylem : Xen | Xylem : bare |\n" line "---|---|"
		for (j = 1; j <= nrows; j++) {
			r = row[j]
			out = ""
			for (i = 1; i <= ids; i++)
				if (used[i])
					out = out " " cell(r, id[i]) " |"
			if (out !~ /[0-9]/) continue
			xen = ((r, "xen-debian") in med) ? "xen-debian" : "xen-ours"
			u = unit[r]
			if (pass == "instr") u = u == "ns" ? "instructions" : \
				"1000 instructions"
			print "| " text[r] " | " u ", " (sense[r] == "+" ? "more" : \
				"less") " |" out " " better(r, "xylem", xen) " | " \
				better(r, "xylem", "bare") " |"
		}
	}' $o/figures -
}

isolation_table() {
	awk '$1 == "isolation" { v[$2, $3] = $5; s[$3] = 1 }
	END {
		n = split("fork memory disk event", hog, " ")
		print "| loss in percent, beside | system | build | random reads |"
		print "|---|---|---|---|"
		for (i = 1; i <= n; i++) for (x in s) {
			b = v["victim_build_alone", x]; B = v["victim_build_" hog[i], x]
			r = v["victim_read_alone", x]; R = v["victim_read_" hog[i], x]
			if (b && B && r && R)
				printf "| %s | %s | %.0f | %.0f |\n", hog[i], x,
					100 * (1 - b / B), 100 * (1 - R / r)
		}
	}' $o/figures
}

# The processor's flags that a system's guest sees and another's does not.
flags() {
	local s f all
	for s in $SYSTEM_IDS; do
		f=$(ls "$o"/results/*-"$s" 2>/dev/null | grep -v failed | head -n 1)
		[ -n "$f" ] && sed -n 's/^# FLAGS *//p' "$f" | head -n 1 | tr ' ' '\n' |
			grep . | sort >"$o/flags.$s"
	done
	[ -s $o/flags.bare ] || return
	for s in $SYSTEM_IDS; do
		[ -s "$o/flags.$s" ] && [ "$s" != bare ] || continue
		echo "* $s: without $(comm -23 $o/flags.bare "$o/flags.$s" |
			tr '\n' ' '); beyond the bare machine's: $(comm -13 \
			$o/flags.bare "$o/flags.$s" | tr '\n' ' ')"
	done
	rm -f "$o"/flags.*
}

qemu=$(qemu-system-x86_64 --version | head -n 1)
{
	cat <<X
# The same work on every system

$(date '+%F'); $qemu; Debian's kernel $(cat $o/kernel/version) in every dom0 and guest;
$(git describe --always --dirty 2>/dev/null); command: \`make bench\`. Loads of the machine when units began:
$(sed -n 's/^# load \([0-9.]*\).*/\1/p' "$o"/results/*-[0-9]* 2>/dev/null | sort -g |
	awk '{ a[NR] = $1 } END { print a[1] " to " a[NR] ", median " a[int((NR + 1) / 2)] }').

X
	awk -F'|' '{ print "* **" $1 "**: " $5 }' <<<"$SYSTEMS"
	cat <<'X'

All boot in QEMU with `-M q35 -smp 1 -m 4096 -cpu max,-smap,-erms,-fsrm`; a guest has 256 MiB, one disk (an image file of
128 MiB in dom0's tmpfs, or in that of the machine where KVM runs, with the line for it that each toolstack documents: our backend
and QEMU open the file, Debian's xl puts a loop device over it for the kernel's backend; on the bare machine a virtio disk over
tmpfs of the host, QEMU's cache on) and one NIC on a bridge; the peer of the network rows is dom0 (on the bare machine: the host, by a tap device).
kvm-emulated runs with `-cpu host,-kvm` on `-M pc`: KVM's signature is hidden, so no clock, no spin locks and no steal time of
its own; kvm-virtio with `-cpu host`. Kernels that cannot read the counter's frequency from a hypervisor are told it
(`tsc_early_khz=`). Cells are medians; (minimum..maximum) where there is more than one round. The last columns say how many times
better Xylem's median is: than Xen with Debian's own tools (where only instructions are counted: Xen under our tools), and than
the bare machine.

**What to trust.** Instructions repeat to the tick and do not care for the load of the machine; they say nothing of caches and
TLBs. Wall time moves with the load, and TCG is no processor: an emulated instruction costs what its translation costs, a switch
of page tables empties the emulated TLB (tens of microseconds), and an exit of a hardware-virtualized guest is emulated in
software as well. Compare systems here, do not take the figures for those of silicon.

X
	for t in 'work cpu:The kernel'"'"'s mechanisms, wall time' \
		'instr cpu:The same, instructions counted' 'work job:Whole jobs' \
		'work disk:Disk' 'work net:Network' 'life life:Life of domains'; do
		echo "## ${t#*:}"
		echo
		# shellcheck disable=SC2086
		table ${t%%:*}
		echo
	done
	echo "## In short: times as good as Xen 4.17"
	echo
	tests/bench/headline.sh
	echo
	echo "## Where Xylem is behind"
	echo
	tests/bench/behind.sh
	echo
	echo "## Isolation"
	echo
	isolation_table
	echo
	table isolation isolation
	echo
	echo "## Not measured"
	echo
	for f in "$o"/results/*.failed; do
		[ -e "$f" ] && echo "* ${f##*/}: $(<"$f")"
	done
	grep -H '^# FAIL' "$o"/results/*-[0-9]* 2>/dev/null | grep -v failed: |
		sed 's/.*results\///; s/:# FAIL/: row/; s/^/* /'
	echo
	echo "## Processor flags in the guests"
	echo
	flags
} >$o/report.md

{
	printf '{\n "date": "%s",\n "qemu": "%s",\n "figures": [' "$(date '+%F %T')" "$qemu"
	sep=
	rows | awk -F'|' '{ print $1, $2, $3 }' | sed 's/ per s/ per_s/' |
		LC_ALL=C sort >$o/rows.sorted
	LC_ALL=C sort -k2,2 $o/figures | LC_ALL=C join -1 2 -2 1 - $o/rows.sorted |
		awk '{ u = $2 == "instr" ? ($8 == "ns" ? "instructions" : \
			"1000 instructions") : $8
			printf "%s\n  {\"pass\": \"%s\", \"row\": \"%s\", \"system\": \"%s\", \"unit\": \"%s\", \"better\": \"%s\", \"n\": %d, \"median\": %s, \"min\": %s, \"max\": %s}", \
			(NR > 1 ? "," : ""), $2, $1, $3, u, ($9 == "+" ? "more" : "less"), $4, $5, $6, $7 }'
	printf '\n ]\n}\n'
} >$o/report.json
rm -f $o/rows.sorted
tests/bench/plots.sh || echo "report: no plots"
echo "report: $o/report.md, $o/report.json"

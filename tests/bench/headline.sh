#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# headline.sh: the few rows that the top README shows, from build/bench/figures
# (report.sh makes them): how many times as good as Xen 4.17 with Debian's own
# tools each system is. The table goes to standard output; a row is there when
# Xen and Xylem have it.

cd "${0%/*}/../.." || exit 2
ROWS='fork_exec build sqlite read_qd1 read_qd32 read_seq write_qd32 fsync
	tcp_out tcp_in tcp_rr udp_out udp_in trivial_0_ready trivial_50_ready
	debian_first_create debian_first_ready debian_0_create debian_0_ready
	debian_8_ready debian_0_destroy'
SYSTEMS='xylem xylem-own xen-ours kvm-emulated kvm-virtio bare'

grep -v '^#' tests/bench/rows.txt | sed 's/ *| */|/g' |
	awk -F'|' -v rows="$ROWS" -v systems="$SYSTEMS" '
BEGIN {
	n = split(systems, id, " ")
	head = "| | Xen 4.17, Debian'"'"'s tools |"
	line = "|---|---|"
	for (i = 1; i <= n; i++) {
		head = head " " id[i] " |"
		line = line "---|"
	}
	print head "\n" line
}
FILENAME != "-" {
	split($0, f, " ")
	if (f[1] != "instr") median[f[2], f[3]] = f[5]
	next
}
{ unit[$1] = $2; more[$1] = $3 == "+"; text[$1] = $5 }
function show(v) {
	return sprintf(v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : "%.2f", v)
}
END {
	m = split(rows, row, " ")
	for (j = 1; j <= m; j++) {
		r = row[j]
		base = median[r, "xen-debian"]
		if (base == 0 || median[r, "xylem"] == 0)
			continue
		out = "| " text[r] " | " show(base) " " unit[r] " |"
		for (i = 1; i <= n; i++) {
			v = median[r, id[i]]
			out = out " " (v == 0 ? "-" : \
				show(more[r] ? v / base : base / v)) " |"
		}
		print out
	}
}' build/bench/figures -

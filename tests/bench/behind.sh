#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# behind.sh: the rows in which Xylem's median is behind another system's, from
# build/bench/figures (report.sh makes them), a line each, and why, where
# tests/bench/limits.txt knows it. Xen with Debian's own tools is compared in
# every row, KVM in those of disk and network: in the others its guest runs
# without any hypervisor, as the bare machine does.

cd "${0%/*}/../.." || exit 2

grep -v '^#' tests/bench/rows.txt | sed 's/ *| */|/g' |
	awk -F'|' '
FILENAME == "tests/bench/limits.txt" {
	if (!/^#/ && NF == 3) why[$1, $2] = $3
	next
}
FILENAME != "-" {
	split($0, f, " ")
	if (f[1] != "instr") median[f[2], f[3]] = f[5]
	next
}
function compare(row, unit, more, text, other,    a, b) {
	a = median[row, "xylem"]
	b = median[row, other]
	if (a * b == 0 || (more ? a >= b : a <= b))
		return
	printf "* %s: %.5g %s, %s %.5g (%.2f times as good). %s\n", text, a, \
		unit, other, b, more ? a / b : b / a, \
		why[row, other] == "" ? "Not explained yet." : why[row, other]
	found = 1
}
{
	compare($1, $2, $3 == "+", $5, "xen-debian")
	if ($4 != "disk" && $4 != "net")
		next
	compare($1, $2, $3 == "+", $5, "kvm-emulated")
	compare($1, $2, $3 == "+", $5, "kvm-virtio")
}
END { if (!found) print "Nowhere." }' tests/bench/limits.txt build/bench/figures -

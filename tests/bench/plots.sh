#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# plots.sh: a plot per table, PNG and SVG, from build/bench/figures, by gnuplot.
#
# Bars say how a system compares with Xen 4.17 as Debian ships it (where that was
# not measured: with Xen under our tools): 1 is that, more is better, whatever the
# unit; the scale is logarithmic, so that half and double look alike. Without
# gnuplot one line says so.

cd "${0%/*}/../.." || exit 2
o=build/bench
command -v gnuplot >/dev/null || {
	echo "plots: gnuplot is not installed (apt-get install gnuplot-nox): none made"
	exit 0
}
. tests/bench/systems.sh
SYSTEM_IDS=$(cut -d'|' -f1 <<<"$SYSTEMS" | tr '\n' ' ')

# data PASS GROUP: "text" and a column for each system, "-" where it has none.
data() {
	grep -v '^#' tests/bench/rows.txt | sed 's/ *| */|/g' |
		awk -F'|' -v pass="$1" -v group="$2" -v systems="$SYSTEM_IDS" '
	BEGIN { split(systems, all, " ") }
	FILENAME != "-" {
		split($0, f, " ")
		if (f[1] == pass) {
			med[f[2], f[3]] = f[5]
			used[f[3]] = 1
		}
		next
	}
	FNR == 1 {
		printf "row"
		for (i = 1; i in all; i++)
			if (all[i] in used) {
				id[++n] = all[i]
				printf " %s", all[i]
			}
		print ""
	}
	$4 == group {
		base = (($1, "xen-debian") in med) ? med[$1, "xen-debian"] : \
			med[$1, "xen-ours"]
		if (base + 0 == 0) next
		printf "\"%s\"", $5
		for (i = 1; i <= n; i++) {
			v = med[$1, id[i]]
			if (v + 0 == 0) printf " -"
			else printf " %.4f", $3 == "+" ? v / base : base / v
		}
		print ""
	}' $o/figures -
}

# The same of the rows of the README, but for the two that would hide the rest.
headline() {
	tests/bench/headline.sh | awk -F' *[|] *' '
	NR == 1 { for (i = 4; i < NF; i++) {
			id[i] = $i
			skip[i] = $i == "bare" || $i == "xen-ours"
		}
		$2 = "row" }
	NR != 2 {
		printf "\"%s\"", $2
		for (i = 4; i < NF; i++) if (!skip[i]) printf " %s", $i
		print ""
	}'
}

# plot NAME TITLE DATA...: what the function DATA... prints.
plot() {
	local term n
	"${@:3}" >"$o/$1.dat"
	n=$(head -n 1 "$o/$1.dat" | wc -w)
	# Bars of one system say nothing.
	[ "$(wc -l <"$o/$1.dat")" -gt 1 ] && [ "$n" -gt 2 ] || {
		rm -f "$o/$1.dat" "$o/$1".{png,svg}
		return
	}
	for term in png svg; do
		gnuplot 2>$o/gnuplot.log <<X || { cat $o/gnuplot.log; return 1; }
set terminal $([ $term = png ] && echo pngcairo || echo svg) size 1200,700 font "sans,11"
set output "$o/$1.$term"
set title "$2\nTimes as good as Xen 4.17 with Debian's tools: above 1 is better"
set style data histogram
set style histogram clustered gap 1.5
set style fill solid 0.85 border -1
set logscale y
set format y "%g"
set ylabel "times as good as Xen 4.17 (logarithmic)"
set grid y
set key outside bottom center horizontal
set xtics rotate by -30
set datafile missing "-"
plot 1 with lines lt -1 lw 2 notitle, for [i=2:$n] "$o/$1.dat" using i:xtic(1) title columnheader(i)
X
	done
	rm -f "$o/$1.dat"
	echo "plots: $o/$1.png, $o/$1.svg"
}

plot cpu "The kernel's mechanisms, wall time" data work cpu
plot instructions "The kernel's mechanisms, instructions" data instr cpu
plot job "Whole jobs" data work job
plot disk "Disk" data work disk
plot net "Network" data work net
plot life "Life of domains" data life life
plot headline "The same work on every system" headline

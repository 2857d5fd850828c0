#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# modules.sh KERNEL...: build the modules for these kernels (names of
# build/kernel) and count: built is passed, no headers is skipped.
#
# Each module must carry the version of its kernel and no symbol that this
# kernel does not export. Counts: build/results/modules; logs: build/logs.

cd "${0%/*}/../.." || exit 2
mkdir -p build/results build/logs/modules
p=0 f=0 s=0
for k; do
	log=build/logs/modules/$k.log
	make --no-print-directory -s build/kernel/"$k"/vmlinux >"$log" 2>&1 || {
		echo "skip  modules/$k: no such kernel: $(grep fetch: "$log" |
			tail -n 1)"
		s=$((s + 1))
		continue
	}
	frontend-drivers/linux/build.sh build/kernel/"$k" build/modules/"$k" \
		>"$log" 2>&1
	rc=$?
	case $rc in
	0)
		version=$(<build/kernel/"$k"/version)
		for m in build/modules/"$k"/*.ko; do
			if grep -aq "vermagic=$version " "$m" &&
				! grep -q WARNING "$log"; then
				echo "ok    modules/$k/${m##*/} for $version"
				p=$((p + 1))
			else
				echo "FAIL  modules/$k/${m##*/}: not for $version:"
				grep WARNING "$log" | head -n 5
				f=$((f + 1))
			fi
		done ;;
	77)
		echo "skip  modules/$k: $(tail -n 1 "$log")"
		s=$((s + 1)) ;;
	*)
		echo "FAIL  modules/$k (exit $rc): $log"
		grep -E 'error|warning|Error|undefined' "$log" | head -n 15 |
			sed 's/^/      | /'
		f=$((f + 1)) ;;
	esac
done
echo "$p $f $s" >build/results/modules
echo "modules: $p passed, $f failed, $s skipped"
[ $f = 0 ]

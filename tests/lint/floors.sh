#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# floors.sh [ROOT]: an include may only point down.
#
# Each folder has a list of folders it may include from; an include names its
# floor ("core/pt.h"), must exist, and system headers are allowed on the user
# side only, the compiler's freestanding ones in the hypervisor and in the
# frontends' cores. One case per
# source file. With no argument it first checks itself on planted bad files.

cd "${1:-${0%/*}/../..}" || exit 2
fails=0
passes=0

# allowed FILE: what it may include, as prefixes.
allowed() {
	case $1 in
	abi/*) echo abi/ ;;
	hypervisor/lib/*) echo abi/ lib/ ;;
	hypervisor/core/*) echo abi/ lib/ core/ ;;
	hypervisor/call/*) echo abi/ lib/ core/ call/ ;;
	hypervisor/hw/*) echo abi/ lib/ core/ call/ hw/ ;;
	hypervisor/entry/*) echo abi/ lib/ core/ call/ hw/ entry/ ;;
	# The decoders: no state, freestanding, theirs and ours the same work.
	dom0-tools/lib/unpack.c) echo abi/ hypervisor/lib/ dom0-tools/lib/ ;;
	dom0-tools/lib/*) echo abi/ dom0-tools/lib/ ;;
	# The supervisor is xl's other half: it makes domains anew with its code.
	dom0-tools/supervisor/*)
		echo abi/ dom0-tools/lib/ dom0-tools/xl/ dom0-tools/supervisor/ ;;
	dom0-tools/*/*)
		local d=${1#dom0-tools/}
		echo abi/ dom0-tools/lib/ "dom0-tools/${d%%/*}/" ;;
	backend-drivers/core/*) echo abi/ backend-drivers/core/ ;;
	backend-drivers/*) echo abi/ dom0-tools/lib/ backend-drivers/ ;;
	frontend-drivers/core/*) echo abi/ frontend-drivers/core/ ;;
	frontend-drivers/*) echo abi/ frontend-drivers/ ;;
	esac
}

freestanding=' stdint.h stddef.h stdbool.h stdarg.h limits.h stdalign.h '

check_file() {
	local f=$1 ok=1 inc may p good n=0
	may=$(allowed "$f")
	while IFS= read -r inc; do
		case $inc in
		'<'*)
			inc=${inc#<}
			inc=${inc%>}
			case $f in
			hypervisor/* | abi/* | frontend-drivers/core/*)
				[[ $freestanding == *" $inc "* ]] && continue
				# abi/ may be read by Linux modules too.
				[[ $f == abi/* && $inc == linux/*types.h ||
				   $f == abi/* && $inc == linux/stddef.h ]] &&
					continue
				echo "FAIL $f: <$inc> is not freestanding"
				ok=0 ;;
			esac ;;
		'"'*)
			inc=${inc//\"/}
			good=0
			for p in $may; do
				[[ $inc == "$p"* ]] && good=1
			done
			[ $good = 1 ] || {
				echo "FAIL $f: \"$inc\" is not below it (may: $may)"
				ok=0
				continue
			}
			[ -e "$inc" ] || [ -e "hypervisor/$inc" ] ||
				[ -e "build/hypervisor/$inc" ] ||
				[ "$inc" = entry/offsets.h ] || {
				echo "FAIL $f: \"$inc\" does not exist"
				ok=0
			} ;;
		esac
	done < <(sed -n 's/^[ \t]*#[ \t]*include[ \t]*\([<"][^>"]*[>"]\).*/\1/p' "$f")
	if [ $ok = 1 ]; then
		passes=$((passes + 1))
	else
		fails=$((fails + 1))
	fi
}

while IFS= read -r f; do
	check_file "$f"
done < <(find abi hypervisor dom0-tools backend-drivers frontend-drivers \
	-name '*.[chS]' 2>/dev/null | grep -v '^frontend-drivers/linux/' | sort)

if [ -z "$1" ]; then
	t=$(mktemp -d)
	mkdir -p "$t"/hypervisor/{core,hw,lib} "$t/abi" \
		"$t"/frontend-drivers/{core,guest}
	echo '#include "hw/cpu.h"' >"$t/hypervisor/core/up.c"
	echo '#include <stdio.h>' >"$t/hypervisor/core/libc.c"
	echo '#include "core/none.h"' >"$t/hypervisor/hw/none.c"
	echo '#include <stdint.h>' >"$t/hypervisor/lib/good.c"
	: >"$t/hypervisor/hw/cpu.h"
	echo '#include <string.h>' >"$t/frontend-drivers/core/libc.c"
	echo '#include "frontend-drivers/guest/up.h"' \
		>"$t/frontend-drivers/core/up.c"
	: >"$t/frontend-drivers/guest/up.h"
	n=$(bash tests/lint/floors.sh "$t" | grep -c '^FAIL')
	rm -rf "$t"
	if [ "$n" = 5 ]; then
		passes=$((passes + 1))
	else
		echo "FAIL floors.sh: found $n of 5 planted faults"
		fails=$((fails + 1))
	fi
fi
echo "[  PASSED  ] $passes test(s)."
[ $fails = 0 ] || { echo "[  FAILED  ] $fails test(s), listed above"; exit 1; }

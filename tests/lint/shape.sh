#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# shape.sh: the form that style.md's rules ask of each source file.
#
# A file: an SPDX line with the folder's licence, a head comment, at most 600
# lines (tables and ABI headers named below apart), at most 80 columns (a tab
# is 8), functions of at most 70 lines, inline assembly only where the machine
# may be touched, no #if in core/ and call/. The tree: exactly the assembly
# files that are named here, no visible top-level folder beyond the seven.
# One case per file; clang-format is a case of its own where it is installed.

cd "${0%/*}/../.." || exit 2
fails=0
passes=0
long_ok=' '		# const tables that may pass 600 lines: " path path "
asm_files=' hypervisor/entry/boot.S hypervisor/entry/entry.S
 tests/guest/start.S frontend-drivers/guest/start.S '
top=' abi backend-drivers dom0-tools frontend-drivers hypervisor tests build '

bad() {
	echo "FAIL $*"
	ok=0
}

licence() {
	case $1 in
	abi/* | frontend-drivers/core/* | frontend-drivers/guest/*) echo MIT ;;
	dom0-tools/lib/store* | dom0-tools/lib/xs_*) echo MIT ;;
	frontend-drivers/linux/*) echo 'GPL-2.0-only OR MIT' ;;
	*) echo GPL-2.0-only ;;
	esac
}

check_file() {
	local f=$1 n head
	n=$(wc -l <"$f")
	head=$(head -n 2 "$f" | grep -o 'SPDX-License-Identifier: .*' |
		sed 's/^[^:]*: //; s/ *\*\/$//')
	[ "$head" = "$(licence "$f")" ] ||
		bad "$f: SPDX line says '$head', the folder is $(licence "$f")"
	case $f in
	abi/* | *.mk | Makefile) ;;
	*) [ "$n" -le 600 ] || [[ $long_ok == *" $f "* ]] ||
		bad "$f: $n lines (600 at most)" ;;
	esac
	case $f in
	*.c | *.h | *.S)
		head -n 4 "$f" | grep -q '^/\*' || bad "$f: no head comment"
		n=$(expand -t 8 "$f" | LC_ALL=C.UTF-8 awk 'length($0) > 80 &&
			!/https?:/ { print NR; exit }')
		[ -z "$n" ] || bad "$f:$n: wider than 80 columns"
		grep -q $'[ \t]$' "$f" && bad "$f: trailing white space" ;;
	esac
	case $f in
	*.c)
		n=$(awk '/^{/ { s = NR } /^}/ { if (s && NR - s > 71) {
			print s " (" NR - s - 1 " lines)"; exit } s = 0 }' "$f")
		[ -z "$n" ] || bad "$f:$n: function longer than 70 lines" ;;
	esac
	case $f in
	hypervisor/hw/* | hypervisor/entry/* | tests/guest/* | \
		frontend-drivers/guest/*) ;;
	*.c | *.h)
		n=$(sed 's,//.*,,; s,/\*.*\*/,,; s/"[^"]*"//g' "$f" |
			grep -nE '\b(__asm__|asm)\b *(volatile|__volatile__|goto)? *\(' |
			head -n 1)
		[ -z "$n" ] || bad "$f:$n: inline assembly outside hw/" ;;
	esac
	case $f in
	hypervisor/core/*.c | hypervisor/call/*.c)
		n=$(grep -nE '^[ \t]*#[ \t]*(if|ifdef|ifndef)\b' "$f" | head -n 1)
		[ -z "$n" ] || bad "$f:$n: conditional compilation" ;;
	esac
}

while IFS= read -r f; do
	ok=1
	check_file "$f"
	if [ $ok = 1 ]; then
		passes=$((passes + 1))
	else
		fails=$((fails + 1))
	fi
done < <(find Makefile abi hypervisor dom0-tools backend-drivers \
	frontend-drivers tests -type f \( -name '*.[chS]' -o -name '*.sh' -o \
	-name '*.mk' -o -name Makefile -o -name '*.lds' \) 2>/dev/null | sort)

# --- the tree
ok=1
for d in */; do
	[[ $top == *" ${d%/} "* ]] || bad "top-level folder $d is not in the plan"
done
while IFS= read -r f; do
	[[ $(echo $asm_files) == *"$f"* ]] || bad "$f: one more assembly file"
done < <(find abi hypervisor dom0-tools backend-drivers frontend-drivers tests \
	-name '*.S' 2>/dev/null)
for d in abi hypervisor dom0-tools backend-drivers tests; do
	[ -f $d/README.md ] || bad "$d has no README.md"
done
if [ $ok = 1 ]; then
	passes=$((passes + 1))
else
	fails=$((fails + 1))
fi

# --- the style, as far as the machine can tell
if command -v clang-format >/dev/null; then
	style=build/tests/lint/style
	mkdir -p ${style%/*}
	[ $style -nt tests/lint/style.c ] || gcc -std=gnu11 -O2 -Wall -Wextra \
		-o $style tests/lint/style.c || exit 2
	while IFS= read -r f; do
		if clang-format --output-replacements-xml "$f" | $style "$f"; then
			passes=$((passes + 1))
		else
			fails=$((fails + 1))
		fi
	done < <(find hypervisor dom0-tools backend-drivers frontend-drivers \
		tests -name '*.c' 2>/dev/null | sort)
else
	echo "skip clang-format is not installed"
	echo "[  SKIPPED ] 1 test(s), listed above"
fi
echo "[  PASSED  ] $passes test(s)."
[ $fails = 0 ] || { echo "[  FAILED  ] $fails test(s), listed above"; exit 1; }

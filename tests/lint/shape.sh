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
 frontend-drivers/guest/start.S '
top=' abi backend-drivers dom0-tools frontend-drivers hypervisor tests build '

bad() {
	echo "FAIL $*"
	ok=0
}

# All files in one pass of awk: a process for each file would cost a minute.
# Prints "FAIL ..." lines, then "FILES n BAD m".
shape='
function bad(text) { print "FAIL " file text; wrong = 1 }
function licence(f) {
	if (f ~ /^(abi|frontend-drivers\/core|frontend-drivers\/guest)\// ||
	    f ~ /^dom0-tools\/lib\/(store|xs_)/)
		return "MIT"
	if (f ~ /^frontend-drivers\/linux\//)
		return "GPL-2.0-only OR MIT"
	return "GPL-2.0-only"
}
function ends() {
	if (!file) return
	if (spdx != licence(file))
		bad(": SPDX line says \"" spdx "\", the folder is " licence(file))
	if (lines > 600 && file !~ /^abi\// && file !~ /(\.mk|Makefile)$/ &&
	    index(long_ok, " " file " ") == 0)
		bad(": " lines " lines (600 at most)")
	if (code && !head)
		bad(": no head comment")
	files++
	wrongs += wrong
}
FNR == 1 {
	ends()
	file = FILENAME
	code = file ~ /\.[chS]$/
	is_c = file ~ /\.c$/
	no_asm = file ~ /\.[ch]$/ && file !~ /^(hypervisor\/(hw|entry)|tests\/guest|frontend-drivers\/guest)\//
	no_if = file ~ /^hypervisor\/(core|call)\/.*\.c$/
	spdx = ""; head = wrong = wide = start = 0
}
{ lines = FNR }
FNR <= 2 && /SPDX-License-Identifier: / {
	spdx = $0
	sub(/^.*SPDX-License-Identifier: /, "", spdx)
	sub(/ *\*\/$/, "", spdx)
}
!code { next }
FNR <= 4 && /^\/\*/ { head = 1 }
/[ \t]$/ { bad(":" FNR ": trailing white space") }
!wide && length($0) > 10 {
	# A tab goes to the next multiple of eight.
	n = split($0, part, "\t")
	col = length(part[1])
	for (i = 2; i <= n; i++)
		col = col - col % 8 + 8 + length(part[i])
	if (col > 80 && !/https?:/) {
		wide = 1
		bad(":" FNR ": wider than 80 columns")
	}
}
is_c && /^{/ { start = FNR }
is_c && /^}/ {
	if (start && FNR - start > 71)
		bad(":" start ": function longer than 70 lines")
	start = 0
}
no_asm && /asm/ {
	text = $0
	gsub(/"[^"]*"/, "", text)
	sub(/\/\/.*/, "", text)
	gsub(/\/\*.*\*\//, "", text)
	if (text ~ /(^|[^a-zA-Z0-9_])(__asm__|asm)[ \t]*(volatile|__volatile__|goto)?[ \t]*\(/)
		bad(":" FNR ": inline assembly outside hw/")
}
no_if && /^[ \t]*#[ \t]*(if|ifdef|ifndef)/ { bad(":" FNR ": conditional compilation") }
END { ends(); print "FILES " files " BAD " wrongs + 0 }'

sources() {
	find Makefile abi hypervisor dom0-tools backend-drivers \
		frontend-drivers tests -type f \( -name '*.[chS]' -o \
		-name '*.sh' -o -name '*.mk' -o -name Makefile -o \
		-name '*.lds' \) 2>/dev/null | sort
}

result=$(LC_ALL=C.UTF-8 awk -v long_ok="$long_ok" "$shape" $(sources))
echo "$result" | grep '^FAIL'
read -r _ n _ wrong < <(echo "$result" | grep '^FILES')
passes=$((passes + n - wrong))
fails=$((fails + wrong))

# It must see faults: one file with each of them.
t=$(mktemp -d)
mkdir -p "$t/hypervisor/core"
{
	echo '#if 1 '
	printf 'int f(void)\n{\n'
	for ((i = 0; i < 72; i++)); do echo '	asm volatile("x");'; done
	echo '}'
	printf '\t\t%0100d\n' 1
	for ((i = 0; i < 600; i++)); do echo ';'; done
} >"$t/hypervisor/core/p.c"
n=$(cd "$t" && awk -v long_ok=' ' "$shape" hypervisor/core/p.c | sed 's/.*: //' |
	grep -v FILES | sort -u | wc -l)
rm -rf "$t"
if [ "$n" = 8 ]; then
	passes=$((passes + 1))
else
	echo "FAIL shape.sh: sees $n of 8 planted faults"
	fails=$((fails + 1))
fi

# --- the tree
ok=1
for d in */; do
	[[ $top == *" ${d%/} "* ]] || bad "top-level folder $d is not in the plan"
done
while IFS= read -r f; do
	[[ $(echo $asm_files) == *"$f"* ]] || bad "$f: one more assembly file"
done < <(find abi hypervisor dom0-tools backend-drivers frontend-drivers tests \
	-name '*.S' 2>/dev/null)
for d in abi hypervisor dom0-tools backend-drivers frontend-drivers tests; do
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
	# A file that has passed is looked at again when it has changed.
	one='past=build/tests/lint/past/$1
		[ "$past" -nt "$1" ] && [ "$past" -nt '$style' ] &&
			[ "$past" -nt .clang-format ] ||
		{ clang-format --output-replacements-xml "$1" |
			'$style' "$1" && mkdir -p "${past%/*}" && : >"$past"; }'
	while IFS= read -r f; do
		[ "$f" = ok ] && passes=$((passes + 1)) && continue
		echo "$f"
		fails=$((fails + 1))
	done < <(find hypervisor dom0-tools backend-drivers frontend-drivers \
		tests -name '*.c' 2>/dev/null | sort |
		xargs -P 2 -n 1 sh -c "$one && echo ok" sh)
else
	echo "skip clang-format is not installed"
	echo "[  SKIPPED ] 1 test(s), listed above"
fi
echo "[  PASSED  ] $passes test(s)."
[ $fails = 0 ] || { echo "[  FAILED  ] $fails test(s), listed above"; exit 1; }

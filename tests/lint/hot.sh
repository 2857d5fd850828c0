#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# hot.sh [LIST]: what hypervisor/hot.txt names is there. A name that no file of
# the hypervisor defines would be skipped by the linker without a word. With no
# argument it first checks itself on a list with a planted name.

cd "${0%/*}/../.." || exit 2
list=${1:-hypervisor/hot.txt}
fails=0
passes=0

# A definition begins a line, as our style has it: a function's, a variable's,
# or a section of our own in assembly.
defined() {
	grep -rqE --include='*.c' --include='*.S' \
		"^([a-z_}].*[ *])?$1(\(|\[| =|;|,)|\.section \.text\.$1," \
		hypervisor
}

while read -r name; do
	if defined "$name"; then
		passes=$((passes + 1))
	else
		echo "FAIL $list: $name is not defined in hypervisor/"
		fails=$((fails + 1))
	fi
done < <(grep '^[a-z]' "$list")

if [ -z "$1" ]; then
	t=$(mktemp)
	printf 'memcpy\nno_such_function\n' >"$t"
	n=$(bash tests/lint/hot.sh "$t" | grep -c '^FAIL')
	rm -f "$t"
	if [ "$n" = 1 ]; then
		passes=$((passes + 1))
	else
		echo "FAIL hot.sh: found $n of 1 planted fault"
		fails=$((fails + 1))
	fi
fi
echo "[  PASSED  ] $passes test(s)."
[ $fails = 0 ] || { echo "[  FAILED  ] $fails test(s), listed above"; exit 1; }

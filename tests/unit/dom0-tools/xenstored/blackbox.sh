#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# blackbox.sh: xenstored as Debian's xenstore-utils see it, which were written
# against another daemon: reading, writing, listing, permissions, watches,
# large trees, many clients at once; and what the daemon says of itself.
# Exit 77 (skipped) where the package is missing.

cd "$(git -C "${0%/*}" rev-parse --show-toplevel 2>/dev/null || echo .)" || exit 2
command -v xenstore-ls >/dev/null || {
	echo "skipped: the package xenstore-utils is not installed"
	exit 77
}
dir=$(mktemp -d /tmp/xylem-blackbox-XXXXXX)
export XENSTORED_PATH=$dir/socket
daemon=build/dom0-tools/bin/xenstored
fails=0

end() {
	[ -f "$dir/pid" ] && kill "$(cat "$dir/pid")"
	rm -rf "$dir"
}
trap end EXIT

# is WHAT WANTED GOT
is() {
	[ "$2" = "$3" ] && return
	echo "FAIL $1: expected '$2', got '$3'"
	fails=$((fails + 1))
}

# It returns when it serves: the next line may use it at once.
$daemon --socket "$XENSTORED_PATH" --no-domains --pid-file "$dir/pid"
is "start" 0 $?
$daemon --no-fork --socket "$XENSTORED_PATH" --no-domains 2>"$dir/err"
is "a second one" 1 $?
grep -q 'another xenstored is running' "$dir/err"
is "a second one's hint" 0 $?

xenstore-write /a/b/c hello /a/b/d "two words"
is "read" hello "$(xenstore-read /a/b/c)"
is "read two" $'hello\ntwo words' "$(xenstore-read /a/b/c /a/b/d)"
is "list" $'c\nd' "$(xenstore-list /a/b)"
is "ls" $'/a = ""\n/a/b = ""\n/a/b/c = "hello"\n/a/b/d = "two words"' \
	"$(xenstore-ls -f | tr -s ' ' | sed 's/ $//')"
xenstore-read /nope 2>/dev/null
is "missing" 1 $?
xenstore-exists /a/b/c
is "exists" 0 $?
xenstore-exists /a/b/x
is "does not exist" 1 $?
xenstore-chmod /a/b/c n0 r1 w2
is "permissions" 'c = "hello" . . . (n0,r1,w2)' \
	"$(xenstore-ls -p /a/b | sed -n '/^c/s/ \( \.\)* *(/ . . . (/p' |
		sed 's/"[ .]*(/" . . . (/')"
xenstore-rm /a/b
is "gone" "" "$(xenstore-list /a)"

xenstore-watch -n 4 /w >"$dir/watch" &
watch=$!
for i in $(seq 100); do
	[ -s "$dir/watch" ] && break
	sleep 0.05
done
xenstore-write /w/1 x
xenstore-write /other x
xenstore-write /w/2 x
xenstore-rm /w
wait $watch
is "watch" $'/w\n/w/1\n/w/2\n/w' "$(cat "$dir/watch")"

# More names than fit into one message.
seq -f '/big/a-rather-long-name-%g' 1 2000 | sed 's/$/ v/' |
	xargs xenstore-write
is "large directory" 2000 "$(xenstore-list /big | wc -l)"
is "large directory, sorted" "$(xenstore-list /big | LC_ALL=C sort | md5sum)" \
	"$(xenstore-list /big | md5sum)"
is "large tree" 2000 "$(xenstore-ls /big | wc -l)"

# Ten clients write at once, in transactions of their own, to different nodes.
for i in $(seq 10); do
	(for j in $(seq 20); do
		xenstore-write "/par/$i/$j" "$i.$j" || exit 1
	done) &
done
wait
is "parallel" 200 "$(for i in $(seq 10); do xenstore-list /par/$i; done |
	wc -l)"

kill "$(cat "$dir/pid")"
for i in $(seq 100); do
	[ -f "$dir/pid" ] || break
	sleep 0.05
done
is "pid file removed" "" "$(ls "$dir/pid" 2>/dev/null)"
[ $fails = 0 ] || exit 1
echo "blackbox: all held"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# debs.sh fetch              Debian's packages of a set, with all that they
#                            depend on, unpacked in $XYLEM_CACHE/SET/tree
# debs.sh take TREE FILE...  copy FILEs (patterns) from there into TREE, and the
#                            shared libraries that their ELF headers ask for
#
# DEBS=dom0 (what debian.sh needs) or bench (all) says which set.
#
# Nothing is installed: apt works on an empty list of packages of its own, so
# that it names the whole closure, and downloads to $XYLEM_CACHE/SET, which is
# used without network from then on. Needs no root. Never takes a library
# from the host: what the packages lack is an error.

set -e -o pipefail
dom0='xen-utils-4.17 xenstore-utils iproute2 bash coreutils sed
grep mawk util-linux bridge-utils'
# shellcheck disable=SC2034
bench="tcc sqlite3 $dom0 qemu-system-x86 seabios"
set=${DEBS:-bench}
PACKAGES=${!set}
cache=${XYLEM_CACHE:-$HOME/.cache/xylem}/$set
dir=$cache/tree

fail() {
	echo "debs: $*" >&2
	exit 1
}

fetch() {
	local f
	if [ ! -e "$cache/complete" ] ||
		[ "$(<"$cache/complete")" != "$PACKAGES" ]; then
		mkdir -p "$cache/partial"
		: >"$cache/status"
		echo "debs: downloading Debian packages to $cache" >&2
		# shellcheck disable=SC2086
		apt-get -qq -y -d --no-install-recommends \
			-o Dir::State::status="$cache/status" \
			-o Dir::Cache::archives="$cache" \
			-o Debug::NoLocking=1 -o APT::Sandbox::User=root \
			install $PACKAGES >"$cache/log" 2>&1 || {
			tail -n 3 "$cache/log" >&2
			fail "apt-get cannot download (apt-get update helps)"
		}
		echo "$PACKAGES" >"$cache/complete"
	fi
	[ -e "$dir/complete" ] && [ "$(<"$dir/complete")" = "$PACKAGES" ] &&
		return
	rm -rf "$dir"
	mkdir -p "$dir"
	for f in "$cache"/*.deb; do
		# A link to a directory must not replace a directory of another.
		dpkg-deb --fsys-tarfile "$f" | tar x -C "$dir" \
			--keep-directory-symlink --exclude='./usr/share/doc' \
			--exclude='./usr/share/man' --exclude='*/locale' \
			--exclude='*/python3*' --exclude='./usr/share/perl*' \
			--no-same-owner || fail "$f does not unpack"
	done
	for f in "$cache"/*.deb; do echo "${f##*/}"; done >"$dir/list"
	echo "$PACKAGES" >"$dir/complete"
}

needs() { readelf -d "$1" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }

# library NAME: with its own wishes, once; the loader finds all in one folder.
library() {
	local name=$1 f n
	[ -e "$tree/lib/x86_64-linux-gnu/$name" ] && return
	f=$(find "$dir/lib" "$dir/usr/lib" "$dir/lib64" -name "$name" 2>/dev/null |
		head -n 1)
	[ -n "$f" ] || fail "$name: no package has it"
	cp -L "$f" "$tree/lib/x86_64-linux-gnu/$name"
	chmod 755 "$tree/lib/x86_64-linux-gnu/$name"
	for n in $(needs "$f"); do library "$n"; done
}

take() {
	local p f n
	tree=$1
	shift
	mkdir -p "$tree/lib/x86_64-linux-gnu" "$tree/lib64"
	library ld-linux-x86-64.so.2
	ln -sf ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 "$tree/lib64/"
	for p; do
		n=0
		# shellcheck disable=SC2086
		for f in $(cd "$dir" && echo $p); do
			[ -f "$dir/$f" ] || continue
			mkdir -p "$tree/${f%/*}"
			cp -L "$dir/$f" "$tree/$f"
			for l in $(needs "$dir/$f"); do library "$l"; done
			n=1
		done
		[ $n = 1 ] || fail "$p: no package has it"
	done
}

case $1 in
fetch) fetch ;;
take) shift; take "$@" ;;
*) fail "usage: debs.sh fetch | take TREE FILE..." ;;
esac

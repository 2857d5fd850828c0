# SPDX-License-Identifier: GPL-2.0-only
#
# Shared by images.sh and debian.sh: where things lie, what is out of date, and
# the modules of Debian's kernel.

# shellcheck disable=SC2034
B=build
o=$B/bench
here=tests/bench
image=dom0-tools/image

step() { echo "  BENCH $*"; }
archive() { (cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0); }

# newer OUT IN...: must OUT be made (again)?
newer() {
	local out=$1 f
	shift
	[ -e "$out" ] || return 0
	for f; do [ "$f" -nt "$out" ] && return 0; done
	return 1
}

# kernel_modules TREE PATTERN...: dom0's, and these of the same package.
kernel_modules() {
	local tree=$1 cache=${XYLEM_CACHE:-$HOME/.cache/xylem} deb
	shift
	deb=${KERNEL_DEB:-$cache/$(<"$cache/dom0.name")}
	rm -rf "$tree"
	mkdir -p "$tree"
	cp -a $B/kernel/dom0/lib "$tree"/
	dpkg-deb --fsys-tarfile "$deb" | tar x -C "$tree" --wildcards "$@"
	find "$tree" -name '*.ko.xz' -exec xz -d {} +
}

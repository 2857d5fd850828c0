#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# headers.sh KERNELDIR OUT: the headers to build modules for the kernel that
# dom0-tools/image/fetch.sh brought into KERNELDIR.
#
# The package is linux-headers-VERSION, of exactly that kernel, with those it
# depends on (-common and kbuild). Each is taken from $HEADERS_DEBS (package
# files), else from $XYLEM_CACHE (~/.cache/xylem), else from the archive into
# that cache: what is there is used without asking the network. Unpacked below
# OUT, not installed; what several kernels share lies there once. Prints the
# path of the build tree.
#
# Exit status 77, and one line, when such a package cannot be had.

set -e -o pipefail
kdir=$1
mkdir -p "$2"
out=$(realpath "$2")
version=$(<"$kdir/version")
cache=${XYLEM_CACHE:-$HOME/.cache/xylem}
tree=$out/usr/src/linux-headers-$version
mkdir -p "$cache"
# Two kernels at once want the same packages.
exec 9>"$out/.lock"
flock 9

# package_at_hand NAME [VERSION]: its file, if there is one.
package_at_hand() {
	local f
	for f in $HEADERS_DEBS "$cache"/*.deb; do
		case ${f##*/} in
		"$1"_${2:-*}_*.deb) [ -s "$f" ] && echo "$f" && return ;;
		esac
	done
	return 1
}

package() {
	local tmp
	package_at_hand "$@" && return
	tmp=$(mktemp -d "$cache/get.XXXXXX")
	echo "headers: downloading $1" >&2
	if (cd "$tmp" && apt-get -qq -o APT::Sandbox::User=root \
		download "$1${2:+=$2}" >&2); then
		mv "$tmp"/*.deb "$cache/"
	fi
	rm -rf "$tmp"
	package_at_hand "$@" || {
		echo "headers: no package $1 to be had for kernel" \
			"$version: no network, or the archive has moved on;" \
			"HEADERS_DEBS= names package files" >&2
		exit 77
	}
}

main=$(package "linux-headers-$version")
debs=("$main")
while read -r name _ need; do
	deb=$(package "$name" "${need%)}")
	debs+=("$deb")
done < <(dpkg-deb -f "$main" Depends | tr ',' '\n' | grep -E \
	'^ *(linux-headers-[^ ]*-common|linux-kbuild-[^ ]*)( |$)')
for deb in "${debs[@]}"; do
	mark=$out/.${deb##*/}
	[ -e "$mark" ] && continue
	dpkg-deb --fsys-tarfile "$deb" | tar x -C "$out" \
		--exclude='./usr/share' --exclude='./lib'
	touch "$mark"
done
# The one absolute path in it: its neighbour's.
here='$(dir $(realpath $(lastword $(MAKEFILE_LIST))))'
sed -i "s|^include /usr/src/|include $here../|" "$tree/Makefile"
echo "$tree"

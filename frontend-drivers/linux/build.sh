#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# build.sh KERNELDIR OUT: the modules for the kernel in KERNELDIR, stripped of
# debug information, in OUT. Exit status 77 when there are no headers for it,
# after saying so (headers.sh).

set -e
cd "${0%/*}/../.."
mkdir -p "$2"
out=$(realpath "$2")
tree=$(frontend-drivers/linux/headers.sh "$1" build/headers)
src=$out/tree
frontend-drivers/linux/stage.sh "$src"
# Kbuild is another make: it takes nothing of ours. Type information needs
# pahole and the kernel itself; modules do without.
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -j2 -C "$tree" \
	M="$src/frontend-drivers/linux" CONFIG_DEBUG_INFO_BTF_MODULES= ${V:+V=1} \
	modules
rm -f "$out"/*.ko
for m in "$src"/frontend-drivers/linux/*.ko; do
	strip --strip-debug -o "$out/${m##*/}" "$m"
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# pack.sh DIR KERNELDIR INITRD: a guest that does what dom0 says, as
# DIR/vmlinuz and DIR/guest.cpio: INITRD with the tools and the service of
# tests/e2e/guest behind it.

set -e
cd "${0%/*}/../.."
B=build
tests/e2e/built.sh $B/tests/e2e/{diskload,nictool}
rm -rf "$1"
mkdir -p "$1/g/bin"
cp $B/tests/e2e/{diskload,nictool} "$1/g/bin/"
cp tests/e2e/guest/serve.sh "$1/g/script.sh"
(cd "$1/g" && find . | cpio -o -H newc --quiet -R 0:0) >"$1/g.cpio"
cat "$3" "$1/g.cpio" >"$1/guest.cpio"
cp "$2/vmlinuz" "$1/"
rm -rf "$1/g" "$1/g.cpio"

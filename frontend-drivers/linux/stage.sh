#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# stage.sh DIR [copy]: the sources of the modules in DIR, in the repository's
# layout, with dkms.conf on top: what DKMS wants in /usr/src, and where the
# repository's own builds happen, so that Kbuild writes nothing beside sources.
# Symbolic links, so that an edit is seen; with "copy", files that stand alone.

set -e
cd "${0%/*}/../.."
dir=$1
put() { ln -sfn "$PWD/$1" "$dir/$2"; }
[ "$2" = copy ] && put() { cp "$1" "$dir/$2"; }
mkdir -p "$dir/frontend-drivers"
for f in abi/*.h abi/io/*.h frontend-drivers/core/*.[ch] \
	frontend-drivers/linux/*.[ch] frontend-drivers/linux/Kbuild; do
	[ -e "$f" ] || continue
	mkdir -p "$dir/${f%/*}"
	put "$f" "$f"
done
put frontend-drivers/linux/dkms.conf dkms.conf
# What left the repository leaves here too.
find "$dir" -xtype l -delete

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guestdisk.sh DIR KERNEL INITRD [MIB]: make the disks of a demo in DIR.
#
#   DIR/guest.img   the guest's disk: ext4 with known.bin (16 MiB of random
#                   bytes), its sum known.sha256, and check.sh, which its init
#                   runs (tests/e2e/guest/check.sh)
#   DIR/disk.img    dom0's disk: ext4 with guest.img (as demo.img), the guest's
#                   kernel and initramfs
#
# guestdisk.sh -x DIR PATH FILE takes a file out of the guest's disk as it now
# lies on dom0's disk. Neither way mounts anything or needs root.

set -e
PATH=$PATH:/sbin:/usr/sbin
here=${0%/*}
if [ "$1" = -x ]; then
	dir=$2
	[ -s "$dir/out.img" ] && [ "$dir/out.img" -nt "$dir/disk.img" ] ||
		debugfs -R "dump /demo.img $dir/out.img" "$dir/disk.img" 2>/dev/null
	# The guest may have been cut off: what lies in its journal counts.
	e2fsck -fy "$dir/out.img" >"$dir/fsck.log" 2>&1 || [ $? -le 1 ]
	debugfs -R "dump $3 $4" "$dir/out.img" 2>/dev/null
	exit
fi

dir=$1
rm -rf "$dir"
mkdir -p "$dir/g" "$dir/d"
head -c $((16 << 20)) /dev/urandom >"$dir/g/known.bin"
sha256sum <"$dir/g/known.bin" | cut -c1-64 >"$dir/known.sha256"
cp "$here/guest/check.sh" "$dir/known.sha256" "$dir/g/"
mk() {
	truncate -s "$3" "$2"
	mke2fs -q -F -t ext4 -E root_owner=0:0,lazy_itable_init=1 \
		-L "$4" -d "$1" "$2"
}
mk "$dir/g" "$dir/d/demo.img" "${4:-64}M" guest
cp "$2" "$dir/d/vmlinuz"
cp "$3" "$dir/d/guest.cpio"
mk "$dir/d" "$dir/disk.img" $((${4:-64} + 64))M images
rm -rf "$dir/g" "$dir/d"

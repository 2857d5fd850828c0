#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mkguest.sh KERNELDIR OUT.cpio: the initramfs of a Debian guest.
#
# busybox, the guest's disk and network frontends, ext4, and the files of
# dom0-tools/image/guest; tick, tcp and loadmods of ours. What the guest does is said on
# its kernel command line (guest/init).

set -e
trap 'rm -rf "$t" "$out.tmp.$$"' EXIT
kdir=$1
out=$2
here=${0%/*}
t=$out.tree.$$
rm -rf "$t"
mkdir -p "$t"/{bin,dev,proc,sys,tmp,run,etc,mnt}
busybox=$(command -v busybox)
cp "$busybox" "$t/bin/busybox"
for a in sh mount umount cat echo uname ip ping nc wget sha256sum dd sleep sync \
	poweroff reboot halt head tail ls setsid cttyhack hostname dmesg ps \
	grep sed kill timeout mkdir rm tr cut date od cmp ifconfig route free \
	top vi less nslookup env seq printf usleep stty awk wc df id true \
	false test '[' killall pidof blockdev hexdump basename readlink; do
	ln -s busybox "$t/bin/$a"
done
"$here/modules.sh" "$kdir" "$t" guest.list xen-blkfront xen-netfront \
	crc32c_generic ext4
for p in tick tcp loadmods; do
	strip -o "$t/bin/$p" build/dom0-tools/bin/$p
done
cp "$here/guest/init" "$t/init"
chmod 755 "$t/init"
(cd "$t" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) >"$out.tmp.$$"
rm -rf "$t"
mv "$out.tmp.$$" "$out"

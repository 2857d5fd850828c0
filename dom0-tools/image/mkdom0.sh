#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mkdom0.sh KERNELDIR OUT.cpio PROGRAM...: dom0's image, an initramfs.
#
# busybox, the modules dom0 needs in load lists, our programs stripped in
# /usr/sbin, and the files of dom0-tools/image/dom0. Not compressed: the kernel
# copies it faster than it unpacks gzip under emulation. Needs no root: devtmpfs
# makes the device nodes, cpio writes owner 0.

set -e
trap 'rm -rf "$t" "$out.tmp.$$"' EXIT
kdir=$1
out=$2
shift 2
here=${0%/*}
t=$out.tree.$$
rm -rf "$t"
mkdir -p "$t"/{bin,sbin,dev,proc,sys,tmp,run,etc/xen/auto,etc/xen/scripts,root} \
	"$t"/usr/{bin,sbin} "$t"/var/{lib/xen/save,lib/xen/dump,log/xen/console} \
	"$t"/{mnt,extra,job,images} "$t"/run/{xen,xenstored,lock}
ln -s ../run "$t/var/run"

busybox=$(command -v busybox)
cp "$busybox" "$t/bin/busybox"
for a in $("$busybox" --list); do
	[ "$a" = busybox ] || ln -s busybox "$t/bin/$a"
done

# One load list for each occasion; /sbin/modprobe serves the kernel's own wishes.
mod() { "$here/modules.sh" "$kdir" "$t" "$@"; }
mod xen.list xen-evtchn xen-gntdev xen-gntalloc xen-privcmd xenfs
mod net.list tun bridge
mod virtio.list virtio_pci virtio_blk virtio_net
mod ahci.list ahci sd_mod
mod e1000.list e1000
mod e1000e.list e1000e
mod nat.list crc32c_generic iptable_nat xt_MASQUERADE
mod fs-ext4.list crc32c_generic ext4
mod loop.list loop
cp "$here"/dom0/modprobe "$t/sbin/modprobe"
cp "$here"/dom0/poweroff "$t/sbin/poweroff"
chmod 755 "$t/sbin/modprobe" "$t/sbin/poweroff"
ln -s poweroff "$t/sbin/reboot"
ln -s poweroff "$t/sbin/halt"

cp "$here"/dom0/init "$t/init"
cp "$here"/dom0/functions "$t/etc/functions"
chmod 755 "$t/init"
echo 'root:x:0:0:root:/root:/bin/sh' >"$t/etc/passwd"
echo 'root:x:0:' >"$t/etc/group"
echo 'vif.default.bridge="xenbr0"' >"$t/etc/xen/xl.conf"
# Ganeti looks for this file; our backends do without scripts.
printf '#!/bin/sh\nexit 0\n' >"$t/etc/xen/scripts/vif-bridge"
chmod 755 "$t/etc/xen/scripts/vif-bridge"

for p; do
	strip -o "$t/usr/sbin/${p##*/}" "$p"
done
for a in read write rm list ls; do
	[ ! -e "$t/usr/sbin/xs" ] || ln -s xs "$t/usr/sbin/xenstore-$a"
done
(cd "$t" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) >"$out.tmp.$$"
rm -rf "$t"
mv "$out.tmp.$$" "$out"

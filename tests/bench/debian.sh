#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# debian.sh: build/bench/debian.cpio, a dom0 made of Debian's own parts: xl,
# oxenstored, xenconsoled, hotplug scripts, the kernel's backends. It boots on
# either hypervisor by tests/e2e/qemu.sh IMAGE=... and runs the same jobs as
# our dom0 does (debian_init.sh).
#
# Everything from Debian comes by debs.sh; nothing is taken from the host but
# busybox. Wants `make image`. Made again only when something has changed.

set -e -o pipefail
cd "${0%/*}/../.." || exit 2
. tests/bench/image_lib.sh
export DEBS=dom0
tools="$B/dom0-tools/bin/tick $B/dom0-tools/bin/tcp $B/dom0-tools/bin/loadmods"

mods() { $image/modules.sh $k "$@"; }

newer $o/debian.cpio $B/kernel/dom0/vmlinux $here/debian.sh $here/debs.sh \
	$here/debian_init.sh $image/dom0/functions $image/dom0/poweroff || exit 0
$here/debs.sh fetch
step debian.cpio
mkdir -p $o
k=$o/debian.kernel
# The kernel's backends, which the other images do without.
kernel_modules $k '*/kernel/drivers/block/xen-blkback/*' \
	'*/kernel/drivers/net/xen-netback/*'
t=$o/debian.tree x=usr/lib/xen-4.17/bin
rm -rf $t
mkdir -p $t/{bin,sbin,dev,proc,sys,tmp,run,etc,root,mnt,extra,job} \
	$t/usr/{bin,sbin} $t/var/{lib,log}
ln -s ../run $t/var/run
ln -s ../run/lock $t/var/lock
$here/debs.sh take $t $x/{xl,oxenstored,xenconsoled,xen-init-dom0} \
	lib/x86_64-linux-gnu/libgcc_s.so.1 $x/libxl-save-helper 'etc/xen/scripts/*' 'etc/xen/*.conf' \
	'usr/bin/xenstore*' 'bin/*' sbin/{brctl,bridge,blockdev} \
	usr/bin/{id,mawk,stat,tr,cut,head,tail,sort,expr,wc,basename} \
	usr/bin/{dirname,flock,env,printf,test,mkfifo}
for a in xl oxenstored xenconsoled xen-init-dom0; do
	ln -s ../lib/xen-4.17/bin/$a $t/usr/sbin/$a
done
ln -s mawk $t/usr/bin/awk
# busybox for the rest; Debian's programs come first where both are.
cp "$(command -v busybox)" $t/bin/busybox
for a in $(busybox --list); do
	[ -e $t/bin/"$a" ] || [ -e $t/usr/bin/"$a" ] ||
		[ -e $t/sbin/"$a" ] || [ -e $t/usr/sbin/"$a" ] ||
		ln -s busybox $t/bin/"$a"
done
mods $t xen.list xen-evtchn xen-gntdev xen-gntalloc xen-privcmd xenfs \
	xen-blkback xen-netback
mods $t net.list tun bridge
mods $t loop.list loop
mods $t virtio.list virtio_pci virtio_blk
for a in $tools; do
	strip -o $t/usr/sbin/"${a##*/}" "$a"
done
cp $image/dom0/functions $t/etc/functions
cp $here/debian_init.sh $t/init
chmod 755 $t/init
rm -f $t/sbin/{poweroff,reboot,halt}
cp $image/dom0/poweroff $t/sbin/poweroff
chmod 755 $t/sbin/poweroff
echo 'root:x:0:0:root:/root:/bin/sh' >$t/etc/passwd
echo 'root:x:0:' >$t/etc/group
archive $t >$o/debian.cpio.tmp
mv $o/debian.cpio.tmp $o/debian.cpio
rm -rf $t $k

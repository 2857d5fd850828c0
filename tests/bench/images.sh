#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# images.sh: what `make bench` boots, in build/bench; only what has changed.
#
#   kernel/      Debian's amd64 kernel, the same for dom0, every guest and the
#                bare machine, with the modules that each of them needs
#   guest.cpio   the guest: our Debian guest's image with both sets of frontends
#                and, behind it, emulated devices' drivers, tcc, sqlite3, the
#                programs of this folder and their data
#   l1.cpio      the same with Debian's QEMU and KVM: where full virtualization runs
#   debian.cpio  a dom0 of Debian's: debian.sh
#   extra/       what any dom0 gets in /extra
#
# Everything from Debian comes by debs.sh; nothing is taken from the host but
# busybox. Prints one line a step; exit status 1 says which one failed.

set -e -o pipefail
cd "${0%/*}/../.." || exit 2
. tests/bench/image_lib.sh
mkdir -p $o

kernel() {
	newer $o/kernel/vmlinuz $B/kernel/dom0/vmlinux $here/images.sh || return 0
	step kernel
	kernel_modules $o/kernel '*/kernel/arch/x86/kvm/*' '*/kernel/virt/*' \
		'*/kernel/drivers/crypto/ccp/*' '*/kernel/drivers/ata/*' \
		'*/kernel/drivers/scsi/*_mod.ko*'
	cp $B/kernel/dom0/vmlinuz $B/kernel/dom0/version $o/kernel/
	touch $o/kernel/vmlinuz
}

mods() { $image/modules.sh $o/kernel "$@"; }

# What the guest gets beyond our Debian guest.
guest() {
	local t=$o/guest.tree a
	newer $o/guest.cpio $o/kernel/vmlinuz $here/images.sh $here/debs.sh \
		$here/guest/* "$base" $B/tests/bench/{iobench,netbench,latbench} ||
		return 0
	step guest.cpio
	rm -rf $t
	mkdir -p $t/bin $t/bench/tree/include
	for a in $(busybox --list); do
		[ "$a" = busybox ] || ln -s busybox $t/bin/"$a"
	done
	# The guest's init has its own.
	rm -f $t/bin/{modprobe,insmod,init,linuxrc}
	cp $B/tests/bench/{iobench,netbench,latbench} $t/bin/
	$here/debs.sh take $t usr/bin/tcc usr/bin/sqlite3 \
		'usr/lib/x86_64-linux-gnu/tcc/include/*' \
		usr/lib/x86_64-linux-gnu/tcc/libtcc1.a
	ln -s ../usr/bin/tcc ../usr/bin/sqlite3 $t/bin/
	mods $t bench.list virtio_pci virtio_blk virtio_net ata_piix ahci sd_mod \
		e1000 crc32c_generic ext4
	cp $here/guest/script.sh $t/
	cp $here/guest/build.sh $here/guest/boot.sh $t/bench/
	awk -v dir=$t/bench/tree -f $here/guest/tree.awk
	# Bytes that look random and are the same each time.
	awk 'BEGIN { for (i = 0; i < 600000; i++) printf "%010d%c",
		(i * 2654435761) % 9999999967, 97 + i % 26 }' >$t/bench/data
	{
		echo 'PRAGMA synchronous=FULL;'
		echo 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT);'
		awk 'BEGIN { for (i = 0; i < 50; i++)
			printf "INSERT INTO t VALUES (%d, \"name %d\", %d);\n",
			i, i * 7919 % 1000, i * i }'
		echo 'SELECT count(*), sum(n) FROM t;'
	} >$t/bench/insert.sql
	archive $t >$t.cpio
	cat "$base" $t.cpio >$o/guest.cpio.tmp
	mv $o/guest.cpio.tmp $o/guest.cpio
	rm -rf $t $t.cpio
}

# The machines that QEMU starts without a hypervisor: the guest's image, where
# the job's script comes in place of the guest's.
l1() {
	local t=$o/l1.tree
	newer $o/l1.cpio $o/guest.cpio || return 0
	step l1.cpio
	rm -rf $t
	mkdir -p $t/extra
	qemu_files $t
	mods $t l1.list kvm-amd tun bridge loop
	{ cat $o/guest.cpio; archive $t; } >$o/l1.cpio.tmp
	mv $o/l1.cpio.tmp $o/l1.cpio
	rm -rf $t
}

qemu_files() {
	$here/debs.sh take "$1" usr/bin/qemu-system-x86_64 \
		usr/share/seabios/bios-256k.bin usr/share/qemu/linuxboot_dma.bin \
		usr/share/qemu/kvmvapic.bin \
		usr/lib/x86_64-linux-gnu/qemu/accel-tcg-x86_64.so
	mv "$1"/usr/share/seabios/bios-256k.bin "$1"/usr/share/qemu/
	rmdir "$1"/usr/share/seabios
}

# /extra of every dom0 and of the L1 machine.
extra() {
	local x=$o/extra
	step extra
	rm -rf $x $o/extra-soft
	mkdir -p $x
	ln -s ../../../$o/kernel/vmlinuz $x/vmlinuz
	ln -s ../../../$o/guest.cpio $x/guest.cpio
	ln -s ../../../$B/tests/guest/trivial.elf $x/trivial.elf
	cp $B/tests/bench/{netbench,iobench} $here/lib.sh $x/
	# with QEMU, for software full virtualization inside dom0
	mkdir -p $o/extra-soft
	cp -a $x/. $o/extra-soft/
	qemu_files $o/extra-soft
}

base=$B/image/guest-amd64-xylem.cpio
if ! make --no-print-directory -s all image kernels $base \
		$B/kernel/xen-4.17/xen $B/tests/guest/trivial.elf \
		$B/tests/bench/{iobench,netbench,latbench,tsckhz} >$o/make.log 2>&1; then
	tail -n 5 $o/make.log
	exit 1
fi
step "Debian's packages"
$here/debs.sh fetch
kernel
guest
l1
$here/debian.sh
extra

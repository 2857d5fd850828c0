# SPDX-License-Identifier: GPL-2.0-only
#
# durability: a guest writes numbered blocks, flushing each; QEMU is killed.
#
# dom0's disk (ext4, label images) carries the guest's raw disk dur.img. The
# guest says "FLUSHED n" after fsync of block n returned (guest init: dur). The
# host kills QEMU at some FLUSHED and demands all blocks up to it.

. /job/lib.sh
find_disk() {
	local d
	for d in /dev/sda /dev/vda; do
		[ -b $d ] && mount -t ext4 $d /images 2>/dev/null && return 0
	done
	return 1
}
check "dom0's disk" wait_until 15 "it" find_disk || finish
linux dur dur 'disk = [ "format=raw,vdev=xvda,access=rw,target=/images/dur.img" ]'
xl create /tmp/dur.cfg >/tmp/out 2>&1 || {
	cat /tmp/out
	bad "create"
	finish
}
tail -n +1 -f "$(conlog dur)" &
sleep 60
bad "nobody killed the machine"
finish

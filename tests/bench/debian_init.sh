#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
#
# init of the dom0 that is made of Debian's own parts (tests/bench/images.sh):
# its kernel's backends, oxenstored, xenconsoled, xl and hotplug scripts, in
# the places and with the options Debian's init scripts give them.
#
# It runs the same jobs as ours does, by busybox, with the same last word.

export PATH=/extra:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs dev /dev
exec </dev/console >/dev/console 2>&1
busybox mkdir -p /dev/pts /dev/shm
busybox mount -t devpts devpts /dev/pts
busybox mount -t tmpfs shm /dev/shm
busybox mount -t tmpfs run /run
# Hotplug scripts spin without these.
ln -sf /proc/self/fd /dev/fd
ln -sf fd/0 /dev/stdin
ln -sf fd/1 /dev/stdout
ln -sf fd/2 /dev/stderr
echo dom0 >/proc/sys/kernel/hostname
mkdir -p /run/lock /run/xen /run/xenstored /var/lib/xen /var/log/xen/console \
	/var/run/xen-hotplug

. /etc/functions
loadmods /lib/modules/xen.list
[ -e /proc/xen/capabilities ] || busybox mount -t xenfs xenfs /proc/xen
export XENSTORED_ROOTDIR=/run/xenstored
oxenstored --pid-file /run/xenstore.pid
wait_until 30 "oxenstored" xenstore-read -s /
xen-init-dom0
xenconsoled --log=guest --log-dir=/var/log/xen/console \
	--pid-file=/run/xenconsoled.pid
start_network
read -r up rest </proc/uptime
say "dom0: tools ready, $up s after the kernel's start"
busybox sh /job/run.sh
say "JOB-EXIT $?"
exec /sbin/poweroff

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# init of the machines that QEMU starts without a hypervisor (the bare machine,
# and the one in which KVM runs): the guest's image, with /job/run.sh.

export PATH=/extra:/bin HOME=/ BENCH_STAY=1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
exec </dev/console >/dev/console 2>&1
read -r up rest </proc/uptime
echo "GUEST-INIT up $up"
sh /job/run.sh
echo "JOB-EXIT $?"
poweroff -f

# SPDX-License-Identifier: GPL-2.0-only
#
# boot: dom0 reached its init and found the interfaces of a hypervisor.

. /etc/functions
say "hypervisor: $(cat /sys/hypervisor/type) $(cat /sys/hypervisor/version/major).$(cat /sys/hypervisor/version/minor)"
grep -q control_d /proc/xen/capabilities || {
	say "FAIL: /proc/xen/capabilities lacks control_d"
	exit 1
}
for d in evtchn gntdev privcmd xenbus xenbus_backend; do
	[ -c /dev/xen/$d ] || {
		say "FAIL: no /dev/xen/$d"
		exit 1
	}
done
exit 0

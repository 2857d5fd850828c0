# SPDX-License-Identifier: GPL-2.0-only
#
# A guest that does what dom0 says: each connection to port 7000 is a shell.

for a in nc arp usleep ifconfig; do
	[ -e /bin/$a ] || ln -s busybox /bin/$a
done
echo "SERVE ready"
while :; do
	nc -ll -p 7000 -e /bin/sh
	sleep 0.2
done

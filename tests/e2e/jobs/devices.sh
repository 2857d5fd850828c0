# SPDX-License-Identifier: GPL-2.0-only
#
# devices: dom0 drives an AHCI disk, a virtio disk and a NIC by interrupts.
#
# Each disk (8 MiB) holds its SHA-256 in its last 64 bytes, of all before them.
# The job reads it, writes a new first MiB with its sum into the second MiB, and
# flushes; the host looks at it afterwards. The NIC echoes through QEMU's user
# network. Each device must have raised interrupts.

. /etc/functions
fails=0

disk() {
	local dev=$1 want got
	wait_until 10 "$dev" test -b "$dev" || { fails=$((fails + 1)); return; }
	want=$(tail -c 64 "$dev")
	got=$(head -c 8388544 "$dev" | sha256sum | cut -c1-64)
	if [ "$want" = "$got" ]; then
		say "ok $dev: 8 MiB read, SHA-256 right"
	else
		say "FAIL $dev: SHA-256 $got, should be $want"
		fails=$((fails + 1))
	fi
	head -c 1048576 /dev/urandom >/tmp/new
	sha256sum /tmp/new | cut -c1-64 >/tmp/sum
	dd if=/tmp/new of="$dev" bs=64k conv=notrunc 2>/dev/null &&
		dd if=/tmp/sum of="$dev" bs=1M seek=1 conv=notrunc,fsync \
			2>/dev/null || {
		say "FAIL $dev: cannot write"
		fails=$((fails + 1))
	}
}

raised() {
	local n
	n=$(awk -v w="$1" '$0 ~ w { n += $2 } END { print n + 0 }' \
		/proc/interrupts)
	if [ "$n" -gt 0 ]; then
		say "ok $1: $n interrupts"
	else
		say "FAIL $1: no interrupts"
		cat /proc/interrupts
		fails=$((fails + 1))
	fi
}

net() {
	local got
	ping -c 2 -W 2 10.0.2.2 >/tmp/ping 2>&1 || {
		say "FAIL ping 10.0.2.2"
		cat /tmp/ping
		ifconfig -a
		fails=$((fails + 1))
	}
	head -c 1000000 /dev/urandom >/tmp/sent
	(cat /tmp/sent; sleep 2) | timeout 20 nc 10.0.2.100 7 |
		head -c 1000000 >/tmp/back
	if cmp -s /tmp/sent /tmp/back; then
		say "ok net: 1 MB echoed"
	else
		say "FAIL net: $(wc -c </tmp/back) of 1000000 bytes came back"
		fails=$((fails + 1))
	fi
}

disk /dev/vda
disk /dev/sda
raised virtio
raised ahci
net
raised 'eth0|virtio[0-9]*-input'
exit $fails

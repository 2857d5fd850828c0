#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# fetch.sh WHAT OUT: bring a Debian package's few needed files into OUT.
#
#   dom0, guest     the newest kernel of linux-image-amd64 / -cloud-amd64:
#                   OUT/vmlinuz, OUT/vmlinux (unpacked ELF), OUT/version and
#                   OUT/lib (those modules dom0 or a guest can need)
#   kernel612       the newest 6.12 kernel the archive offers, guest files only
#   xen-4.17        Debian's Xen, OUT/xen (for tests against the real one)
#
# Packages are kept in $XYLEM_CACHE (~/.cache/xylem); what is there is used
# without asking the network. KERNEL_DEB=, GUEST_KERNEL_DEB= and
# KERNEL_612_DEB= name a package file to use instead. Needs no root.

set -e -o pipefail
what=$1
out=$2
cache=${XYLEM_CACHE:-$HOME/.cache/xylem}

fail() {
	echo "fetch: $*" >&2
	exit 1
}

# The concrete package behind a meta package: its first Depends that is a
# kernel image.
kernel_of() {
	apt-cache depends --important "$1" 2>/dev/null |
		sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1
}

newest_612() {
	apt-cache search --names-only '^linux-image-6\.12\..*-amd64$' |
		awk '{ print $1 }' |
		grep -Ev -- '-(rt|cloud|dbg|unsigned)' | sort -V | tail -n 1
}

# package_file KEY: the path of the cached package for KEY, downloaded if
# the cache has none. KEY.name in the cache remembers which one it is.
package_file() {
	local key=$1 name file tmp
	mkdir -p "$cache"
	if [ -s "$cache/$key.name" ] && [ -s "$cache/$(<"$cache/$key.name")" ]
	then
		echo "$cache/$(<"$cache/$key.name")"
		return
	fi
	case $key in
	dom0) name=$(kernel_of linux-image-amd64) ;;
	guest) name=$(kernel_of linux-image-cloud-amd64) ;;
	kernel612) name=$(newest_612) ;;
	xen-4.17) name=xen-hypervisor-4.17-amd64 ;;
	*) fail "unknown thing to fetch: $key" ;;
	esac
	[ -n "$name" ] || fail "apt knows no package for '$key'" \
		"(try: apt-get update)"
	tmp=$(mktemp -d "$cache/get.XXXXXX")
	echo "fetch: downloading $name" >&2
	(cd "$tmp" && apt-get -qq -o APT::Sandbox::User=root download "$name" >&2) || {
		rm -rf "$tmp"
		fail "cannot download $name (no network, or run apt-get" \
			"update); a package file can be given by hand," \
			"see make help"
	}
	file=$(cd "$tmp" && echo *.deb)
	mv "$tmp/$file" "$cache/$file"
	rmdir "$tmp"
	echo "$file" >"$cache/$key.name"
	echo "$cache/$file"
}

# unpack_bzimage IN OUT: write the ELF kernel that a bzImage carries. Offsets
# are those of Linux's x86 boot protocol (setup_sects, payload_offset,
# payload_length).
unpack_bzimage() {
	local sects off len magic
	word() { od -An -t u4 -j "$2" -N 4 "$1" | tr -d ' '; }
	sects=$(od -An -t u1 -j $((0x1f1)) -N 1 "$1" | tr -d ' ')
	off=$(($(word "$1" $((0x248))) + (sects + 1) * 512))
	len=$(word "$1" $((0x24c)))
	payload() { tail -c +$((off + 1)) "$1" | head -c "$len"; }
	magic=$(od -An -t x4 -j "$off" -N 4 "$1" | tr -d ' ')
	case $magic in
	587a37fd) payload "$1" | xz -dcq --single-stream || true ;;
	184c2102) payload "$1" | lz4 -dc 2>/dev/null || true ;;
	fd2fb528) payload "$1" | zstd -dcq 2>/dev/null || true ;;
	*8b1f) payload "$1" | gzip -dcq || true ;;
	*) fail "$1: unknown kernel payload $magic" ;;
	esac >"$2"
	[ "$(head -c 4 "$2" | tail -c 3)" = ELF ] ||
		fail "$1: the payload did not unpack to an ELF file"
	# The payload's last word is the size it must unpack to.
	[ "$(stat -c %s "$2")" = "$(word "$1" $((off + len - 4)))" ] ||
		fail "$1: the payload is damaged"
}

M='./lib/modules/*/kernel'
D0="$M/drivers/xen/* $M/drivers/net/xen-netfront.ko*
$M/drivers/block/xen-blkfront.ko* $M/drivers/block/loop.ko*
$M/drivers/block/virtio_blk.ko* $M/drivers/virtio/* $M/drivers/ata/ahci.ko*
$M/drivers/ata/libahci.ko* $M/drivers/ata/libata.ko*
$M/drivers/scsi/scsi_mod.ko* $M/drivers/scsi/scsi_common.ko*
$M/drivers/scsi/sd_mod.ko* $M/lib/* $M/crypto/* $M/arch/x86/crypto/crc32*
$M/fs/ext4/* $M/fs/jbd2/* $M/fs/mbcache.ko* $M/drivers/net/tun.ko*
$M/drivers/net/virtio_net.ko* $M/net/core/failover.ko*
$M/drivers/net/net_failover.ko* $M/drivers/net/ethernet/intel/e1000/*
$M/drivers/net/ethernet/intel/e1000e/* $M/drivers/ptp/* $M/drivers/pps/*
$M/net/bridge/* $M/net/802/* $M/net/llc/* $M/net/netfilter/*
$M/net/ipv4/netfilter/* $M/net/ipv6/netfilter/nf_defrag_ipv6.ko*
$M/block/* $M/drivers/block/brd.ko* $M/drivers/nvme/*"

unpack_kernel() {
	local deb=$1 tmp=$out.tmp f
	rm -rf "$tmp"
	mkdir -p "$tmp"
	# shellcheck disable=SC2086
	(set -f; dpkg-deb --fsys-tarfile "$deb" | tar x -C "$tmp" --wildcards \
		--no-anchored './boot/vmlinuz-*' './boot/config-*' \
		$D0 2>/dev/null) || true
	f=$(echo "$tmp"/boot/vmlinuz-*)
	[ -s "$f" ] || fail "$deb holds no boot/vmlinuz"
	echo "${f##*/vmlinuz-}" >"$tmp/version"
	mv "$f" "$tmp/vmlinuz"
	mv "$tmp"/boot/config-* "$tmp/config"
	rmdir "$tmp/boot"
	unpack_bzimage "$tmp/vmlinuz" "$tmp/vmlinux"
	find "$tmp/lib" -name '*.ko.xz' -exec xz -d {} +
	find "$tmp/lib" -name '*.ko.zst' -exec zstd -dq --rm {} +
	rm -rf "$out"
	mv "$tmp" "$out"
}

# package KEY GIVEN: the file named by hand, or that of the cache. A plain
# assignment of $(...): its failure ends the script, with its own message.
package() {
	deb=$2
	[ -n "$deb" ] || deb=$(package_file "$1")
	[ -s "$deb" ] || fail "there is no package file '$deb'"
}

case $what in
dom0)
	package dom0 "$KERNEL_DEB"
	unpack_kernel "$deb" ;;
guest)
	package guest "$GUEST_KERNEL_DEB"
	unpack_kernel "$deb" ;;
kernel612)
	package kernel612 "$KERNEL_612_DEB"
	unpack_kernel "$deb" ;;
xen-4.17)
	package xen-4.17 ''
	mkdir -p "$out"
	dpkg-deb --fsys-tarfile "$deb" |
		tar x -O --wildcards './boot/xen-*-amd64.gz' | gzip -dc \
		>"$out/xen.tmp"
	mv "$out/xen.tmp" "$out/xen" ;;
*) fail "usage: fetch.sh dom0|guest|kernel612|xen-4.17 OUT" ;;
esac

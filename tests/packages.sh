#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# packages.sh [test|gdb|bench]: the Debian packages that building, running (and testing)
# needs. Root installs what is missing; anybody else is told the one line.

run='gcc:gcc make:make ld:binutils qemu-system-x86_64:qemu-system-x86
busybox:busybox-static cpio:cpio mke2fs:e2fsprogs debugfs:e2fsprogs xz:xz-utils
lz4:lz4 zstd:zstd apt-get:apt dpkg-deb:dpkg
/usr/include/liburing.h:liburing-dev /usr/include/zlib.h:zlib1g-dev
/usr/include/lzma.h:liblzma-dev /usr/include/lz4.h:liblz4-dev
/usr/include/zstd.h:libzstd-dev /usr/include/uuid/uuid.h:uuid-dev'
test='clang:clang clang-format:clang-format
/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a:libclang-rt-14-dev
/usr/include/cmocka.h:libcmocka-dev /usr/include/xen/xen.h:libxen-dev
xenstore-ls:xenstore-utils objdump:binutils gcc-12:gcc-12
x86_64-linux-gnu-gcc-12:gcc-12 /usr/lib/x86_64-linux-gnu/libelf.so.1:libelf1'

case $1 in
test) run="$run $test" ;;
gdb) run="$run gdb:gdb" ;;
bench)
	run="$run $test ip:iproute2"
	# Plots can be missed: nobody but root is sent for them.
	[ "$(id -u)" != 0 ] || run="$run gnuplot:gnuplot-nox" ;;
esac
missing=
for w in $run; do
	have=${w%%:*}
	case $have in
	/*) [ -e "$have" ] && continue ;;
	*) PATH=$PATH:/sbin:/usr/sbin command -v "$have" >/dev/null && continue ;;
	esac
	missing="$missing ${w##*:}"
done
# A busybox that is not static cannot be an initramfs.
if command -v busybox >/dev/null &&
	[ ! -e /usr/share/doc/busybox-static ]; then
	missing="$missing busybox-static"
fi
missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
[ -z "${missing// /}" ] && exit 0
if [ "$(id -u)" != 0 ]; then
	echo "missing packages; as root: apt-get install $missing" >&2
	exit 1
fi
echo "installing: $missing"
export DEBIAN_FRONTEND=noninteractive
log=build/logs/apt.log
mkdir -p build/logs
{ apt-get update -q && apt-get install -y -q --no-install-recommends $missing
} >$log 2>&1 || {
	echo "apt-get failed; last lines of $log:" >&2
	tail -n 5 $log >&2
	exit 1
}

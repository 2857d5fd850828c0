# SPDX-License-Identifier: GPL-2.0-only
#
# errors: bad input ends in one clear line, the right status, nothing behind.

. /job/lib.sh
# The first guest with a disk makes parent nodes that stay.
truncate -s 4M /tmp/warm.img
trivial warm off 'disk = [ "/tmp/warm.img,raw,xvda,w" ]'
xl create /tmp/warm.cfg >/dev/null 2>&1
wait_until 10 "the first guest's end" gone warm
before=$(leaks)

refuse "no config file" 1 nofile.cfg xl create /tmp/nofile.cfg
echo 'name = "x' >/tmp/broken.cfg
refuse "a syntax error" 1 broken.cfg xl create /tmp/broken.cfg
trivial e1 "" 'kernel = "/extra/no-such-kernel"'
refuse "a missing kernel" 1 no-such-kernel xl create /tmp/e1.cfg
trivial e2 "" 'memory = 900000'
refuse "too much memory" 1 memory xl create /tmp/e2.cfg
head -c 4000000 /extra/vmlinuz >/tmp/short.bz
trivial e3 "" 'kernel = "/tmp/short.bz"'
refuse "a truncated kernel" 1 short.bz xl create /tmp/e3.cfg
(head -c 3000000 /extra/vmlinuz; head -c 4096 /dev/urandom
	tail -c +3004097 /extra/vmlinuz) >/tmp/corrupt.bz
trivial e4 "" 'kernel = "/tmp/corrupt.bz"'
refuse "a corrupt kernel" 1 corrupt.bz xl create /tmp/e4.cfg

# A kernel that was unpacked is kept, and told from the next of its name.
kept() { [ "$(ls -A /run/xen/kernel 2>/dev/null | wc -l)" = "$1" ]; }
cp /extra/vmlinuz /tmp/k.bz
linux k idle 'kernel = "/tmp/k.bz"'
sleep 3		# a file just written is not trusted to be told from the next
refuse "a corrupt kernel again" 1 corrupt.bz xl create /tmp/e4.cfg
check "nothing of it is kept" kept 0
check "a kernel's first start" xl create -q /tmp/k.cfg
check "it is kept" kept 1
wait_log "$(conlog k)" 60 "GUEST-READY" "its init" && ok "its guest runs"
xl destroy k
touch -d "2020-01-01 00:00" /run/xen/kernel/*
touch -d "2021-01-01 00:00" /tmp/then
rm -f "$(conlog k)"
check "its second start" xl create -q /tmp/k.cfg
check "from what was kept" [ /run/xen/kernel/* -nt /tmp/then ]
wait_log "$(conlog k)" 60 "GUEST-READY" "its init" && ok "its guest runs"
xl destroy k
cat /tmp/short.bz >/tmp/k.bz
refuse "another file of that name" 1 truncated xl create /tmp/k.cfg
rm -r /run/xen/kernel /tmp/k.bz
trivial e5 "" 'kernel = "/bin/busybox"'
refuse "an ELF that is no PV kernel" 1 busybox xl create /tmp/e5.cfg
linux e6 idle
truncate -s 200M /tmp/big.cpio
sed -i 's,/extra/guest.cpio,/tmp/big.cpio,' /tmp/e6.cfg
refuse "an initrd too large for the memory" 1 big.cpio xl create /tmp/e6.cfg
rm /tmp/big.cpio
trivial e7 "" 'disk = [ "/tmp/no-image.img,raw,xvda,w" ]'
refuse "a missing disk image" 1 no-image.img xl create /tmp/e7.cfg
trivial e8 "" 'memmory = 8'
xl create /tmp/e8.cfg >/tmp/out 2>&1 && ok "an unknown key is no error" ||
	bad "an unknown key is no error"
grep -qi memory /tmp/out && ok "and a suggestion: $(grep -i memory /tmp/out | head -n 1)" ||
	bad "no suggestion for memmory"
xl destroy e8
refuse "a verb not yet there" 1 "not supported by Xylem yet" xl migrate e8 host
refuse "an unknown verb" 1 frobnicate xl frobnicate

# A disk in use by another guest.
truncate -s 4M /tmp/one.img
trivial d1 "" 'disk = [ "/tmp/one.img,raw,xvda,w" ]'
trivial d2 "" 'disk = [ "/tmp/one.img,raw,xvda,w" ]'
if xl create /tmp/d1.cfg >/tmp/out 2>&1; then
	refuse "a disk in use" 1 one.img xl create /tmp/d2.cfg
	xl destroy d1
else
	bad "a guest with a disk"
	cat /tmp/out
fi

# Two at once, and Ctrl-C in the middle. The winner must live: the loser looks
# for domains whose creators have died while the winner is at work.
trivial c1 ""
pairs=0
for pair in 1 2 3 4 5 6 7 8; do
	xl create /tmp/c1.cfg >/tmp/o1 2>&1 &
	a=$!
	xl create /tmp/c1.cfg >/tmp/o2 2>&1 &
	b=$!
	wait $a
	ra=$?
	wait $b
	rb=$?
	if [ $((ra + rb)) = 1 ] && xl list c1 >/dev/null 2>&1; then
		pairs=$((pairs + 1))
	else
		echo "exit $ra and $rb"
		xl list
		cat /tmp/o1 /tmp/o2
	fi
	xl destroy c1
done
[ $pairs = 8 ] && ok "two creates of one name: one wins, eight times" ||
	bad "two creates of one name: one wins in $pairs of 8 pairs"
linux c2 idle
for ms in 20 60 120 250 400; do
	xl create /tmp/c2.cfg >/dev/null 2>&1 &
	a=$!
	usleep ${ms}000
	kill -INT $a 2>/dev/null
	wait $a
	xl destroy c2 >/dev/null 2>&1
done
check "after five interrupted creates: no c2" gone c2
same_counts "$before"
finish

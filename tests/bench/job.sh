# SPDX-License-Identifier: GPL-2.0-only
#
# The figures that dom0 can take, three rounds each, as "RESULT name value":
# times of xl create and destroy (trivial, cloud kernel with a disk and a vif,
# amd64 kernel), dom0's own disk and loopback, the guest's disks (a loop device
# over tmpfs, and the tmpfs file), TCP both ways, memory.
# tests/bench/run.sh takes the medians.

. /job/lib.sh
ms() { echo "$1" | awk '{ printf "%.1f", $1 / 1000 }'; }

# timed NAME TEXT TAG: create until TEXT is in the console log. From the exec
# of xl to its end, to the first byte in the log, and to TEXT.
timed() {
	local name=$1 text=$2 tag=$3 log
	log=$(conlog "$name")
	rm -f "$log"
	tick first "$log" 90 xl create /tmp/"$name".cfg >/tmp/out 2>&1 || {
		bad "xl create $name"
		cat /tmp/out
		return 1
	}
	wait_log "$log" 90 "$text" "$name" || { bad "$name"; return 1; }
	set -- $(grep ^TICK /tmp/out)
	say "RESULT ${tag}_create_ms $(ms $(($3 - $2)))"
	say "RESULT ${tag}_first_byte_ms $(ms $(($5 - $2)))"
	say "RESULT ${tag}_ready_ms $(ms $(($(cat /run/tick.seen) - $2)))"
}

destroy_timed() {
	tick run xl destroy "$1" >/tmp/out 2>&1 || bad "xl destroy $1"
	set -- "$2" $(grep ^TICK /tmp/out)
	say "RESULT ${1}_destroy_ms $(ms $(($4 - $3)))"
}

need loop
xl info | grep -E '^(total|free)_memory' | while read -r key colon value; do
	say "RESULT $key $value"
done
cat /extra/guest.cpio /extra/bench.cpio >/tmp/bench.cpio

for round in 1 2 3; do
	trivial "t$round" ""
	timed "t$round" "TRIVIAL up" trivial
	destroy_timed "t$round" trivial
done
for round in 1 2 3; do
	trivial "h$round" stay 'kernel = "/extra/hello.elf"' 'memory = 4'
	timed "h$round" hello hello
	destroy_timed "h$round" hello
done

mkdir -p /tmp/disks
mount -t tmpfs -o size=500M disks /tmp/disks
head -c 201326592 /dev/urandom >/tmp/disks/loop.img
head -c 67108864 /dev/urandom >/tmp/disks/file.img
dev=$(losetup -f)
losetup "$dev" /tmp/disks/loop.img

# debian NAME DO KERNEL INITRD
debian() {
	linux "$1" "$2" 'memory = 256' "kernel = \"$3\"" "ramdisk = \"$4\"" \
		"disk = [ \"phy:$dev,xvda,w\", \"format=raw,vdev=xvdb,access=rw,target=/tmp/disks/file.img\" ]" \
		'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:07" ]'
	sed -i "s/guest.do=$2/guest.do=$2 guest.ip=10.9.0.7 guest.gw=10.9.0.1/" \
		/tmp/"$1".cfg
}

for round in 1 2 3; do
	debian "c$round" idle /extra/vmlinuz /extra/guest.cpio
	timed "c$round" "GUEST-INIT up" cloud
	wait_log "$(conlog "c$round")" 60 GUEST-READY "its devices"
	destroy_timed "c$round" cloud
done
for round in 1 2 3; do
	debian "a$round" idle /extra/vmlinuz-amd64 /extra/guest-amd64.cpio
	timed "a$round" "GUEST-INIT up" amd64
	destroy_timed "a$round" amd64
done

for round in 1 2 3; do
	say "BENCH dom0 qd32 $(iobench "$dev" 4096 32 3 rand)"
	say "BENCH dom0 seq $(iobench "$dev" 131072 8 3 seq)"
	tcp drop 5999 2>/tmp/lo &
	tcp blast 127.0.0.1 5999 3 2>/dev/null
	wait $!
	say "BENCH dom0 lo $(tail -n 1 /tmp/lo)"
done

debian b script /extra/vmlinuz /tmp/bench.cpio
for round in 1 2 3; do
	tcp drop $((6000 + round)) 2>/tmp/tcp.$round &
done
xl create /tmp/b.cfg >/tmp/out 2>&1 || { bad "create b"; cat /tmp/out; }
log=$(conlog b)
for round in 1 2 3; do
	# Until the guest's transfer out has ended: it waits for nothing else.
	wait_until 150 "transfer out, round $round" grep -q mbit /tmp/tcp.$round
	tcp blast 10.9.0.7 $((6010 + round)) 4 2>/tmp/out || {
		bad "transfer in, round $round"
		cat /tmp/out
	}
done
wait_log "$log" 60 "BENCH done" "the guest's figures" || bad "guest bench"
grep -a '^BENCH' "$log" | tr -d '\r'
for round in 1 2 3; do
	say "BENCH tcp-out $(tail -n 1 /tmp/tcp.$round)"
done
check "the end of the last guest" xl destroy b
finish

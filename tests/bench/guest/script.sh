# SPDX-License-Identifier: GPL-2.0-only
#
# What the bench's guest does, the same on every system: its init runs this.
#
# Kernel command line:
#   bench.rows=cpu,job,disk,net   groups to measure, in this order
#   bench.rows=victim             measure for ever, for a neighbour to disturb
#   bench.rows=hog-NAME           be that neighbour (cpu, fork, memory, disk,
#                                 event)
#   bench.rows=idle               wait for ever
#   bench.only=A,B                only these rows of the groups
#   bench.disk=xvda bench.sec=2   the disk; seconds for a row of disk and net
#   bench.ip=A bench.peer=B       its address; where `netbench serve` listens
#
# Each result is a line "BENCH row value" (units: tests/bench/rows.txt), between
# BENCH-START and BENCH-DONE with its uptime. A row that fails is a line "BENCH-FAIL row why" and no result.

arg() {
	local w
	for w in $(cat /proc/cmdline); do
		case $w in "$1="*) echo "${w#*=}" ;; esac
	done
}
rows=$(arg bench.rows)
only=$(arg bench.only)
sec=$(arg bench.sec)
disk=/dev/$(arg bench.disk)
peer=$(arg bench.peer)
export PATH=/bin LD_LIBRARY_PATH=/lib/x86_64-linux-gnu
loadmods /lib/modules/bench.list 2>/dev/null

emit() { echo "BENCH $1 $2"; }
lost() { echo "BENCH-FAIL $*"; }
wanted() {
	[ -z "$only" ] || case ,$only, in *,"$1",*) ;; *) return 1 ;; esac
}

# timed ROW DIVISOR COMMAND...: the command's time in ms, divided.
timed() {
	local row=$1 by=$2
	shift 2
	wanted "$row" || return
	tick run "$@" >/tmp/out 2>&1
	set -- $(grep '^TICK' /tmp/out)
	if [ "$4" = 0 ]; then
		emit "$row" "$(awk -v t=$(($3 - $2)) -v by="$by" \
			'BEGIN { printf "%.2f", t / 1000 / by }')"
	else
		lost "$row" "exit $4: $(grep -v '^TICK' /tmp/out | tail -n 1)"
	fi
}

cpu_rows() {
	local word name value rest names=
	for name in null_syscall signal page_fault mmap pipe unix ctx2 ctx16 \
			fork_exit fork_exec; do
		wanted $name && names="$names $name"
	done
	[ -n "$names" ] || return
	/bin/latbench $names 2>&1 |
		while read -r word name value rest; do
			if [ "$word" = BENCH ]; then
				emit "$name" "$value"
			else
				lost cpu "$word $name $value $rest"
			fi
		done
}

job_rows() {
	timed build 1 sh /bench/build.sh
	timed hash 1 sha256sum /bench/data
	mount_disk || { lost tree "no disk"; lost sqlite "no disk"; return; }
	timed tree 1 sh -c 'cp -r /bench/tree /mnt/ && cd /mnt &&
		tar cf t.tar tree && mkdir x && tar xf t.tar -C x &&
		find x -type f | xargs sha256sum >sums && sync'
	timed sqlite 50 sqlite3 -batch /mnt/t.db '.read /bench/insert.sql'
	umount /mnt
}

mount_disk() {
	[ -b "$disk" ] || return 1
	mke2fs "$disk" >/dev/null 2>&1
	mount -t ext4 "$disk" /mnt
}

# io ROW FIELD BLOCK DEPTH WHAT
io() {
	local row=$1 field=$2 out
	shift 2
	wanted "$row" || return
	out=$(iobench "$disk" "$1" "$2" "$sec" "$3" 2>&1) || {
		lost "$row" "$out"
		return
	}
	set -- $out
	[ "$field" = 1 ] || shift
	emit "$row" "$2"
}

disk_rows() {
	io read_qd1 1 4096 1 rand
	io read_qd32 1 4096 32 rand
	io read_seq 2 131072 8 seq
	io write_qd1 1 4096 1 wrand
	io write_qd32 1 4096 32 wrand
	io write_seq 2 131072 8 wseq
	io fsync 1 4096 1 fsync
}

net() {
	local row=$1 out
	wanted "$row" || return
	out=$(timeout 60 netbench "$2" "$peer" "$sec" 2>&1) || {
		lost "$row" "$out"
		return
	}
	set -- $out
	emit "$row" "$2"
}

network() {
	local nic try
	for nic in /sys/class/net/*; do
		nic=${nic##*/}
		[ "$nic" = lo ] && continue
		ifconfig lo 127.0.0.1 up
		ifconfig "$nic" "$(arg bench.ip)" netmask 255.255.255.0 up
		# The first packets may meet a link that is not up yet.
		for try in 1 2 3 4 5 6 7 8 9 10; do
			ping -c 1 -W 1 "$peer" >/dev/null 2>&1 && return
		done
	done
	return 1
}

net_rows() {
	local rtt
	network || { lost net "no answer from $peer"; return; }
	rtt=$(ping -c 20 -i 0.05 -W 2 "$peer" |
		sed -n 's/.*= [0-9.]*\/\([0-9.]*\)\/.*/\1/p')
	[ -n "$rtt" ] && emit ping "$rtt"
	net tcp_out out
	net tcp_in in
	net tcp_rr rr
	net udp_out udp-out
	net udp_in udp-in
}

victim() {
	sec=1
	while :; do
		timed victim_build 1 sh /bench/build.sh 4
		io victim_read 1 4096 32 rand
	done
}

# bomb: two of it for each, up to the limit; then it goes on failing.
bomb() {
	bomb &
	bomb &
	wait
}

hog() {
	local n=0
	echo "HOG up"
	case $1 in
	cpu) while :; do :; done ;;
	fork)
		echo 400 >/proc/sys/kernel/threads-max # root's limit too
		while :; do bomb; done 2>/dev/null ;;
	memory)
		mkdir -p /hog
		mount -t tmpfs -o size=75% hog /hog
		while :; do
			n=$((n + 1))
			cp /bench/data /hog/$n 2>/dev/null ||
				{ rm /hog/*; n=0; }
		done ;;
	disk) while :; do iobench "$disk" 131072 32 5 wseq >/dev/null; done ;;
	event)
		network || echo "HOG has no network"
		while :; do netbench storm "$peer" 5; done ;;
	esac
}

echo "BENCH-KERNEL $(uname -r)"
clock=/sys/devices/system/clocksource/clocksource0/current_clocksource
echo "BENCH-CLOCK $(cat $clock)"
echo "BENCH-FLAGS$(grep -m 1 '^flags' /proc/cpuinfo | cut -d: -f2)"
read -r up rest </proc/uptime
echo "BENCH-START $up"
case $rows in
idle)
	echo BENCH-IDLE
	while :; do sleep 1000; done ;;
victim) victim ;;
hog-*) hog "${rows#hog-}" ;;
*)
	for group in $(echo "$rows" | tr , ' '); do
		"${group}_rows"
	done
	read -r up rest </proc/uptime
	echo "BENCH-DONE $up" ;;
esac
[ -n "$BENCH_STAY" ] || poweroff -f

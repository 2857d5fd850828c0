# SPDX-License-Identifier: GPL-2.0-only
#
# What each set of frontends costs and gives (tests/bench/frontends.sh): as
# "RESULT set.name value". bench.fronts=stock,xylem says which sets, each with a
# guest of its own; the guests take turns at each figure, because a machine's pace
# changes by more, in minutes, than two drivers differ. bench.mode=icount counts
# instructions (QEMU must count them), wall takes rates; bench.rounds of either.
#
# A guest executes what comes to its port 7000. Instructions for an operation
# are a slope: the CPU time of both domains with many operations, less that
# with few, so that shells and connections fall out.

. /job/lib.sh
fronts=$(cmdline_arg bench.fronts | tr , ' ')
mode=$(cmdline_arg bench.mode)
rounds=$(cmdline_arg bench.rounds)

g() { printf '%s\n' "$1" | timeout "${2:-120}" nc "$ip" 7000; }
alive() { g 'echo here' 10 | grep -q here; }

# turn FRONT: what follows speaks to this set's guest.
turn() {
	front=$1 black=none ip=10.9.0.5 mac=00:16:3e:00:00:05
	[ "$1" = stock ] && return
	black=xen-blkfront,xen-netfront ip=10.9.0.6 mac=00:16:3e:00:00:06
}

boot() {
	linux "$front" script "disk = [ \"format=raw,vdev=xvda,access=r,target=/tmp/disks/f.img\" ]" \
		"vif = [ \"bridge=xenbr0,mac=$mac\" ]" 'memory = 256'
	sed -i "s/guest.do=script/guest.do=script guest.ip=$ip guest.gw=10.9.0.1 \
modprobe.blacklist=$black/" "/tmp/$front.cfg"
	xl create -q "/tmp/$front.cfg" || { bad "create"; finish; }
	must_log "$(conlog "$front")" 200 "SERVE ready" "the guest's service"
	wait_until 60 "its first answer" alive || { bad "no answer"; finish; }
	ok "guest with $front frontends: $(g 'for d in /sys/block/xvda /sys/class/net/eth0
do basename $(readlink -f $d/device/driver); done' | tr '\n' ' ')"
}

mkdir -p /tmp/disks
mount -t tmpfs -o size=300M disks /tmp/disks
head -c 134217728 /dev/urandom >/tmp/disks/f.img
for f in $fronts; do
	turn "$f"
	boot
done
result() { say "RESULT $front.$1 $2"; }

# slope NAME FEW MANY COMMAND: COMMAND is given a count in $n.
slope() {
	local name=$1 few=$2 many=$3 n
	n=$few
	dom=$(xl domid "$front")
	set -- "$4" $(domtime "$dom")
	eval "$1"
	set -- "$@" $(domtime "$dom")
	n=$many
	eval "$1"
	set -- "$@" $(domtime "$dom")
	result "${name}_backend" "$(((($6 - $4) - ($4 - $2)) / (many - few)))"
	result "${name}_guest" "$(((($7 - $5) - ($5 - $3)) / (many - few)))"
}

read4k() { g "iobench /dev/xvda 4096 $1 ${n}n rand" >/dev/null; }
udp_out() {
	udp recv 6100 20 >/tmp/udp &
	g "udp send 10.9.0.1 6100 64 $n 64" >/dev/null
	wait $!
}
udp_in() {
	g "udp recv 6101 20" >/tmp/udp &
	usleep 500000
	udp send $ip 6101 64 "$n" 64 >/dev/null
	wait $!
}

# Figures: each gives the RESULTs of one row for the guest whose turn it is.
icount='i_read1 i_read32 i_udp_out i_udp_in'
i_read1() { slope read_qd1 500 2500 'read4k 1'; }
i_read32() { slope read_qd32 1000 9000 'read4k 32'; }
i_udp_out() { slope udp_out 1024 5120 udp_out; }
i_udp_in() { slope udp_in 1024 5120 udp_in; }

wall='w_read1 w_read32 w_seq w_tcp_out w_tcp_in w_udp_out w_udp_in'
mbit() { sed -n 's/.*mbit //p' /tmp/tcp; }
pps() { sed -n 's/.*pps //p' /tmp/udp; }
disk() { g "iobench /dev/xvda $1" | cut -d' ' -f"$2"; }
w_read1() { result qd1_iops "$(disk '4096 1 3 rand' 2)"; }
w_read32() { result qd32_iops "$(disk '4096 32 3 rand' 2)"; }
w_seq() { result seq_mbs "$(disk '131072 8 3 seq' 3)"; }
w_tcp_out() {
	tcp drop 6200 2>/tmp/tcp &
	g 'tcp blast 10.9.0.1 6200 4' >/dev/null 2>&1
	wait $!
	result tcp_out_mbit "$(mbit)"
}
w_tcp_in() {
	g 'tcp drop 6201 2>&1' >/tmp/tcp &
	usleep 500000
	tcp blast $ip 6201 4 2>/dev/null
	wait $!
	result tcp_in_mbit "$(mbit)"
}
w_udp_out() {
	udp recv 6102 20 >/tmp/udp &
	g 'udp blast 10.9.0.1 6102 64 3' >/dev/null
	wait $!
	result udp_out_pps "$(pps)"
}
w_udp_in() {
	g 'udp recv 6103 20' >/tmp/udp &
	usleep 500000
	udp blast $ip 6103 64 3 >/dev/null
	wait $!
	result udp_in_pps "$(pps)"
}

figures=$wall round=0
[ "$mode" = icount ] && figures=$icount
while [ $((round += 1)) -le "$rounds" ]; do
	back=
	for f in $fronts; do
		back="$f $back"
	done
	fronts=$back	# who was first is last
	for figure in $figures; do
		for f in $fronts; do
			turn "$f"
			$figure
		done
	done
done
for f in $fronts; do
	xl destroy "$f"
done
finish

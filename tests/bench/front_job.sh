# SPDX-License-Identifier: GPL-2.0-only
#
# What one pair of frontends costs and gives (tests/bench/frontends.sh): as
# "RESULT name value", three rounds. bench.front=stock|xylem says which drivers
# the guest loads; bench.mode=icount counts instructions (QEMU must count
# them), wall takes rates.
#
# The guest executes what comes to its port 7000. Instructions for an operation
# are a slope: the CPU time of both domains with many operations, less that
# with few, so that shells and connections fall out.

. /job/lib.sh
front=$(cmdline_arg bench.front)
mode=$(cmdline_arg bench.mode)
black=xen-blkfront,xen-netfront
[ "$front" = stock ] && black=none

g() { printf '%s\n' "$1" | timeout "${2:-120}" nc 10.9.0.5 7000; }
alive() { g 'echo here' 10 | grep -q here; }

mkdir -p /tmp/disks
mount -t tmpfs -o size=300M disks /tmp/disks
head -c 134217728 /dev/urandom >/tmp/disks/f.img
linux f script "disk = [ \"format=raw,vdev=xvda,access=r,target=/tmp/disks/f.img\" ]" \
	'vif = [ "bridge=xenbr0,mac=00:16:3e:00:00:05" ]' 'memory = 256'
sed -i "s/guest.do=script/guest.do=script guest.ip=10.9.0.5 guest.gw=10.9.0.1 \
modprobe.blacklist=$black/" /tmp/f.cfg
xl create -q /tmp/f.cfg || { bad "create"; finish; }
must_log "$(conlog f)" 200 "SERVE ready" "the guest's service"
wait_until 60 "its first answer" alive || { bad "no answer"; finish; }
dom=$(xl domid f)
ok "guest with $front frontends: $(g 'for d in /sys/block/xvda /sys/class/net/eth0
do basename $(readlink -f $d/device/driver); done' | tr '\n' ' ')"

# slope NAME FEW MANY COMMAND: COMMAND is given a count in $n.
slope() {
	local name=$1 few=$2 many=$3 n
	n=$few
	set -- "$4" $(domtime "$dom")
	eval "$1"
	set -- "$@" $(domtime "$dom")
	n=$many
	eval "$1"
	set -- "$@" $(domtime "$dom")
	say "RESULT ${name}_backend $(((($6 - $4) - ($4 - $2)) / (many - few)))"
	say "RESULT ${name}_guest $(((($7 - $5) - ($5 - $3)) / (many - few)))"
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
	udp send 10.9.0.5 6101 64 "$n" 64 >/dev/null
	wait $!
}

instructions() {
	slope read_qd1 500 2500 'read4k 1'
	slope read_qd32 1000 9000 'read4k 32'
	slope udp_out 1024 5120 udp_out
	slope udp_in 1024 5120 udp_in
}

mbit() { sed -n 's/.*mbit //p' "$1"; }
rates() {
	local port=$((6200 + $1))
	say "RESULT qd1_iops $(g 'iobench /dev/xvda 4096 1 3 rand' | cut -d' ' -f2)"
	say "RESULT qd32_iops $(g 'iobench /dev/xvda 4096 32 3 rand' | cut -d' ' -f2)"
	say "RESULT seq_mbs $(g 'iobench /dev/xvda 131072 8 3 seq' | cut -d' ' -f3)"
	tcp drop $port 2>/tmp/tcp &
	g "tcp blast 10.9.0.1 $port 4" >/dev/null 2>&1
	wait $!
	say "RESULT tcp_out_mbit $(mbit /tmp/tcp)"
	g "tcp drop $((port + 10)) 2>&1" >/tmp/tcp &
	usleep 500000
	tcp blast 10.9.0.5 $((port + 10)) 4 2>/dev/null
	wait $!
	say "RESULT tcp_in_mbit $(mbit /tmp/tcp)"
	udp recv 6102 20 >/tmp/udp &
	g 'udp blast 10.9.0.1 6102 64 3' >/dev/null
	wait $!
	say "RESULT udp_out_pps $(sed -n 's/.*pps //p' /tmp/udp)"
	g 'udp recv 6103 20' >/tmp/udp &
	usleep 500000
	udp blast 10.9.0.5 6103 64 3 >/dev/null
	wait $!
	say "RESULT udp_in_pps $(sed -n 's/.*pps //p' /tmp/udp)"
}
for round in 1 2 3; do
	case $mode in
	icount) instructions ;;
	*) rates $round ;;
	esac
done
xl destroy f
finish

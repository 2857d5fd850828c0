# SPDX-License-Identifier: GPL-2.0-only
#
# The bench's job in dom0, under Xylem or Xen, with our tools or Debian's.
#
# bench.pass on dom0's command line:
#   work       one guest measures itself (guest/script.sh), groups bench.rows
#   life       create, first word, destroy; alone and beside others; memory
#   isolation  one guest works for ever; what is lost when another misbehaves
# bench.front=stock|xylem: whose frontends the guest loads.

. /etc/functions
. /extra/lib.sh
conlog() { echo /var/log/xen/console/guest-"$1".log; }
black=none
[ "$(arg bench.front)" = xylem ] && black=xen-blkfront,xen-netfront
limit=$(arg bench.limit)
need loop # where a file becomes a disk by it

# debian NAME ROWS [LINE...]: a config for the Debian guest.
debian() {
	local name=$1 words
	words=$(guest_words "$2" xvda)
	shift 2
	{
		echo "name = \"$name\""
		echo 'type = "pv"'
		echo 'kernel = "/extra/vmlinuz"'
		echo 'ramdisk = "/extra/guest.cpio"'
		echo 'memory = 256'
		echo "cmdline = \"console=hvc0 $words modprobe.blacklist=$black\""
		echo 'on_poweroff = "destroy"'
		echo 'on_crash = "destroy"'
		for l; do echo "$l"; done
	} >/tmp/"$name".cfg
}

devices() {
	echo "disk = [ \"$1,raw,xvda,rw\" ]"
	echo "vif = [ \"bridge=xenbr0,mac=00:16:3e:00:00:$2\" ]"
}

trivial() {
	printf '%s\n' "name = \"$1\"" 'type = "pv"' 'memory = 8' \
		'kernel = "/extra/trivial.elf"' >/tmp/"$1".cfg
}

work() {
	make_disk
	netbench serve &
	debian b "$(arg bench.rows)" "$(devices "$image" 02)"
	xl create /tmp/b.cfg >/tmp/out 2>&1 || {
		lost guest "xl create: $(tail -n 1 /tmp/out)"
		cat /tmp/out
		return
	}
	follow "$(conlog b)" "$limit"
}

# born NAME TAG TEXT: create it; the command's time, and until TEXT is said.
born() {
	local log seen
	log=$(conlog "$1")
	rm -f "$log"
	tick run xl create /tmp/"$1".cfg >/tmp/out 2>&1
	set -- "$1" "$2" "$3" $(grep ^TICK /tmp/out)
	[ "$7" = 0 ] || {
		lost "$2" "xl create: $(grep -v ^TICK /tmp/out | tail -n 1)"
		return 1
	}
	seen=$(tick wait "$log" 120 "$3") || {
		lost "$2" "never said $3"
		return 1
	}
	emit "$2_create" "$(ms "$5" "$6")"
	emit "$2_ready" "$(ms "$5" "$seen")"
}

died() {
	tick run xl destroy "$1" >/tmp/out 2>&1
	set -- "$1" "$2" $(grep ^TICK /tmp/out)
	[ "$6" = 0 ] && emit "$2_destroy" "$(ms "$4" "$5")"
}

free_mib() { xl info | awk '$1 == "free_memory" { print $3 }'; }

life() {
	local others=0 n i before
	trivial t
	xl create /tmp/t.cfg >/dev/null 2>&1	# the first of all warms up
	xl destroy t
	before=$(free_mib)
	# What total_memory means differs: the machine's RAM is told instead.
	emit memory_kept $(($(arg bench.ram) - before -
		$(xl list | awk '$2 == 0 { print $3 }')))
	for n in $(arg bench.others | tr , ' '); do
		while [ $others -lt "$n" ]; do
			others=$((others + 1))
			trivial o$others
			xl create /tmp/o$others.cfg >/tmp/out 2>&1 || {
				lost trivial_$n "$others others: $(tail -n 1 /tmp/out)"
				return
			}
		done
		for i in 1 2 3; do
			born t trivial_$n "TRIVIAL up" && died t trivial_$n
		done
		[ "$n" = 50 ] && emit memory_domain \
			$(((before - $(free_mib)) * 1024 / 50 - 8192))
	done
	i=0
	while [ $i -lt $others ]; do
		i=$((i + 1))
		xl destroy o$i
	done
	make_disk
	debian d idle "$(devices "$image" 02)"
	# The first unpacks the kernel, later ones may find it unpacked.
	born d debian_first "GUEST-INIT up" && died d debian_0
	for i in 1 2; do
		born d debian_0 "GUEST-INIT up" && died d debian_0
	done
	[ "$(arg bench.eight)" = 1 ] || return
	for i in 1 2 3 4 5 6 7 8; do
		# Without devices: eight idle neighbours are what is wanted.
		debian n$i idle
		xl create /tmp/n$i.cfg >/tmp/out 2>&1 || {
			lost debian_8 "neighbour $i: $(tail -n 1 /tmp/out)"
			return
		}
		tick wait "$(conlog n$i)" 120 BENCH-IDLE >/dev/null
	done
	born d debian_8 "GUEST-INIT up" && died d debian_8
	# dom0's power-off would ask each of them, and wait.
	for i in 1 2 3 4 5 6 7 8; do xl destroy n$i; done
}

# rounds N: let the victim do N more; the median of each of its rows.
rounds() {
	local log row looks
	log=$(conlog v)
	wc -l <"$log" >/tmp/from
	# Seldom: looking is work for dom0, beside the guests' (wait_until looks
	# 20 times a second, which costs half of it under emulation).
	looks=0
	until sleep 5; more "$log" $((2 * $1 + 2)); do
		looks=$((looks + 1))
		[ $looks -lt 20 ] || { say "the victim stands still"; return 1; }
	done
	for row in victim_build victim_read; do
		# The first of each began before the neighbour did.
		tail -n +$(($(cat /tmp/from) + 1)) "$log" | tr -d '\r' |
			awk -v row=$row '$2 == row { print $3 }' | tail -n +2 |
			sort -n | awk -v row=$row '{ a[NR] = $1 }
				END { print row, a[int((NR + 1) / 2)] }'
	done
}
more() { [ $(($(grep -ca '^BENCH victim' "$1") - $(head -n "$(cat /tmp/from)" \
	"$1" | grep -ca '^BENCH victim'))) -ge "$2" ]; }

isolation() {
	local hog
	make_disk
	head -c 33554432 /dev/zero >/tmp/disks/hog.img
	netbench serve &
	debian v victim "$(devices "$image" 02)"
	xl create /tmp/v.cfg >/tmp/out 2>&1 || {
		lost victim "xl create: $(tail -n 1 /tmp/out)"
		return
	}
	tick wait "$(conlog v)" "$limit" "BENCH victim_read" >/dev/null ||
		{ lost victim "it never started"; return; }
	rounds 5 | while read -r row value; do emit "${row}_alone" "$value"; done
	for hog in $(arg bench.hogs | tr , ' '); do
		debian h hog-"$hog" "$(devices /tmp/disks/hog.img 03)"
		sed -i 's/bench.ip=10.9.0.2/bench.ip=10.9.0.3/' /tmp/h.cfg
		rm -f "$(conlog h)"
		xl create /tmp/h.cfg >/tmp/out 2>&1 || {
			lost "victim_$hog" "xl create: $(tail -n 1 /tmp/out)"
			continue
		}
		if tick wait "$(conlog h)" 120 "HOG up" >/dev/null; then
			rounds 5 | while read -r row value; do
				emit "${row}_$hog" "$value"
			done
		else
			lost "victim_$hog" "the neighbour never started"
		fi
		xl destroy h
	done
	xl destroy v
}

job_clock
"$(arg bench.pass)"
job_clock
exit 0

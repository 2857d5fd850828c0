# SPDX-License-Identifier: GPL-2.0-only
#
# verbs: the small verbs on a Debian guest that answers to them.

. /job/lib.sh

# says TEXT WANTED COMMAND...: the last line it prints is WANTED, blanks folded.
says() {
	local what=$1 want=$2 got
	shift 2
	got=$("$@" 2>&1 | tail -n 1 | sed 's/[ 	][ 	]*/ /g; s/ $//')
	case $got in
	$want) ok "$what" ;;
	*) bad "$what: '$got', not '$want'" ;;
	esac
}

truncate -s 4M /tmp/v.img
linux v1 idle 'vcpus = 2' 'memory = 160' 'on_crash = "preserve"' \
	'disk = [ "/tmp/v.img,raw,xvdb,r" ]' \
	'vif = [ "mac=00:16:3e:01:02:03" ]'
xl create -q /tmp/v1.cfg || bad "create"
log=$(conlog v1)
must_log "$log" 60 "GUEST-READY" "the guest's init"
id=$(xl domid v1)

# --- lists
says "list -v: no reason while it runs" "v1 $id 160 2 ?????? * *-*-*-*-* - -" \
	xl list -v v1
says "vcpu-list" "v1 $id 1 * * all / all" xl vcpu-list v1
says "uptime" "v1 $id 0:00:*" xl uptime v1
says "vm-list" "*-*-*-*-* $id v1" xl vm-list
says "block-list" "51728 0 $id 4 * * /local/domain/0/backend/qdisk/$id/51728" \
	xl block-list v1
says "network-list" "0 0 00:16:3e:01:02:03 0 4 * */* /local/domain/0/backend/vif/$id/0" \
	xl network-list v1
says "info KEY" 4 xl info xen_major
says "cpupool-list" "Pool-0 1 credit2 y 2" xl cpupool-list
says "claims" "v1 $id 160 2 ?????? * 0" xl claims
says "top" " v1 ?????? * 163840 * 2 1 * * 1" xl top -b -d 1 -i 2
xl list -l >/tmp/long 2>&1
grep -q '"name": "v1"' /tmp/long && grep -q '"target_memkb": 163840' /tmp/long &&
	ok "list -l" || { bad "list -l"; cat /tmp/long; }

# --- the scheduler
says "weight by default" "v1 $id 256 0" xl sched-credit2 -d v1
check "weight" xl sched-credit2 -d v1 -w 512
says "another weight" "v1 $id 512 0" xl sched-credit2 -d v1
case $(xl info xen_extra) in
*xylem*) refuse "a cap" 1 "no caps" xl sched-credit2 -d v1 -c 50 ;;
*) check "a cap" xl sched-credit2 -d v1 -c 50 ;;
esac
check "pin" xl vcpu-pin v1 all 0
refuse "pin where no CPU is" 1 "none of these CPUs" xl vcpu-pin v1 0 5

# --- memory and CPUs: the guest must follow
mem() { [ "$(xl list v1 | awk 'NR == 2 { print $3 }')" = "$1" ]; }
check "mem-set" xl mem-set v1 128
check "the guest gave memory back" wait_until 20 "128 MiB" mem 128
refuse "more than its bound" 1 "bound is 160" xl mem-set v1 300m
check "and back" xl mem-set v1 160
check "the guest took it again" wait_until 20 "160 MiB" mem 160
refuse "a bound below what it has" 1 "wanted of it" xl mem-max v1 100
up() { [ "$(xl vcpu-list v1 | grep -c -- '--p')" = "$1" ]; }
check "vcpu-set" xl vcpu-set v1 1
check "one vCPU is down" wait_until 20 "a vCPU down" up 1
check "vcpu-set back" xl vcpu-set v1 2
# Its kernel makes the CPU known; to use it is for a udev it does not have.
says "the guest may use both" online \
	xenstore-read /local/domain/"$id"/cpu/1/availability
refuse "more vCPUs than it has" 1 "room for 1 to 2" xl vcpu-set v1 3

# --- keys
check "sysrq" xl sysrq v1 h
must_log "$log" 10 "sysrq: HELP" "SysRq in the guest" && ok "the guest saw SysRq"
check "trigger nmi" xl trigger v1 nmi
must_log "$log" 10 "NMI received" "the NMI" && ok "the guest saw an NMI"
refuse "a button it does not have" 1 "no such button" xl trigger v1 power
check "debug-keys" xl debug-keys h
xl dmesg | grep -q "'h'" && ok "dmesg has what the key said" ||
	bad "dmesg has what the key said"

# --- devices that come and go
truncate -s 8M /tmp/w.img
# has block|network BACKEND: its row is there, and connected (state 4).
has() {
	xl "$1-list" v1 | awk -v c="$([ "$1" = block ] && echo 4 || echo 5)" \
		-v w="$2" 'index($0, w) && $c == 4 { n++ } END { exit !n }'
}
bare() { ! xl "$1-list" v1 | grep -q "$2"; }
disk=backend/qdisk/$id/51744 nic=backend/vif/$id/1
check "block-attach" xl block-attach v1 /tmp/w.img,raw,xvdc,w
check "the guest connects to it" wait_until 10 "state 4" has block "$disk"
refuse "the same again" 1 "of that name" xl block-attach v1 /tmp/w.img,raw,xvdc,w
refuse "a disk that is not there" 1 "none.img" xl block-attach v1 /tmp/none.img,raw,xvdd,r
linux rival idle 'disk = [ "/tmp/w.img,raw,xvda,w" ]'
refuse "another domain wants it" 1 "in use by domain 'v1'" xl create -q /tmp/rival.cfg
check "network-attach" xl network-attach v1 mac=00:16:3e:01:02:04
check "the guest connects to it" wait_until 10 "state 4" has network "$nic"
xl list -l v1 >/tmp/long 2>&1
grep -q '"vdev": "xvdc"' /tmp/long && grep -q '00:16:3e:01:02:04' /tmp/long &&
	ok "list -l has both" || { bad "list -l has both"; cat /tmp/long; }
check "network-detach" xl network-detach v1 00:16:3e:01:02:04
check "it is gone" bare network "$nic"
check "another NIC, all by default" xl network-attach v1
check "the guest connects to it" wait_until 10 "state 4" has network "$nic"
check "block-detach" xl block-detach v1 xvdc
check "it is gone" bare block "$disk"
check "its image is free" xl block-attach v1 vdev=xvdc,target=/tmp/w.img
refuse "a disk it does not have" 1 "no such disk" xl block-detach v1 xvdz
xl reboot v1 2>/dev/null || bad "reboot"
reborn() { local n; n=$(xl domid v1 2>/dev/null) && [ "$n" != "$id" ]; }
check "reboot" wait_until 30 "another domid" reborn
id=$(xl domid v1)
disk=backend/qdisk/$id/51744 nic=backend/vif/$id/1
check "its next life has the disk" wait_until 30 "state 4" has block "$disk"
check "and the NIC" wait_until 30 "state 4" has network "$nic"

# --- names
linux other idle
xl create -q -p /tmp/other.cfg || bad "create"
refuse "a name that exists" 1 "new name" xl rename v1 other
refuse "a name that is a number" 1 "number" xl rename v1 17
check "rename" xl rename v1 shop
says "domid of the new name" "$id" xl domid shop
gone v1 && ok "the old name is free" || bad "the old name is free"
refuse "rename of nobody" 1 "invalid domain" xl rename v1 x
xl shutdown -w shop >/dev/null 2>&1 || bad "shutdown"
check "shut down by its new name" wait_until 20 "its end" gone shop
xl destroy other

# --- the processor a guest sees, and where and how much it runs
mkdir -p /tmp/g
cat >/tmp/g/script.sh <<'X'
grep -m 1 '^flags' /proc/cpuinfo | sed 's/$/ /'
grep -m 1 '^stepping' /proc/cpuinfo
echo GUEST-READY
X
(cd /tmp/g && echo script.sh | cpio -o -H newc 2>/dev/null) >/tmp/g.cpio
cat /extra/guest.cpio /tmp/g.cpio >/tmp/guest.cpio
linux c1 script 'ramdisk = "/tmp/guest.cpio"' \
	'cpuid = "host,popcnt=0,ssse3=1,monitor=1,stepping=13"' \
	'cpu_weight = 100' 'cpus = "0"' 'tsc_mode = "native"'
check "create with a CPU policy" xl create /tmp/c1.cfg
grep -q "leaf 0x1, ecx: 0x8 was asked" /tmp/check.out &&
	ok "it tells what is not to be had" || {
	bad "it tells what is not to be had"
	cat /tmp/check.out
}
log=$(conlog c1)
must_log "$log" 60 "GUEST-READY" "the guest's script"
grep -q '^flags.* ssse3 ' "$log" && ! grep -q '^flags.* popcnt ' "$log" &&
	! grep -q '^flags.* monitor ' "$log" && ok "the guest's CPU features" || {
	bad "the guest's CPU features"
	grep flags "$log"
}
grep -q '^stepping.*: 13' "$log" && ok "its stepping" || bad "its stepping"
says "its weight" "c1 * 100 0" xl sched-credit2 -d c1
xl destroy c1
linux c2 idle 'cpuid = "host,nonsense=0"'
refuse "a feature nobody knows" 1 nonsense xl create -q /tmp/c2.cfg
linux c3 idle 'cpus = "5"'
refuse "a CPU that is not there" 1 "its cpus" xl create -q /tmp/c3.cfg
gone c3 && ok "nothing of it is left" || bad "nothing of it is left"
finish

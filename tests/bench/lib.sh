# SPDX-License-Identifier: GPL-2.0-only
#
# Shared by the bench's jobs, in any dom0 and in the machine where KVM runs.
#
# Figures leave as lines "BENCH row value"; what cannot be taken as
# "BENCH-FAIL row why". Times in ms, by tick. Every wait has a limit.

arg() {
	local w
	for w in $(cat /proc/cmdline); do
		case $w in "$1="*) echo "${w#*=}" ;; esac
	done
}

emit() { echo "BENCH $1 $2"; }
lost() { echo "BENCH-FAIL $*"; }
ms() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", (b - a) / 1000 }'; }

# make_disk: $image, 128 MiB of random bytes in tmpfs. How a file becomes a disk
# is the system's affair: xl.cfg(5) has one line for it.
make_disk() {
	mkdir -p /tmp/disks
	mount -t tmpfs -o size=400M disks /tmp/disks
	image=/tmp/disks/disk.img
	head -c 134217728 /dev/urandom >$image
}

# guest_words ROWS DISK: the guest's command line beyond its console.
guest_words() {
	echo "quiet guest.do=script bench.rows=$1 bench.disk=$2" \
		"bench.sec=$(arg bench.sec) bench.only=$(arg bench.only)" \
		"bench.ip=10.9.0.2 bench.peer=10.9.0.1"
}

# follow LOG SECONDS: until the guest is done; its figures; is its clock right?
# A guest that measured its clock wrongly has measured nothing.
follow() {
	local from to end
	end=$(($(tick) / 1000000 + $2))
	from=$(tick wait "$1" "$2" "BENCH-START ")
	[ -n "$from" ] && to=$(tick wait "$1" \
			$((end + 2 - $(tick) / 1000000)) "BENCH-DONE ") || {
		lost guest "it did not come to its end in $2 s; its last words:"
		tail -n 5 "$1" | tr -d '\r' | sed 's/^/  | /'
		from=
	}
	tr -d '\r' <"$1" | grep -a '^BENCH\|^GUEST-INIT'
	[ -n "$from" ] || return
	tr -d '\r' <"$1" | awk -v real="$(ms "$from" "$to")" '
		$1 == "BENCH-START" { from = $2 }
		$1 == "BENCH-DONE" { to = $2 }
		END { print "BENCH-SKEW", (to - from) * 1000 / real }'
}

# Against the host's clock, which stamps these lines.
job_clock() {
	local up rest
	read -r up rest </proc/uptime
	echo "JOB-CLOCK $up"
}

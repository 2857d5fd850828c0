# SPDX-License-Identifier: GPL-2.0-only
#
# What the guest measures (the job tests/bench/job.sh reads its console log):
# three rounds of disk reads on both disks, then TCP out and in.

for dev in xvda xvdb; do
	for round in 1 2 3; do
		echo "BENCH $dev qd1 $(iobench /dev/$dev 4096 1 3 rand)"
		echo "BENCH $dev qd32 $(iobench /dev/$dev 4096 32 3 rand)"
		echo "BENCH $dev seq $(iobench /dev/$dev 131072 8 3 seq)"
	done
done
for round in 1 2 3; do
	sleep 0.3
	tcp blast 10.9.0.1 $((6000 + round)) 4
	echo "BENCH tcp-in $(tcp drop $((6010 + round)) 2>&1 | tail -n 1)"
done
echo "BENCH done"

# SPDX-License-Identifier: GPL-2.0-only
#
# The bench's job on the bare machine: the guest's own work.
. /extra/lib.sh
job_clock
sh /script.sh
job_clock

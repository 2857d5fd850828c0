# SPDX-License-Identifier: GPL-2.0-only
#
# Two domains that talk to each other; the job pair creates them.
GUEST_OTHERS += pair

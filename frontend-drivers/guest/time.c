// SPDX-License-Identifier: MIT
/*
 * The clock: nanoseconds since the hypervisor started, from the page it keeps
 * for us.  The version is odd while it writes; a reader tries again.
 */
#include "frontend-drivers/guest/time.h"
#include "abi/shared_info.h"
#include "frontend-drivers/guest/guest.h"

uint64_t now_ns(void)
{
	struct xy_vcpu_time_info *t = &guest_shared->vcpu_info[0].time;
	uint64_t delta, ns;
	uint32_t version;

	do {
		version = __atomic_load_n(&t->version, __ATOMIC_ACQUIRE);
		delta = tsc() - t->tsc_timestamp;
		delta = t->tsc_shift < 0 ? delta >> -t->tsc_shift :
			delta << t->tsc_shift;
		ns = t->system_time + (uint64_t)(((unsigned __int128)delta *
						  t->tsc_to_system_mul) >> 32);
	} while (version & 1 || version !=
		 __atomic_load_n(&t->version, __ATOMIC_ACQUIRE));
	return ns;
}

void wait_ns(uint64_t ns)
{
	uint64_t end = now_ns() + ns;

	while (now_ns() < end)
		;
}

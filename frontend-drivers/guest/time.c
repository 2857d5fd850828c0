// SPDX-License-Identifier: MIT
/*
 * The clock: nanoseconds since the hypervisor started, from the page it keeps
 * for us.  The version is odd while it writes; a reader tries again.
 */
#include "frontend-drivers/guest/time.h"
#include "abi/shared_info.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/smp.h"

static uint64_t to_ns(const struct xy_vcpu_time_info *t, uint64_t ticks)
{
	ticks = t->tsc_shift < 0 ? ticks >> -t->tsc_shift :
		ticks << t->tsc_shift;
	return (uint64_t)(((unsigned __int128)ticks * t->tsc_to_system_mul) >>
			  32);
}

uint64_t tsc_ns(uint64_t ticks)
{
	return to_ns(&guest_shared->vcpu_info[vcpu_id()].time, ticks);
}

uint64_t now_ns(void)
{
	struct xy_vcpu_time_info *t = &guest_shared->vcpu_info[vcpu_id()].time;
	uint64_t ns;
	uint32_t version;

	do {
		version = __atomic_load_n(&t->version, __ATOMIC_ACQUIRE);
		ns = t->system_time + to_ns(t, tsc() - t->tsc_timestamp);
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

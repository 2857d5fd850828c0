// SPDX-License-Identifier: GPL-2.0-only
/*
 * Helpers of the page-table calls.  No state, no lock.
 */
#include "call/mmu.h"
#include "core/arch.h"
#include "core/pt.h"

#define RESUMED		(1UL << 31)
#define COUNT_MASK	(RESUMED - 1)
#define STEP_ITEMS	CALL_BUDGET
#define STEP_ENTRIES	1024u	/* of validating, on top of one big item */

int mmu_owner_get(struct vcpu *v, uint16_t id, struct domain **out)
{
	if (id == XY_DOMID_IO || id == XY_DOMID_XEN) {
		if (id == XY_DOMID_XEN && !v->domain->privileged)
			return -XY_EPERM;
		*out = id == XY_DOMID_IO ? dom_io : dom_xen;
		return 0;
	}
	return dom_resolve(v, id, out);
}

void mmu_owner_put(struct domain *d)
{
	if (d != dom_io && d != dom_xen)
		dom_put(d);
}

uint64_t mmu_all_cpus(struct vcpu *v)
{
	return __atomic_load_n(&v->domain->dirty_cpus, __ATOMIC_ACQUIRE);
}

uint64_t mmu_this_cpu(void)
{
	return 1UL << arch_cpu();
}

int mmu_cpus(struct vcpu *v, guest_va_t bitmap, uint64_t *cpus)
{
	struct domain *d = v->domain;
	uint64_t vcpus = 0;

	_Static_assert(MAX_VCPUS <= 64, "one word of vCPUs");
	if (guest_read(&vcpus, bitmap, (d->max_vcpus + 7) / 8))
		return -XY_EFAULT;
	*cpus = 0;
	for (; vcpus != 0; vcpus &= vcpus - 1) {
		unsigned int id = (unsigned int)__builtin_ctzl(vcpus);

		if (id < d->max_vcpus && d->vcpus[id] != NULL)
			*cpus |= 1UL << d->vcpus[id]->cpu;
	}
	*cpus &= mmu_all_cpus(v);
	return 0;
}

void mmu_batch_start(struct mmu_batch *b, uint64_t count_arg)
{
	b->left = count_arg & COUNT_MASK;
	b->done = count_arg & RESUMED ? count_arg >> 32 : 0;
	b->this_step = 0;
	b->work_start = pt_work_done();
}

bool mmu_batch_tired(struct mmu_batch *b)
{
	return b->this_step >= STEP_ITEMS ||
	       pt_work_done() - b->work_start >= STEP_ENTRIES;
}

void mmu_batch_next(struct mmu_batch *b)
{
	b->left--;
	b->done++;
	b->this_step++;
}

uint64_t mmu_batch_arg(const struct mmu_batch *b)
{
	return b->left | RESUMED | b->done << 32;
}

void mmu_batch_tell(const struct mmu_batch *b, guest_va_t where)
{
	uint32_t done = (uint32_t)b->done;

	if (where.a != 0 && guest_write(where, &done, sizeof(done)) != 0)
		return;		/* the call's own result stands */
}

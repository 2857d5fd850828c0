/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the page-table calls share: whose frames, which CPUs, how far.
 */
#ifndef CALL_MMU_H
#define CALL_MMU_H

#include "call/call.h"

/*
 * Resolves the owner of frames that a guest names: itself, DOMID_IO for device
 * memory, and with privilege DOMID_XEN or another domain.  0, -XY_EPERM or
 * -XY_ESRCH.  Let go with mmu_owner_put().
 */
int mmu_owner_get(struct vcpu *v, uint16_t id, struct domain **out) must_check;
void mmu_owner_put(struct domain *d);

/* The CPUs that may hold translations of the vCPUs in a guest's bitmap. */
int mmu_cpus(struct vcpu *v, guest_va_t bitmap, uint64_t *cpus) must_check;
uint64_t mmu_all_cpus(struct vcpu *v);
uint64_t mmu_this_cpu(void);

/*
 * A list of operations: how many remain and how many are done, kept in the
 * count argument while the call is resumed (bit 31 marks it; the number done
 * stands above).  Enough has been done for one step: mmu_batch_tired().
 */
struct mmu_batch {
	uint64_t left, done;
	unsigned int this_step;
	uint32_t work_start;
};

void mmu_batch_start(struct mmu_batch *b, uint64_t count_arg);
bool mmu_batch_tired(struct mmu_batch *b);
void mmu_batch_next(struct mmu_batch *b);
uint64_t mmu_batch_arg(const struct mmu_batch *b);
/* Tells the guest how many are done; a bad address is its own loss. */
void mmu_batch_tell(const struct mmu_batch *b, guest_va_t where);

#endif

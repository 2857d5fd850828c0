// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory_op (12): rdi the sub-operation, rsi its structure.
 *
 * 1. One const table, number to function; a hole says -ENOSYS.
 * 2. The bits of rdi above the sub-operation count extents done, when a long
 *    call is resumed.
 * 3. A sub-operation that names a domain goes through dom_resolve(): itself, or
 *    another with privilege.
 *
 * Lock: none here.  Next: memory_extents.c.
 */
#include "call/memory.h"
#include "core/e820.h"
#include "core/frame.h"
#include "core/heap.h"
#include "core/m2p.h"

#define SUB_OP_BITS	6
#define SUB_OPS		(1u << SUB_OP_BITS)

static int read_domain(struct vcpu *v, guest_va_t arg, struct domain **d)
{
	struct xy_memory_domain m;

	if (guest_read(&m, arg, sizeof(m)))
		return -XY_EFAULT;
	return dom_resolve(v, m.domid, d);
}

static int64_t max_ram_page(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	(void)v, (void)arg, (void)start;
	return (int64_t)frame_max();
}

static int64_t current_pages(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct domain *d;
	int64_t rc = read_domain(v, arg, &d);

	(void)start;
	if (rc != 0)
		return rc;
	rc = (int64_t)__atomic_load_n(&d->tot_pages, __ATOMIC_RELAXED);
	dom_put(d);
	return rc;
}

/* A domain without a bound could at most have all there is. */
static int64_t maximum_pages(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct domain *d;
	int64_t rc = read_domain(v, arg, &d);

	(void)start;
	if (rc != 0)
		return rc;
	rc = (int64_t)min_u64(d->max_pages, heap_total_frames());
	dom_put(d);
	return rc;
}

/* What the guest says of itself; one that is being made says nothing yet. */
static int64_t maximum_pfn(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct domain *d;
	int64_t rc = read_domain(v, arg, &d);
	uint64_t count;

	(void)start;
	if (rc != 0)
		return rc;
	count = d->shared == NULL ? 0 :
		__atomic_load_n(&d->shared->arch.max_pfn, __ATOMIC_RELAXED);
	dom_put(d);
	/* A guest's lie must not look like an errno. */
	return count == 0 ? 0 : (int64_t)min_u64(count - 1, INT64_MAX);
}

static int64_t m2p_frames(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct xy_machphys_mfn_list l;
	uint64_t last = 0;

	(void)start;
	if (!v->domain->privileged)
		return -XY_EPERM;
	if (guest_read(&l, arg, sizeof(l)))
		return -XY_EFAULT;
	l.nr_extents = 0;
	while (l.nr_extents < l.max_extents && l.nr_extents < m2p_blocks()) {
		mfn_t mfn = m2p_block(l.nr_extents);

		if (!mfn_none(mfn))	/* a hole repeats the one before */
			last = mfn.n;
		if (guest_write_elem(to_guest(l.extent_start), l.nr_extents,
				     &last, sizeof(last)))
			return -XY_EFAULT;
		l.nr_extents++;
	}
	return guest_write(arg, &l, sizeof(l));
}

static int64_t m2p_mapping(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct xy_machphys_mapping m = {
		.v_start = M2P_RO_VA,
		.v_end = M2P_RO_VA + frame_max() * sizeof(uint64_t),
		.max_mfn = frame_max() - 1,
	};

	(void)v, (void)start;
	return guest_write(arg, &m, sizeof(m));
}

static int64_t zero(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	(void)v, (void)arg, (void)start;
	return 0;			/* no page is ever shared */
}

static int64_t invalid(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	(void)v, (void)arg, (void)start;
	return -XY_EINVAL;		/* for guests of another kind */
}

static int64_t no_vnuma(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	(void)v, (void)arg, (void)start;
	return -XY_EOPNOTSUPP;
}

static memory_fn *const sub_ops[SUB_OPS] = {
	[XY_MEM_increase_reservation] = memory_increase,
	[XY_MEM_decrease_reservation] = memory_decrease,
	[XY_MEM_maximum_ram_page] = max_ram_page,
	[XY_MEM_current_reservation] = current_pages,
	[XY_MEM_maximum_reservation] = maximum_pages,
	[XY_MEM_machphys_mfn_list] = m2p_frames,
	[XY_MEM_populate_physmap] = memory_populate,
	[XY_MEM_add_to_physmap] = invalid,
	[XY_MEM_memory_map] = memory_map_get,
	[XY_MEM_machine_memory_map] = memory_map_machine,
	[XY_MEM_exchange] = memory_exchange,
	[XY_MEM_machphys_mapping] = m2p_mapping,
	[XY_MEM_set_memory_map] = memory_map_set,
	[XY_MEM_maximum_gpfn] = maximum_pfn,
	[XY_MEM_remove_from_physmap] = invalid,
	[XY_MEM_set_pod_target] = invalid,
	[XY_MEM_get_pod_target] = invalid,
	[XY_MEM_get_sharing_freed_pages] = zero,
	[XY_MEM_get_sharing_shared_pages] = zero,
	[XY_MEM_add_to_physmap_batch] = invalid,
	[XY_MEM_claim_pages] = memory_claim,
	[XY_MEM_get_vnumainfo] = no_vnuma,
	[XY_MEM_acquire_resource] = memory_acquire,
};

int64_t hc_memory_op(struct vcpu *v, struct call *c)
{
	uint64_t op = c->arg[0] & (SUB_OPS - 1);
	uint64_t start = c->arg[0] >> SUB_OP_BITS;
	int64_t rc;

	if (sub_ops[op] == NULL)
		return -XY_ENOSYS;
	rc = sub_ops[op](v, to_guest(c->arg[1]), &start);
	c->arg[0] = op | start << SUB_OP_BITS;
	return rc;
}

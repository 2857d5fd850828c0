// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory_op: memory maps (of the guest, of the machine) and resources.
 *
 * 1. A guest's own map is what the toolstack gave it; without one the answer
 *    is -ENOSYS and the guest makes its own.
 * 2. dom0 sees the machine's map; device frames it may not touch are shown
 *    as reserved, so that its kernel does not put anything there.
 * 3. A resource's frames belong to the target: the caller maps them as
 *    another domain's.
 *
 * Lock: the domain's, for its map.  Next: core/dom_mm.c.
 */
#include "call/memory.h"
#include "core/e820.h"
#include "core/grant.h"
#include "core/iomem.h"
#include "core/pool.h"

#define MAX_ENTRIES	1024u
#define ENTRY_BYTES	sizeof(struct xy_e820_entry)

/* Where interrupt controllers are: the only frames dom0 may be denied. */
#define DENIED_FIRST	0xfec00UL
#define DENIED_END	0xfef00UL

int64_t memory_map_get(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct domain *d = v->domain;
	struct xy_memory_map m;
	int rc = -XY_ENOSYS;

	(void)start;
	if (guest_read(&m, arg, sizeof(m)))
		return -XY_EFAULT;
	lock_take(&d->lock);
	if (d->e820 != NULL) {
		m.nr_entries = m.nr_entries < d->e820_count ? m.nr_entries :
							      d->e820_count;
		rc = guest_write(to_guest(m.buffer), d->e820,
				 m.nr_entries * ENTRY_BYTES);
	}
	lock_drop(&d->lock);
	return rc ? rc : guest_write(arg, &m, sizeof(m));
}

int64_t memory_map_set(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct xy_foreign_memory_map m;
	struct domain *d;
	void *map, *old;
	int rc;

	(void)start;
	if (guest_read(&m, arg, sizeof(m)))
		return -XY_EFAULT;
	if (!v->domain->privileged)
		return -XY_EPERM;
	if (m.map.nr_entries > MAX_ENTRIES)
		return -XY_EINVAL;
	map = pool_alloc_array(m.map.nr_entries + 1, ENTRY_BYTES);
	if (map == NULL)
		return -XY_ENOMEM;
	rc = guest_read(map, to_guest(m.map.buffer),
			m.map.nr_entries * ENTRY_BYTES);
	if (rc == 0)
		rc = dom_resolve(v, m.domid, &d);
	if (rc != 0) {
		pool_free(map);
		return rc;
	}
	lock_take(&d->lock);
	old = d->e820;
	d->e820 = map;
	d->e820_count = m.map.nr_entries;
	lock_drop(&d->lock);
	pool_free(old);
	dom_put(d);
	return 0;
}

struct map_out {
	guest_va_t buffer;
	uint32_t room, count;
};

static int put_entry(struct map_out *o, const struct xy_e820_entry *e)
{
	if (o->count + 1 >= o->room)
		return -XY_EINVAL;
	return guest_write_elem(o->buffer, o->count++, e, ENTRY_BYTES);
}

/* Frames of [from, to) that d may not map, as reserved entries. */
static int put_denied(struct map_out *o, struct domain *d, uint64_t from,
		      uint64_t to)
{
	int rc = 0;

	from = max_u64((from + PAGE_SIZE - 1) >> PAGE_SHIFT, DENIED_FIRST);
	to = min_u64(to >> PAGE_SHIFT, DENIED_END);
	while (rc == 0 && from < to) {
		struct xy_e820_entry e = { .type = XY_E820_RESERVED };
		uint64_t first = from;

		while (from < to && !iomem_allowed(d, to_mfn(from)))
			from++;
		e.addr = first << PAGE_SHIFT;
		e.size = (from - first) << PAGE_SHIFT;
		if (e.size != 0)
			rc = put_entry(o, &e);
		from++;
	}
	return rc;
}

int64_t memory_map_machine(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	unsigned int n;
	const struct xy_e820_entry *e = machine_e820(&n);
	struct xy_memory_map m;
	struct map_out o;
	uint64_t gap = 0;
	int rc = 0;

	(void)start;
	if (!v->domain->privileged)
		return -XY_EPERM;
	if (guest_read(&m, arg, sizeof(m)))
		return -XY_EFAULT;
	o = (struct map_out){ to_guest(m.buffer), m.nr_entries, 0 };
	for (unsigned int i = 0; rc == 0 && i < n; i++) {
		rc = put_denied(&o, v->domain, gap, e[i].addr);
		if (rc == 0)
			rc = put_entry(&o, &e[i]);
		gap = e[i].addr + e[i].size;
	}
	if (rc == 0)
		rc = put_denied(&o, v->domain, gap, ~0UL);
	if (rc != 0)
		return rc;
	m.nr_entries = o.count;
	return guest_write(arg, &m, sizeof(m));
}

static int grant_frames(struct domain *d, struct xy_mem_acquire_resource *r)
{
	for (uint32_t i = 0; i < r->nr_frames; i++) {
		mfn_t mfn;
		int rc;

		if (r->frame + i > GRANT_FRAMES_LIMIT)
			return -XY_EINVAL;
		rc = grant_frame(d, (unsigned int)(r->frame + i), &mfn);
		if (rc == 0)
			rc = guest_write_elem(to_guest(r->frame_list), i,
					      &mfn.n, sizeof(mfn.n));
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int acquire(struct domain *d, struct xy_mem_acquire_resource *r)
{
	unsigned int now, most;

	if (r->type != XY_MEM_resource_grant_table)
		return -XY_EOPNOTSUPP;
	if (r->id != XY_MEM_resource_grant_table_id_shared || d->dying)
		return -XY_EINVAL;
	if (r->frame_list != 0) {
		if (r->frame > GRANT_FRAMES_LIMIT || r->nr_frames == 0 ||
		    r->nr_frames > GRANT_FRAMES_LIMIT)
			return -XY_EINVAL;
		return grant_frames(d, r);
	}
	if (r->nr_frames != 0)
		return -XY_EINVAL;
	grant_size(d, &now, &most);
	r->nr_frames = most;
	return 0;
}

int64_t memory_acquire(struct vcpu *v, guest_va_t arg, uint64_t *start)
{
	struct xy_mem_acquire_resource r;
	struct domain *d;
	int rc;

	(void)start;
	if (guest_read(&r, arg, sizeof(r)))
		return -XY_EFAULT;
	if (r.pad != 0)
		return -XY_EINVAL;
	rc = dom_resolve(v, r.domid, &d);
	if (rc != 0)
		return rc;
	rc = acquire(d, &r);
	dom_put(d);
	return rc ? rc : guest_write(arg, &r, sizeof(r));
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Grants from the mapper's side: mapping, unmapping, the maptrack.
 *
 *   reserve a handle -> pin the entry -> take the frame -> write the L1 entry
 *   -> the handle is valid                       (undone backwards on failure)
 *
 * 1. A maptrack entry keeps pins, a frame user of its own and a reference on
 *    the granter until nothing of the map is left: whatever the guest does to
 *    its page tables, and whichever of the two domains dies first.
 * 2. An unmap marks its entry busy before it looks at it: of two CPUs with one
 *    handle the second gets bad_handle.
 * 3. Frames and pins go only after the mapping domain's CPUs were flushed, one
 *    flush for a batch.  The flush is a full one: the same L1 table may stand
 *    at several addresses.
 * 4. A dying domain waits for handles that its vCPUs still have in flight.
 *
 * Lock: the mapper's grant lock for the maptrack; never together with a
 * granter's.
 *
 * Next station of the tour: core/grant_copy.c.
 */
#include "abi/errno.h"
#include "core/arch.h"
#include "core/grant_table.h"
#include "core/pool.h"
#include "core/pt.h"
#include "core/pte.h"
#include "lib/assert.h"

#define DESTROY_STEP	256u

static struct map_entry *map_of(const struct grant_table *t, uint32_t handle)
{
	if (handle / MAPS_PER_CHUNK >= t->chunks)
		return NULL;
	return &t->maps[handle / MAPS_PER_CHUNK][handle % MAPS_PER_CHUNK];
}

/* One more chunk of free handles; lock held. */
static bool add_chunk(struct grant_table *t)
{
	struct map_entry *chunk;
	uint32_t first = t->chunks * MAPS_PER_CHUNK;

	if (t->chunks == t->max_chunks)
		return false;
	if (t->maps == NULL)
		t->maps = pool_alloc_array(t->max_chunks, sizeof(*t->maps));
	if (t->maps == NULL)
		return false;
	chunk = pool_alloc_array(MAPS_PER_CHUNK, sizeof(*chunk));
	if (chunk == NULL)
		return false;
	for (uint32_t i = 0; i < MAPS_PER_CHUNK; i++)
		chunk[i].next_free = i + 1 < MAPS_PER_CHUNK ? first + i + 1 :
				     t->free_map;
	t->maps[t->chunks++] = chunk;
	t->free_map = first;
	return true;
}

bool grant_maps_first(struct grant_table *t)
{
	return add_chunk(t);
}

static bool reserve(struct domain *d, uint32_t *handle)
{
	struct grant_table *t = d->grants;
	bool ok;

	lock_take(&d->grant_lock);
	ok = !t->gone && (t->free_map != NO_HANDLE || add_chunk(t));
	if (ok) {
		*handle = t->free_map;
		t->free_map = map_of(t, *handle)->next_free;
		t->maps_in_flight++;
		t->maps_used++;
	}
	lock_drop(&d->grant_lock);
	return ok;
}

/* Lock held. */
static void put_handle(struct grant_table *t, uint32_t handle)
{
	*map_of(t, handle) = (struct map_entry){ .next_free = t->free_map };
	t->free_map = handle;
	t->maps_used--;
}

static void cancel(struct domain *d, uint32_t handle)
{
	lock_take(&d->grant_lock);
	put_handle(d->grants, handle);
	d->grants->maps_in_flight--;
	lock_drop(&d->grant_lock);
}

static void publish(struct domain *d, uint32_t handle,
		    const struct map_entry *m)
{
	lock_take(&d->grant_lock);
	*map_of(d->grants, handle) = *m;
	d->grants->maps_in_flight--;
	lock_drop(&d->grant_lock);
	/* From here the guest may unmap it, on any of its vCPUs. */
}

static unsigned int pins_of(unsigned int flags)
{
	return !!(flags & MAP_HOST) + !!(flags & MAP_DEV);
}

static uint64_t l1e_for(mfn_t mfn, uint32_t flags)
{
	uint64_t avail = flags >> XY_GNTMAP_guest_avail0_bit & 7;

	return pte_make(mfn, PTE_P | PTE_A | PTE_D | PTE_NX | avail << 9 |
			(flags & MAP_RO ? 0 : PTE_RW) |
			(flags & XY_GNTMAP_application_map ? PTE_U : 0));
}

static int16_t write_entry(struct vcpu *v, const struct map_entry *m,
			   const struct xy_gnttab_map_grant_ref *op)
{
	int rc;

	if (!(op->flags & MAP_HOST))
		return XY_GNTST_okay;
	rc = pt_grant_map(v, m->granter, op->host_addr, op->flags & MAP_PTE,
			  l1e_for(m->mfn, op->flags));
	if (rc == 0)
		return XY_GNTST_okay;
	return rc == -XY_EINVAL ? XY_GNTST_bad_virt_addr :
	       XY_GNTST_general_error;
}

/* Fills m, with its pins and its frame. */
static int16_t take_grant(struct vcpu *v, struct map_entry *m,
			  const struct xy_gnttab_map_grant_ref *op)
{
	bool write = !(op->flags & MAP_RO);
	unsigned int pins = pins_of(op->flags);
	int16_t status;

	status = grant_pin(m->granter, op->ref, v->domain->id, write, pins,
			   &m->mfn);
	if (status != XY_GNTST_okay)
		return status;
	if (!grant_frame_take(m->granter, m->mfn, write)) {
		grant_unpin(m->granter, op->ref, write, pins);
		return XY_GNTST_general_error;
	}
	status = write_entry(v, m, op);
	if (status != XY_GNTST_okay) {
		grant_frame_drop(m->mfn, write);
		grant_unpin(m->granter, op->ref, write, pins);
	}
	return status;
}

void grant_map(struct vcpu *v, struct domain *granter,
	       struct xy_gnttab_map_grant_ref *op)
{
	struct domain *d = v->domain;
	struct map_entry m = {
		.granter = granter,
		.ref = op->ref,
		.flags = op->flags & (MAP_DEV | MAP_HOST | MAP_RO | MAP_PTE),
	};
	uint32_t handle;

	if (!(op->flags & (MAP_HOST | MAP_DEV))) {
		op->status = XY_GNTST_bad_gntref;
		return;
	}
	if (!reserve(d, &handle)) {
		op->status = XY_GNTST_no_space;
		return;
	}
	op->status = take_grant(v, &m, op);
	if (op->status != XY_GNTST_okay) {
		cancel(d, handle);
		return;
	}
	dom_hold(granter);
	publish(d, handle, &m);
	op->handle = handle;
	op->dev_bus_addr = mfn_to_maddr(m.mfn).a;
}

/* ---- unmapping ---- */

/*
 * The entry behind a handle, made busy, as a copy.  False: there is none, or
 * another unmap is at work on it.
 */
static bool begin_unmap(struct domain *d, uint32_t handle,
			struct map_entry *copy)
{
	struct map_entry *m;
	bool ok;

	lock_take(&d->grant_lock);
	m = map_of(d->grants, handle);
	ok = m && m->granter && !(m->flags & MAP_BUSY);
	if (ok) {
		*copy = *m;
		m->flags |= MAP_BUSY;
	}
	lock_drop(&d->grant_lock);
	return ok;
}

/* Takes `ended` off the entry and lets go of it; true when none is left. */
static bool end_unmap(struct domain *d, uint32_t handle, unsigned int ended)
{
	struct map_entry *m;
	bool last;

	lock_take(&d->grant_lock);
	m = map_of(d->grants, handle);
	m->flags = (uint8_t)(m->flags & ~(ended | MAP_BUSY));
	last = !(m->flags & (MAP_HOST | MAP_DEV));
	if (last)
		put_handle(d->grants, handle);
	lock_drop(&d->grant_lock);
	return last;
}

static bool in_batch(const struct grant_batch *b, uint32_t handle)
{
	for (unsigned int i = 0; i < b->count; i++)
		if (b->undo[i].handle == handle)
			return true;
	return false;
}

/* What of the map ends; 0: nothing does, and *status says why. */
static unsigned int undo_entry(struct vcpu *v, const struct map_entry *m,
			       const struct xy_gnttab_unmap_grant_ref *op,
			       int16_t *status)
{
	unsigned int what = 0;

	if (op->dev_bus_addr && op->dev_bus_addr != mfn_to_maddr(m->mfn).a) {
		*status = XY_GNTST_bad_dev_addr;
		return 0;
	}
	if (op->dev_bus_addr)
		what |= m->flags & MAP_DEV;
	if (!op->host_addr || !(m->flags & MAP_HOST))
		return what;
	if (pt_grant_unmap(v, op->host_addr, m->flags & MAP_PTE, m->mfn,
			   !(m->flags & MAP_RO))) {
		*status = XY_GNTST_bad_virt_addr;
		return 0;
	}
	return what | MAP_HOST;
}

int16_t grant_unmap(struct vcpu *v, struct grant_batch *b,
		    const struct xy_gnttab_unmap_grant_ref *op)
{
	int16_t status = XY_GNTST_okay;
	struct map_entry m;
	unsigned int what;

	if (b->count == GRANT_BATCH || in_batch(b, op->handle))
		grant_unmap_finish(v, b);
	if (!begin_unmap(v->domain, op->handle, &m))
		return XY_GNTST_bad_handle;
	what = undo_entry(v, &m, op, &status);
	if (what == 0) {
		/* It had something before, and has it still. */
		end_unmap(v->domain, op->handle, 0);
		return status;
	}
	b->flush |= (what & MAP_HOST) != 0;
	b->undo[b->count++] = (struct grant_undo){
		.granter = m.granter, .mfn = m.mfn, .ref = m.ref,
		.handle = op->handle, .what = (uint8_t)(what |
						       (m.flags & MAP_RO)),
	};
	return status;
}

static void finish_one(struct domain *d, const struct grant_undo *u)
{
	bool write = !(u->what & MAP_RO);
	unsigned int ended = u->what & (MAP_HOST | MAP_DEV);

	if (ended & MAP_HOST)
		pt_grant_put(u->mfn, write);
	grant_unpin(u->granter, u->ref, write, pins_of(ended));
	if (!end_unmap(d, u->handle, ended))
		return;
	grant_frame_drop(u->mfn, write);
	dom_put(u->granter);
}

void grant_unmap_finish(struct vcpu *v, struct grant_batch *b)
{
	struct domain *d = v->domain;

	if (b->flush)
		arch_tlb_flush(__atomic_load_n(&d->dirty_cpus,
					       __ATOMIC_ACQUIRE));
	for (unsigned int i = 0; i < b->count; i++)
		finish_one(d, &b->undo[i]);
	b->count = 0;
	b->flush = false;
}

/* ---- death of the mapper ---- */

/*
 * Gives one map up: its pins and the maptrack's own user.  The L1 entry's user
 * goes with the page tables.  -XY_ERESTART: an unmap is at work on it.
 */
static int give_up(struct domain *d, uint32_t handle)
{
	struct map_entry m;

	lock_take(&d->grant_lock);
	m = *map_of(d->grants, handle);
	if (m.granter && !(m.flags & MAP_BUSY))
		put_handle(d->grants, handle);
	lock_drop(&d->grant_lock);
	if (m.granter == NULL)
		return 0;
	if (m.flags & MAP_BUSY)
		return -XY_ERESTART;
	grant_unpin(m.granter, m.ref, !(m.flags & MAP_RO), pins_of(m.flags));
	grant_frame_drop(m.mfn, !(m.flags & MAP_RO));
	dom_put(m.granter);
	return 0;
}

static bool in_flight(struct domain *d)
{
	bool any;

	lock_take(&d->grant_lock);
	any = d->grants->maps_in_flight != 0;
	lock_drop(&d->grant_lock);
	return any;
}

int grant_maps_destroy_step(struct domain *d)
{
	struct grant_table *t = d->grants;

	if (in_flight(d))
		return -XY_ERESTART;
	for (unsigned int i = 0; i < DESTROY_STEP; i++) {
		if (t->destroy_at == t->chunks * MAPS_PER_CHUNK)
			return 0;
		if (give_up(d, t->destroy_at))
			return -XY_ERESTART;
		t->destroy_at++;
	}
	return -XY_ERESTART;
}

void grant_maps_free(struct grant_table *t)
{
	CHECK(t->maps_used == 0);
	for (unsigned int i = 0; i < t->chunks; i++)
		pool_free(t->maps[i]);
	pool_free(t->maps);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Grants from the granter's side: the shared table, and pins on its entries.
 *
 * 1. flags and domid are read, judged and changed as one word, by compare and
 *    swap, a bounded number of times: a guest that keeps changing them loses.
 * 2. The frame number is read once, after the reading bit is seen set by us;
 *    from then on only the active entry counts.
 * 3. The reading and writing bits go exactly when their last pin goes: a bit
 *    left behind would cost the guest a page for ever.
 * 4. A dying domain's table takes no new pins; pins that others still hold
 *    are counted down without touching the shared frames, which are given up.
 *
 * Lock: the granter's grant lock.  Frames are taken by the callers, outside.
 *
 * Next station of the tour: core/grant_map.c.
 */
#include "core/grant.h"
#include "abi/errno.h"
#include "core/arch.h"
#include "core/con.h"
#include "core/frame.h"
#include "core/grant_table.h"
#include "core/heap.h"
#include "core/pool.h"
#include "lib/assert.h"

#define CLAIM_TRIES	5
#define PINS_MAX	0xfffffff0u

static bool limit_ok(unsigned int *value, unsigned int fallback,
		     unsigned int most)
{
	if (*value == 0 || *value == ~0u)
		*value = fallback;
	return *value <= most;
}

int grant_create(struct domain *d, unsigned int max_frames,
		 unsigned int max_maptrack)
{
	struct grant_table *t;

	if (!limit_ok(&max_frames, GRANT_FRAMES_DEFAULT, GRANT_FRAMES_LIMIT) ||
	    !limit_ok(&max_maptrack, GRANT_MAPTRACK_DEFAULT,
		      GRANT_MAPTRACK_LIMIT))
		return -XY_EINVAL;
	t = pool_alloc(sizeof(*t));
	if (t == NULL)
		return -XY_ENOMEM;
	t->max_frames = max_frames;
	t->max_chunks = max_maptrack * (MAPS_PER_FRAME / MAPS_PER_CHUNK);
	t->free_map = NO_HANDLE;
	t->shared = pool_alloc_array(max_frames, sizeof(*t->shared));
	t->active = pool_alloc_array(max_frames, sizeof(*t->active));
	if (t->shared == NULL || t->active == NULL) {
		pool_free(t->shared);
		pool_free(t->active);
		pool_free(t);
		return -XY_ENOMEM;
	}
	d->grants = t;
	/* Who serves others will map: that costs it no memory later. */
	if (d->privileged && !grant_maps_first(t))
		return -XY_ENOMEM;
	return grant_grow(d, 1);
}

void grant_free(struct domain *d)
{
	struct grant_table *t = d->grants;

	if (t == NULL)
		return;
	/* Every pin of another holds a reference on d: there is none left. */
	CHECK(t->pins == 0 && (t->unshared || t->frames == 0));
	grant_maps_free(t);
	for (unsigned int i = 0; i < t->frames; i++)
		pool_free(t->active[i]);
	pool_free(t->shared);
	pool_free(t->active);
	pool_free(t);
	d->grants = NULL;
}

/* Lock held. */
static int add_frame(struct domain *d, struct grant_table *t)
{
	struct active_entry *active;
	mfn_t mfn;

	active = pool_alloc_array(ENTRIES_PER_FRAME, sizeof(*active));
	mfn = heap_alloc_zeroed(0);
	if (active == NULL || mfn_none(mfn)) {
		pool_free(active);
		if (!mfn_none(mfn))
			heap_free(mfn, 0);
		return -XY_ENOMEM;
	}
	t->active[t->frames] = active;
	t->shared[t->frames] = arch_frame_ptr(mfn);
	t->frames++;
	frame_share(d, mfn);
	/* From here the guest may write entries into it. */
	return 0;
}

int grant_grow(struct domain *d, unsigned int count)
{
	struct grant_table *t = d->grants;
	int rc = 0;

	lock_take(&d->grant_lock);
	if (count > t->max_frames || t->gone)
		rc = -XY_EINVAL;
	while (rc == 0 && t->frames < count)
		rc = add_frame(d, t);
	lock_drop(&d->grant_lock);
	return rc;
}

int grant_frame(struct domain *d, unsigned int idx, mfn_t *out)
{
	int rc;

	if (idx >= GRANT_FRAMES_LIMIT)
		return -XY_EINVAL;
	rc = grant_grow(d, idx + 1);
	if (rc == 0)	/* written once, before the table counts it */
		*out = arch_ptr_frame(d->grants->shared[idx]);
	return rc;
}

void grant_size(struct domain *d, unsigned int *now, unsigned int *most)
{
	*now = d->grants->frames;
	*most = d->grants->max_frames;
}

static bool fits(uint32_t word, uint16_t by, bool write)
{
	if ((word & XY_GTF_type_mask) != XY_GTF_permit_access ||
	    word & XY_GTF_sub_page || word >> 16 != by)
		return false;
	return !write || !(word & XY_GTF_readonly);
}

/* Sets reading, and writing for a write, if the entry still promises it. */
static bool claim(struct shared_entry *s, uint16_t by, bool write)
{
	uint32_t add = XY_GTF_reading | (write ? XY_GTF_writing : 0);
	uint32_t word = __atomic_load_n(&s->word, __ATOMIC_SEQ_CST);

	for (int i = 0; i < CLAIM_TRIES; i++) {
		if (!fits(word, by, write))
			return false;
		if (__atomic_compare_exchange_n(&s->word, &word, word | add,
						false, __ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			return true;
	}
	return false;
}

/* Lock held. */
static int16_t pin(struct grant_table *t, uint32_t ref, uint16_t by,
		   bool write, unsigned int pins)
{
	struct shared_entry *s;
	struct active_entry *a;
	bool fresh;

	if (t->gone)
		return XY_GNTST_general_error;
	if (ref / ENTRIES_PER_FRAME >= t->frames)
		return XY_GNTST_bad_gntref;
	s = &t->shared[ref / ENTRIES_PER_FRAME][ref % ENTRIES_PER_FRAME];
	a = &t->active[ref / ENTRIES_PER_FRAME][ref % ENTRIES_PER_FRAME];
	fresh = a->readers == 0 && a->writers == 0;
	if (!fresh && (a->domid != by || a->readers > PINS_MAX - pins ||
		       a->writers > PINS_MAX - pins))
		return XY_GNTST_general_error;
	if ((fresh || (write && a->writers == 0)) && !claim(s, by, write))
		return XY_GNTST_general_error;
	if (fresh) {
		a->frame = __atomic_load_n(&s->frame, __ATOMIC_SEQ_CST);
		a->domid = by;
	}
	*(write ? &a->writers : &a->readers) += pins;
	t->pins += pins;
	return XY_GNTST_okay;
}

int16_t grant_pin(struct domain *granter, uint32_t ref, uint16_t by,
		  bool write, unsigned int pins, mfn_t *mfn)
{
	struct grant_table *t = granter->grants;
	int16_t status;

	lock_take(&granter->grant_lock);
	status = pin(t, ref, by, write, pins);
	if (status == XY_GNTST_okay)
		*mfn = to_mfn(t->active[ref / ENTRIES_PER_FRAME]
			      [ref % ENTRIES_PER_FRAME].frame);
	lock_drop(&granter->grant_lock);
	if (status != XY_GNTST_okay)
		dom_log(granter, "grant %u refused to d%u for %s", ref, by,
			write ? "writing" : "reading");
	return status;
}

void grant_unpin(struct domain *granter, uint32_t ref, bool write,
		 unsigned int pins)
{
	struct grant_table *t = granter->grants;
	struct active_entry *a;
	uint32_t *count, clear = 0;

	lock_take(&granter->grant_lock);
	a = &t->active[ref / ENTRIES_PER_FRAME][ref % ENTRIES_PER_FRAME];
	count = write ? &a->writers : &a->readers;
	CHECK(*count >= pins);
	*count -= pins;
	t->pins -= pins;
	if (write && a->writers == 0)
		clear = XY_GTF_writing;
	if (a->readers == 0 && a->writers == 0)
		clear |= XY_GTF_reading;
	if (clear && !t->gone)
		__atomic_fetch_and(&t->shared[ref / ENTRIES_PER_FRAME]
				   [ref % ENTRIES_PER_FRAME].word, ~clear,
				   __ATOMIC_SEQ_CST);
	lock_drop(&granter->grant_lock);
}

bool grant_frame_take(struct domain *granter, mfn_t mfn, bool write)
{
	if (write)
		return frame_take(granter, mfn, ROLE_DATA) == FRAME_DONE;
	return frame_hold(granter, mfn);
}

void grant_frame_drop(mfn_t mfn, bool write)
{
	if (write)
		frame_drop_simple(mfn, ROLE_DATA);
	else
		frame_release(mfn);
}

int grant_destroy_step(struct domain *d)
{
	struct grant_table *t = d->grants;

	lock_take(&d->grant_lock);
	t->gone = true;
	lock_drop(&d->grant_lock);
	/* From here nobody touches the shared frames or maps more. */
	if (!t->unshared) {
		for (unsigned int i = 0; i < t->frames; i++)
			frame_unshare(d, arch_ptr_frame(t->shared[i]));
		t->unshared = true;
	}
	return grant_maps_destroy_step(d);
}

static void log_pinned(const struct grant_table *t, uint32_t ref)
{
	const struct active_entry *a = &t->active[ref / ENTRIES_PER_FRAME]
						 [ref % ENTRIES_PER_FRAME];

	if (a->readers || a->writers)
		con_log("  ref %u frame %x by d%u: %u readers, %u writers\n",
			ref, a->frame, a->domid, a->readers, a->writers);
}

void grant_log(struct domain *d)
{
	const struct grant_table *t = d->grants;

	lock_take(&d->grant_lock);
	con_log("d%u: grants: %u of %u frames, %lu pins held by others, "
		"%u maps of its own\n", d->id, t->frames, t->max_frames,
		(unsigned long)t->pins, t->maps_used);
	for (uint32_t ref = 0; ref < t->frames * ENTRIES_PER_FRAME; ref++)
		log_pinned(t, ref);
	lock_drop(&d->grant_lock);
}

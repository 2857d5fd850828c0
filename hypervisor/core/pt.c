// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page-type law: what an entry promises, and what a table does.
 *
 * 1. A present entry holds a user of its frame: of role DATA if it is a
 *    writable L1 entry, of none if read-only, of the next lower level's role in
 *    L2 to L4.  Device frames have no record: a right is asked, nothing held.
 * 2. A table is validated whole (FIRST) or taken apart whole (LAST), 512
 *    entries at a time, under the owner's mm lock.  There is no state between.
 * 3. Levels only go down, so recursion is bounded by 4.
 * 4. Preemption while tables are validated: the unfinished ones are undone, the
 *    finished children are kept on the domain's work list by a hidden user,
 *    so that the next step finds them done.
 * 5. A dropped table goes, whole and with its role, to the drain list; the
 *    caller's hypercall does not return before the list is empty.  What was
 *    kept for a preempted call and is not needed any more goes there likewise.
 * 6. Before a frame becomes a table, CPUs that may know it writable are
 *    flushed; a foreign frame is let go only after a flush.
 *
 * Lock: mm, except for L1 entries.  Next: pt_update.c.
 */
#include "core/pt_int.h"
#include "abi/errno.h"
#include "core/arch.h"
#include "core/frame_owner.h"
#include "core/iomem.h"
#include "lib/assert.h"

unsigned int pt_step_entries = 4096;	/* constant */
static uint32_t work_done[MAX_CPUS];	/* each CPU its own */

void pt_work_add(unsigned int entries)
{
	work_done[arch_cpu()] += entries;
}

uint32_t pt_work_done(void)
{
	return work_done[arch_cpu()];
}

static int refuse_l1(const struct pt_request *r, uint64_t e, const char *why)
{
	dom_log(r->by ? r->by->domain : r->pt_owner,
		"L1 entry %lx of d%u for d%u refused: %s", (unsigned long)e,
		r->pt_owner->id, r->pg_owner->id, why);
	return -XY_EINVAL;
}

static int l1_take_device(const struct pt_request *r, uint64_t *e)
{
	struct domain *d = r->pg_owner;
	mfn_t mfn = pte_mfn(*e);

	if (d == dom_io)
		d = r->by ? r->by->domain : r->pt_owner;
	if (!iomem_allowed(d, mfn))
		return refuse_l1(r, *e, "no right to this device frame");
	if (iomem_read_only(mfn))
		*e &= ~PTE_RW;
	*e = pte_uncached(*e);
	return 0;
}

int l1_take(const struct pt_request *r, uint64_t *e)
{
	mfn_t mfn = pte_mfn(*e);
	bool ok;

	if (!pte_present(*e))
		return 0;
	if (!pte_flags_ok(1, *e, r->pt_owner->rights.iomem))
		return refuse_l1(r, *e, "bits");
	*e = pte_adjust(1, *e);
	if (!frame_is_ram(mfn))
		return l1_take_device(r, e);
	if (pte_writable(*e))
		ok = frame_take_data(r->pg_owner, mfn);
	else
		ok = frame_hold_ram(r->pg_owner, mfn);
	if (ok)
		return 0;
	return refuse_l1(r, *e, frame_owned_by(mfn, r->pg_owner) ?
			 "frame is a page table or is given up" :
			 "not the owner");
}

/* *flushed: no CPU can have met this entry since the last flush. */
static void l1_let_go(struct domain *table_owner, uint64_t e, bool *flushed)
{
	mfn_t mfn = pte_mfn(e);

	if (!pte_present(e) || !frame_is_ram(mfn))
		return;
	if (!*flushed && frame_foreign(mfn, table_owner)) {
		arch_tlb_flush(__atomic_load_n(&table_owner->dirty_cpus,
					       __ATOMIC_ACQUIRE));
		*flushed = true;
	}
	pt_grant_put(mfn, pte_writable(e));
}

void l1_drop(struct domain *table_owner, uint64_t e)
{
	bool flushed = false;

	l1_let_go(table_owner, e, &flushed);
}

void pt_grant_put(mfn_t mfn, bool rw)
{
	if (rw)
		frame_drop_simple(mfn, ROLE_DATA);
	else
		frame_release(mfn);
}

int upper_take(struct domain *d, unsigned int level, uint64_t *e,
	       unsigned int *budget)
{
	if (!pte_flags_ok(level, *e, false)) {
		dom_log(d, "L%u entry %lx refused: bits", level,
			(unsigned long)*e);
		return -XY_EINVAL;
	}
	*e = pte_adjust(level, *e);
	return table_take(d, level - 1, pte_mfn(*e), budget);
}

static int entry_take(struct domain *d, unsigned int level, uint64_t *e,
		      unsigned int *budget)
{
	struct pt_request own = { .pt_owner = d, .pg_owner = d };

	return level == 1 ? l1_take(&own, e) : upper_take(d, level, e, budget);
}

static void entry_drop(struct domain *d, unsigned int level, uint64_t e)
{
	if (level == 1)
		l1_drop(d, e);
	else
		table_drop(d, level - 1, pte_mfn(e));
}

/* ---- the list of finished tables ---- */

static void work_push(struct domain *d, mfn_t mfn)
{
	struct dom_mm *mm = d->mm;

	frame_set_link(mfn, mm->work);
	mm->work = (uint32_t)mfn.n;
	mm->work_tag = arch_current();
}

/* However long the list is: pt_drain() lets go of its tables. */
void work_release(struct domain *d)
{
	struct dom_mm *mm = d->mm;

	if (mm->work == FRAME_NO_LINK)
		return;
	CHECK(mm->release == FRAME_NO_LINK);	/* callers have drained */
	mm->release = mm->work;
	mm->work = FRAME_NO_LINK;
	d->drain_due = true;
	arch_kick(arch_cpu());
}

void work_end(struct domain *d)
{
	if (d->mm->work != FRAME_NO_LINK && d->mm->work_tag == arch_current())
		work_release(d);
}

/* The step ends inside this table: its finished children stay finished. */
static void entry_keep(struct domain *d, unsigned int level, uint64_t e)
{
	mfn_t mfn = pte_mfn(e);

	if (level == 1) {
		l1_drop(d, e);
	} else if (frame_drop(mfn, level_role(level - 1)) == FRAME_LAST) {
		frame_keep(mfn);
		work_push(d, mfn);
	}
}

/* ---- tables ---- */

/* What looking through an empty table costs, in entries: 32 of 4096. */
static unsigned int table_cost(void)
{
	return pt_step_entries / 128;
}

static void spend(unsigned int *budget, unsigned int entries)
{
	pt_work_add(entries);
	*budget -= entries < *budget ? entries : *budget;
}

/*
 * The first entry from i on that a table of this level answers for, or
 * PT_ENTRIES. Most tables are nearly empty: eight entries are passed at a time.
 */
static unsigned int next_entry(const uint64_t *t, unsigned int level,
			       unsigned int i)
{
	while (i < PT_ENTRIES) {
		if (i % 8 == 0 &&
		    !pte_present(t[i] | t[i + 1] | t[i + 2] | t[i + 3] |
				 t[i + 4] | t[i + 5] | t[i + 6] | t[i + 7])) {
			i += 8;
			continue;
		}
		if (pte_present(t[i]) && !(level == 4 && l4_slot_is_hv(i)))
			return i;
		i++;
	}
	return i;
}

static int table_validate(struct domain *d, unsigned int level, mfn_t mfn,
			  unsigned int *budget)
{
	uint64_t *table = arch_frame_ptr(mfn);
	unsigned int i, taken = 0;
	int rc = 0;

	spend(budget, table_cost());
	for (i = next_entry(table, level, 0); i < PT_ENTRIES;
	     i = next_entry(table, level, i + 1)) {
		uint64_t e = table[i], old = e;

		if (*budget == 0)
			rc = -XY_ERESTART;
		else
			rc = entry_take(d, level, &e, budget);
		if (rc != 0)
			break;
		*budget -= *budget != 0;
		taken++;
		if (e != old)
			table[i] = e;
	}
	pt_work_add(taken);
	if (rc == 0)
		return 0;
	for (unsigned int j = next_entry(table, level, 0); j < i;
	     j = next_entry(table, level, j + 1)) {
		if (rc == -XY_ERESTART)
			entry_keep(d, level, table[j]);
		else
			entry_drop(d, level, table[j]);
	}
	return rc;
}

int table_take(struct domain *d, unsigned int level, mfn_t mfn,
	       unsigned int *budget)
{
	int rc = -XY_EINVAL;

	switch (frame_take(d, mfn, level_role(level))) {
	case FRAME_DONE:
		return 0;
	case FRAME_FIRST:
		frame_flush_stale(mfn);
		rc = table_validate(d, level, mfn, budget);
		if (rc != 0) {
			frame_take_cancel(mfn);
			return rc;
		}
		if (level == 4)
			arch_l4_fill(arch_frame_ptr(mfn));
		frame_ready(mfn);
		return 0;
	case FRAME_REFUSED:
	case FRAME_LAST:
		break;
	}
	if (!frame_owned_by(mfn, d))
		dom_log(d, "frame %lx refused as L%u: not the owner",
			(unsigned long)mfn.n, level);
	else
		dom_log(d, "frame %lx refused as L%u: role %u, %u of %u users",
			(unsigned long)mfn.n, level, frame_role(mfn),
			frame_role_users(mfn), frame_users(mfn));
	return rc;
}

/* CPUs that idle on this root, which no vCPU has any more. */
static void leave_root(struct domain *d, mfn_t mfn)
{
	uint64_t left = __atomic_load_n(&d->dirty_cpus, __ATOMIC_ACQUIRE);
	uint64_t cpus = 0;

	for (; left != 0; left &= left - 1) {
		unsigned int cpu = (unsigned int)__builtin_ctzl(left);

		if (mfn_same(arch_cpu_root(cpu), mfn))
			cpus |= 1UL << cpu;
	}
	if (cpus != 0)
		arch_leave_root(cpus);
}

void table_drop(struct domain *d, unsigned int level, mfn_t mfn)
{
	if (frame_drop(mfn, level_role(level)) != FRAME_LAST)
		return;
	if (level == 4) {
		arch_root_changed(mfn);
		leave_root(d, mfn);
	}
	frame_set_link(mfn, d->mm->drain);
	d->mm->drain = (uint32_t)mfn.n;
	d->drain_due = true;
	arch_kick(arch_cpu());
}

/*
 * Its children may join the drain list; it is an ordinary frame afterwards. No
 * entry leads to it any more, so one flush serves all foreign frames in it.
 */
static unsigned int table_undo(struct domain *d, mfn_t mfn)
{
	unsigned int level = role_level(frame_role(mfn));
	uint64_t *table = arch_frame_ptr(mfn);
	unsigned int dropped = 0;
	bool flushed = false;

	for (unsigned int i = next_entry(table, level, 0); i < PT_ENTRIES;
	     i = next_entry(table, level, i + 1)) {
		if (level == 1)
			l1_let_go(d, table[i], &flushed);
		else
			table_drop(d, level - 1, pte_mfn(table[i]));
		dropped++;
	}
	frame_undone(mfn);
	return dropped + table_cost();
}

bool drain_some(struct domain *d, unsigned int *budget)
{
	struct dom_mm *mm = d->mm;

	while (mm->release != FRAME_NO_LINK) {
		mfn_t mfn = to_mfn(mm->release);

		if (*budget == 0)
			return false;
		mm->release = frame_link(mfn);
		table_drop(d, role_level(frame_role(mfn)), mfn);
		--*budget;
	}
	while (mm->drain != FRAME_NO_LINK) {
		mfn_t mfn = to_mfn(mm->drain);
		if (*budget == 0)
			return false;
		mm->drain = frame_link(mfn);
		spend(budget, table_undo(d, mfn));
	}
	d->drain_due = false;
	return true;
}

int pt_drain(struct domain *d)
{
	unsigned int budget = pt_step_entries;
	bool empty;

	lock_take(&d->mm_lock);
	empty = drain_some(d, &budget);
	lock_drop(&d->mm_lock);
	return empty ? 0 : -XY_ERESTART;
}

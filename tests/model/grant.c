// SPDX-License-Identifier: GPL-2.0-only
/*
 * Grants at random against a reference, many short lives.
 *
 * Four domains grant each other a few pages, map them over each other into a
 * few entries, unmap halves, overwrite entries, hold sides of copies open, and
 * die at any moment.  After every step the users and roles of every page, the
 * flags of every grant entry, every L1 entry and every reference are what the
 * reference says; at the end of a life nothing is left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fakes/grants.h"
#include "abi/errno.h"
#include "core/dom_mm.h"
#include "core/grant_table.h"
#include "core/pt.h"
#include "model/random.h"

#define DOMS	FAKE_DOMS
#define REFS	5u		/* grant entries in play, from 8 on */
#define FIRST	8u
#define PAGES	3u
#define SLOTS	6u		/* L1 entries in play */
#define MAPS	40u
#define SIDES	3u
#define LIVES	1500u
#define STEPS	250u
#define HOST	XY_GNTMAP_host_map
#define DEV	XY_GNTMAP_device_map
#define RO	XY_GNTMAP_readonly

struct ref_entry {		/* what the guest last wrote */
	bool open, readonly;
	unsigned int to, owner, page;	/* page of which domain */
};

struct ref_map {
	unsigned int by, from, ref, flags, owner, page;
	uint32_t handle;
	bool used;
};

struct ref_slot {
	bool used, rw;
	unsigned int owner, page;
};

struct ref_side {
	struct grant_side side;
	unsigned int by, from, ref, owner, page;
};

static struct {
	struct ref_entry entry[DOMS][REFS];
	struct ref_slot slot[DOMS][SLOTS];
	struct ref_map map[MAPS];
	struct ref_side side[SIDES];
	bool dead[DOMS];
} ref;

static uint64_t seed = 0x853c49e6748fea9bUL;
static unsigned int life, step;
static unsigned int maps, unmaps, sides;	/* that worked */

static uint32_t pick(uint32_t below)
{
	return (uint32_t)(random_word(&seed) >> 11) % below;
}

static void check(bool ok, const char *what, unsigned int d, unsigned int n)
{
	if (ok)
		return;
	fprintf(stderr, "life %u step %u: d%u %u: %s\n", life, step, d, n,
		what);
	abort();
}

static bool pinned_by(const struct ref_map *m, unsigned int d, unsigned int r)
{
	return m->used && m->from == d && m->ref == r;
}

static bool side_pins(const struct ref_side *s, unsigned int d,
		      unsigned int r)
{
	return s->side.open && s->from == d && s->ref == r;
}

/* Pins on an entry; *frame: any of those that hold it, for its page. */
static void count_pins(unsigned int d, unsigned int r, unsigned int *readers,
		       unsigned int *writers, unsigned int *owner,
		       unsigned int *page, unsigned int *by)
{
	*readers = *writers = 0;
	for (unsigned int i = 0; i < MAPS; i++) {
		const struct ref_map *m = &ref.map[i];

		if (!pinned_by(m, d, r))
			continue;
		*(m->flags & RO ? readers : writers) += 1;
		*owner = m->owner;
		*page = m->page;
		*by = m->by;
	}
	for (unsigned int i = 0; i < SIDES; i++) {
		const struct ref_side *s = &ref.side[i];

		if (!side_pins(s, d, r))
			continue;
		*(s->side.write ? writers : readers) += 1;
		*owner = s->owner;
		*page = s->page;
		*by = s->by;
	}
}

/* May `by` use this entry so?  Then *owner and *page are what it gets. */
static bool allowed(unsigned int d, unsigned int r, unsigned int by,
		    bool write, unsigned int *owner, unsigned int *page)
{
	const struct ref_entry *e = &ref.entry[d][r];
	unsigned int readers, writers, holder = by;

	if (ref.dead[d])
		return false;
	count_pins(d, r, &readers, &writers, owner, page, &holder);
	if ((readers || writers) && holder != by)
		return false;
	if ((!readers && !writers) || (write && !writers)) {
		if (!e->open || e->to != by || (write && e->readonly))
			return false;
	}
	if (!readers && !writers) {
		*owner = e->owner;
		*page = e->page;
	}
	return *owner == d;	/* only an own page can be granted */
}

/* ---- steps ---- */

/* As a kernel does: only while nobody uses the entry. */
static void do_grant(unsigned int d)
{
	unsigned int r = pick(REFS);
	struct ref_entry *e = &ref.entry[d][r];
	unsigned int busy = XY_GTF_reading | XY_GTF_writing;

	if (ref.dead[d] || world_entry(d, FIRST + r)->flags & busy)
		return;
	*e = (struct ref_entry){
		.open = pick(5), .readonly = !pick(3), .to = pick(DOMS),
		.owner = pick(8) ? d : pick(DOMS), .page = pick(PAGES),
	};
	world_grant(d, FIRST + r, (uint16_t)e->to,
		    world.page[e->owner][e->page],
		    (e->open ? XY_GTF_permit_access : 0) |
		    (e->readonly ? XY_GTF_readonly : 0));
}

static struct ref_map *free_map(void)
{
	for (unsigned int i = 0; i < MAPS; i++)
		if (!ref.map[i].used)
			return &ref.map[i];
	return NULL;
}

static void do_map(unsigned int by)
{
	static const uint32_t kinds[] = { HOST, HOST, DEV, HOST | DEV };
	unsigned int from = pick(DOMS), r = pick(REFS), slot = pick(SLOTS);
	struct xy_gnttab_map_grant_ref op = {
		.ref = FIRST + r, .dom = (uint16_t)from,
		.flags = kinds[pick(4)] | (pick(2) ? RO : 0),
	};
	struct ref_map *m = free_map();
	unsigned int owner = 0, page = 0;
	bool ok, write = !(op.flags & RO);

	if (m == NULL || ref.dead[by])
		return;
	op.host_addr = pick(2) ? WORLD_VA + slot * PAGE_SIZE :
		       world_pte_addr(by, slot);
	if (op.host_addr < WORLD_VA)
		op.flags |= XY_GNTMAP_contains_pte;
	ok = allowed(from, r, by, write, &owner, &page);
	grant_map(world.vcpu[by], world.dom[from], &op);
	check((op.status == XY_GNTST_okay) == ok, "map: status", by, r);
	if (!ok)
		return;
	maps++;
	*m = (struct ref_map){ .used = true, .by = by, .from = from,
		.ref = r, .flags = op.flags & (HOST | DEV | RO |
					       XY_GNTMAP_contains_pte),
		.owner = owner, .page = page, .handle = op.handle };
	check(op.dev_bus_addr == world.page[owner][page].n << PAGE_SHIFT,
	      "map: frame", by, r);
	if (op.flags & HOST)
		ref.slot[by][slot] = (struct ref_slot){ true, write, owner,
							page };
}

/* A slot holds what this map put there, or the like of it. */
static bool slot_fits(const struct ref_map *m, unsigned int slot)
{
	const struct ref_slot *s = &ref.slot[m->by][slot];

	return s->used && s->owner == m->owner && s->page == m->page &&
	       s->rw == !(m->flags & RO);
}

static void do_unmap(unsigned int unused)
{
	struct ref_map *m = &ref.map[pick(MAPS)];
	unsigned int slot = pick(SLOTS), n = 1 + pick(3), ended = 0;
	struct xy_gnttab_unmap_grant_ref op = { .handle = m->handle };
	struct grant_batch b = { .count = 0 };
	int want = XY_GNTST_okay, got;

	(void)unused;
	if (!m->used || ref.dead[m->by])
		return;
	if (n & 1)
		op.host_addr = m->flags & XY_GNTMAP_contains_pte ?
			       world_pte_addr(m->by, slot) :
			       WORLD_VA + slot * PAGE_SIZE;
	if (n & 2)
		op.dev_bus_addr = world.page[m->owner][m->page].n <<
				  PAGE_SHIFT;
	if (op.dev_bus_addr)
		ended |= m->flags & DEV;
	if (op.host_addr && m->flags & HOST) {
		if (slot_fits(m, slot))
			ended |= HOST;
		else
			want = XY_GNTST_bad_virt_addr;
	}
	got = grant_unmap(world.vcpu[m->by], &b, &op);
	grant_unmap_finish(world.vcpu[m->by], &b);
	check(got == want, "unmap: status", m->by, m->handle);
	if (want != XY_GNTST_okay)
		return;
	unmaps += ended != 0;
	if (ended & HOST)
		ref.slot[m->by][slot].used = false;
	m->flags &= ~ended;
	m->used = m->flags & (HOST | DEV);
}

static void do_overwrite(unsigned int d)
{
	unsigned int slot = pick(SLOTS);
	struct pt_request r = {
		.pt_owner = world.dom[d], .pg_owner = world.dom[d],
		.by = world.vcpu[d],
	};

	if (ref.dead[d] || pick(4))
		return;
	check(pt_update(&r, to_maddr(world_pte_addr(d, slot)), 0) == 0,
	      "overwrite", d, slot);
	ref.slot[d][slot].used = false;
}

static void do_side(unsigned int by)
{
	struct ref_side *s = &ref.side[pick(SIDES)];
	unsigned int r = pick(REFS), from = pick(DOMS);
	bool ok;

	if (s->side.open) {
		grant_side_end(&s->side);
		dom_put(s->side.peer);
		s->side.peer = NULL;
		return;
	}
	if (ref.dead[by])
		return;
	s->side = (struct grant_side){ .peer = world.dom[from],
				       .id = FIRST + r, .write = pick(2) };
	ok = allowed(from, r, by, s->side.write, &s->owner, &s->page);
	check((grant_side_begin(&s->side, world.dom[by]) ==
	       XY_GNTST_okay) == ok, "side: status", by, r);
	s->by = by;
	s->from = from;
	s->ref = r;
	sides += ok;
	if (ok)
		dom_hold(s->side.peer);
	else
		s->side.peer = NULL;
}

static void do_die(unsigned int d)
{
	if (ref.dead[d] || pick(60))
		return;
	world_kill(d);
	ref.dead[d] = true;
	for (unsigned int i = 0; i < MAPS; i++)
		if (ref.map[i].used && ref.map[i].by == d)
			ref.map[i].used = false;
	for (unsigned int i = 0; i < SLOTS; i++)
		ref.slot[d][i].used = false;
}

/* ---- comparison ---- */

static void compare_page(unsigned int d, unsigned int p)
{
	mfn_t mfn = world.page[d][p];
	unsigned int users = 0, writers = 0;

	for (unsigned int i = 0; i < MAPS; i++) {
		const struct ref_map *m = &ref.map[i];

		if (!m->used || m->owner != d || m->page != p)
			continue;
		users++;
		writers += !(m->flags & RO);
	}
	for (unsigned int i = 0; i < DOMS * SLOTS; i++) {
		const struct ref_slot *s = &ref.slot[i / SLOTS][i % SLOTS];

		if (!s->used || s->owner != d || s->page != p)
			continue;
		users++;
		writers += s->rw;
	}
	for (unsigned int i = 0; i < SIDES; i++) {
		const struct ref_side *s = &ref.side[i];

		if (!s->side.open || s->owner != d || s->page != p)
			continue;
		users++;
		writers += s->side.write;
	}
	check(frame_users(mfn) == users, "users of page", d, p);
	if (users)	/* else it may be free, and its record another thing */
		check(frame_role_users(mfn) == writers, "writers of page", d,
		      p);
}

static void compare_entry(unsigned int d, unsigned int r)
{
	const struct ref_entry *e = &ref.entry[d][r];
	unsigned int readers, writers, ignore, want;

	count_pins(d, r, &readers, &writers, &ignore, &ignore, &ignore);
	want = (e->open ? XY_GTF_permit_access : 0) |
	       (e->readonly ? XY_GTF_readonly : 0) |
	       (readers || writers ? XY_GTF_reading : 0) |
	       (writers ? XY_GTF_writing : 0);
	check(world_entry(d, FIRST + r)->flags == want, "flags of entry", d,
	      r);
}

static void compare_slot(unsigned int d, unsigned int n)
{
	const struct ref_slot *s = &ref.slot[d][n];
	uint64_t e = world_pte(d, n);

	check(pte_present(e) == s->used, "presence of slot", d, n);
	if (!s->used)
		return;
	check(mfn_same(pte_mfn(e), world.page[s->owner][s->page]),
	      "frame of slot", d, n);
	check(pte_writable(e) == s->rw, "right of slot", d, n);
}

static void compare_refs(unsigned int d)
{
	unsigned int want = 1 + (world.dom[d]->mm->frames != 0), pins = 0;

	for (unsigned int i = 0; i < MAPS; i++) {
		const struct ref_map *m = &ref.map[i];

		if (!m->used || m->from != d)
			continue;
		want++;
		pins += !!(m->flags & HOST) + !!(m->flags & DEV);
	}
	for (unsigned int i = 0; i < SIDES; i++) {
		if (!ref.side[i].side.open || ref.side[i].from != d)
			continue;
		want++;
		pins++;
	}
	frame_reap();
	check(world.dom[d]->refs == want, "references", d, want);
	check(world.dom[d]->grants->pins == pins, "pins", d, pins);
}

static void compare(void)
{
	for (unsigned int d = 0; d < DOMS; d++) {
		for (unsigned int p = 0; p < PAGES; p++)
			compare_page(d, p);
		for (unsigned int r = 0; r < REFS && !ref.dead[d]; r++)
			compare_entry(d, r);
		for (unsigned int n = 0; n < SLOTS && !ref.dead[d]; n++)
			compare_slot(d, n);
		compare_refs(d);
	}
}

typedef void step_fn(unsigned int d);

static step_fn *const steps[] = {
	do_grant, do_grant, do_grant, do_map, do_map, do_map, do_map,
	do_unmap, do_unmap, do_unmap, do_unmap, do_unmap, do_unmap,
	do_overwrite, do_side, do_side, do_die,
};

static void live(void)
{
	memset(&ref, 0, sizeof(ref));
	world_make(1, 1);
	for (step = 0; step < STEPS; step++) {
		unsigned int d = pick(DOMS);

		fake_this_cpu = d;
		steps[pick(ARRAY_SIZE(steps))](d);
		compare();
	}
	for (unsigned int i = 0; i < SIDES; i++) {
		if (!ref.side[i].side.open)
			continue;
		grant_side_end(&ref.side[i].side);
		dom_put(ref.side[i].side.peer);
	}
	for (unsigned int d = 0; d < DOMS; d++)
		if (!ref.dead[d])
			world_kill(d);
	frame_reap();
	for (unsigned int d = 0; d < DOMS; d++) {
		check(world.dom[d]->tot_pages == 0, "frames left", d, 0);
		check(world.dom[d]->refs == 1, "references left", d, 0);
		grant_free(world.dom[d]);
	}
	fake_doms_end();
	fake_machine_end();
}

int main(void)
{
	for (life = 0; life < LIVES; life++)
		live();
	printf("%u maps, %u unmaps, %u copies\n", maps, unmaps, sides);
	check(maps > LIVES && unmaps > LIVES && sides > LIVES,
	      "the model has seen too little", 0, 0);
	printf("[  PASSED  ] 1 test(s).\n");
	return 0;
}

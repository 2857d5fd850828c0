// SPDX-License-Identifier: GPL-2.0-only
/*
 * See fakes/grants.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fakes/grants.h"
#include "core/pt.h"

#define TABLE	(PTE_P | PTE_RW | PTE_U)

struct world world;
static bool dead[FAKE_DOMS];

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "world: %s\n", what);
	abort();
}

static mfn_t new_frame(struct domain *d)
{
	mfn_t mfn;

	must(dom_alloc_pages(d, 0, 0, &mfn) == 0, "no frame");
	return mfn;
}

static void make_tables(unsigned int i)
{
	struct domain *d = world.dom[i];
	mfn_t l4 = new_frame(d), l3 = new_frame(d), l2 = new_frame(d);

	world.l1[i] = new_frame(d);
	fake_words(l4)[pte_index(4, WORLD_VA)] = pte_make(l3, TABLE);
	fake_words(l3)[pte_index(3, WORLD_VA)] = pte_make(l2, TABLE);
	fake_words(l2)[pte_index(2, WORLD_VA)] = pte_make(world.l1[i], TABLE);
	must(pt_set_kernel_root(world.vcpu[i], l4) == 0, "no root");
	fake_this_cpu = i;
	fake_run(i, world.vcpu[i]);
}

void world_make(unsigned int max_frames, unsigned int max_maptrack)
{
	fake_machine_make(640, 1, 640);
	fake_doms_make();
	memset(dead, 0, sizeof(dead));
	for (unsigned int i = 0; i < FAKE_DOMS; i++) {
		world.dom[i] = &fake_doms.dom[i];
		world.vcpu[i] = world.dom[i]->vcpus[0];
		must(grant_create(world.dom[i], max_frames, max_maptrack) == 0,
		     "no grant table");
		make_tables(i);
		for (unsigned int n = 0; n < WORLD_PAGES; n++)
			world.page[i][n] = new_frame(world.dom[i]);
	}
	fake_this_cpu = 0;
}

void world_kill(unsigned int i)
{
	struct domain *d = world.dom[i];

	must(!dead[i], "killed twice");
	dead[i] = true;
	d->dying = true;
	fake_run(i, NULL);
	arch_leave_root(1UL << i);
	while (grant_destroy_step(d))
		;
	pt_release_vcpu(world.vcpu[i]);
	while (pt_drain(d))
		;
	while (dom_mm_destroy_step(d))
		;
	frame_reap();
}

void world_end(void)
{
	for (unsigned int i = 0; i < FAKE_DOMS; i++)
		if (!dead[i])
			world_kill(i);
	frame_reap();
	for (unsigned int i = 0; i < FAKE_DOMS; i++) {
		must(world.dom[i]->tot_pages == 0, "frames are left");
		must(world.dom[i]->refs == 1, "references are left");
		grant_free(world.dom[i]);
	}
	fake_doms_end();
	fake_machine_end();
}

struct xy_grant_entry_v1 *world_entry(unsigned int d, uint32_t ref)
{
	struct xy_grant_entry_v1 *e;
	mfn_t mfn;

	must(grant_frame(world.dom[d], ref / 512, &mfn) == 0, "no frame");
	e = (struct xy_grant_entry_v1 *)fake_words(mfn);
	return &e[ref % 512];
}

void world_grant(unsigned int d, uint32_t ref, uint16_t to, mfn_t mfn,
		 unsigned int flags)
{
	struct xy_grant_entry_v1 *e = world_entry(d, ref);

	e->frame = (uint32_t)mfn.n;
	e->domid = to;
	__atomic_store_n(&e->flags, (uint16_t)flags, __ATOMIC_SEQ_CST);
}

uint64_t world_pte_addr(unsigned int d, unsigned int n)
{
	return (world.l1[d].n << PAGE_SHIFT) + n * 8;
}

uint64_t world_pte(unsigned int d, unsigned int n)
{
	return fake_words(world.l1[d])[n];
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world of the random model: domains and their frames, users the test
 * holds itself, and every way in as an operation with random arguments.
 */
#ifndef MODEL_PT_WORLD_H
#define MODEL_PT_WORLD_H

#include "fakes/arch.h"
#include "fakes/dom.h"

#define DOMS		3		/* the first is privileged */
#define PER_DOM		20		/* frames of each */
#define RAM_END		240
#define MACHINE		260		/* the rest: device frames */
#define EXTERNALS	24
#define CPUS		2

struct external {			/* a user this test holds itself */
	enum { EXT_NONE, EXT_ROLE, EXT_HOLD, EXT_GRANT } kind;
	enum role role;
	mfn_t mfn;
	struct vcpu *v;			/* EXT_GRANT: who mapped it, where */
	maddr_t where;
};

extern struct external world_ext[EXTERNALS];
extern mfn_t world_frames[DOMS][PER_DOM];
extern uint64_t world_rng;
/* Foreign frames that a domain has ever named with the right owner. */
extern bool world_foreign[DOMS][MACHINE];

/* 0 done, -ERESTART preempted, else refused. */
typedef int world_fn(struct vcpu *v, unsigned int dom);

struct world_op {
	const char *name;
	world_fn *fn;
	unsigned int weight;
	bool atomic;			/* a refusal must change nothing */
	bool pins;			/* ends what a preempted pin kept */
};

/* pt_ops.c */
extern const struct world_op world_ops[];
extern const unsigned int world_op_count;

/* ---- pt_world.c ---- */
unsigned int world_pick(unsigned int n);
struct domain *world_dom(unsigned int i);
mfn_t world_frame(unsigned int dom);
/* One of its frames that has (or could take) the role. */
mfn_t world_likely_frame(unsigned int dom, enum role role);
/* The level of the table it is, else any. */
unsigned int world_level(mfn_t mfn);
/* An entry in use: few are, so that things meet. */
unsigned int world_index(unsigned int level);
uint64_t world_entry(unsigned int dom, unsigned int level);
/* e, an entry of dom's that names a frame as pg's: the frame may be there. */
uint64_t world_named(unsigned int dom, unsigned int pg, uint64_t e);
uint64_t world_any_va(void);
/* An address that v's tables map, if a few tries find one. */
uint64_t world_mapped_va(const struct vcpu *v);
struct external *world_free_external(void);
void world_drop_external(struct external *e);

#endif

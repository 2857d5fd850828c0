/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine in host memory: frames, CPUs and their translation caches.
 *
 * Frames are malloc'ed memory; the frame table and the M2P are arrays.  CPUs
 * walk the real tables when a test says so and remember what they saw, both
 * leaf translations and pointers to lower tables, until they are flushed: a
 * stale translation that a rule forbids is there to be found.  Only what
 * hardware does is modelled; no rule of the hypervisor is.
 */
#ifndef FAKES_ARCH_H
#define FAKES_ARCH_H

#include "core/arch.h"
#include "core/dom.h"
#include "core/frame.h"

#define FAKE_CPUS	4
#define FAKE_CACHED	64

struct cached {			/* one thing a CPU remembers */
	bool valid, writable;
	unsigned int level;	/* 1: leaf; 2..4: points to table of level-1 */
	uint64_t va;
	mfn_t mfn;
	uint32_t life;		/* of the frame, when it was seen */
};

struct fake_machine {
	uint64_t frames;
	uint8_t *memory;
	struct frame *table;
	uint64_t *m2p;
	uint32_t *life;		/* counts the times a frame was cleared */
	uint32_t clock;
	struct {
		mfn_t root;
		struct vcpu *current;
		uint32_t last_flush;
		struct cached cached[FAKE_CACHED];
		unsigned int next;
		unsigned int flushes, kicks;
	} cpu[FAKE_CPUS];
	unsigned int logs, con_logs, cleared, windows;
	bool in_interrupt;		/* arch_in_interrupt() */
	char last_log[256];
	uint64_t io_first, io_end;	/* device frames, by right */
	mfn_t io_read_only;
	mfn_t changed_root;		/* arch_root_changed() ... */
	void (*root_changed)(mfn_t root);	/* ... calls this, if set */
};

extern struct fake_machine fake;
extern _Thread_local unsigned int fake_this_cpu;

/* A new machine with this many frames, of which [first, end) are RAM. */
void fake_machine_make(uint64_t frames, uint64_t first, uint64_t end);
void fake_machine_end(void);

/* The CPU looks va up in its loaded root and remembers each step. */
void fake_walk(unsigned int cpu, uint64_t va, bool write);
/* The CPU runs v (NULL: idles, keeping its root). */
void fake_run(unsigned int cpu, struct vcpu *v);
uint64_t *fake_words(mfn_t mfn);

#endif

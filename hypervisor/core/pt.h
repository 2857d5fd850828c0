/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables of guests: the only writer of live tables (the CPU's A and D
 * bits apart).  The law is in hypervisor/README.md, "page-type law".
 *
 * Results: 0, or a negative public errno with nothing changed; a refusal that
 * a guest can provoke is logged through dom_log().  -XY_ERESTART: bounded work
 * was done and more remains; call again with the same arguments once
 * interrupts have been let in.  Where a function can leave dropped tables to
 * take apart, its caller must see pt_drain() return 0 before the guest runs.
 *
 * Lock: the owner's mm lock, taken inside; L1 entries change without it.
 */
#ifndef CORE_PT_H
#define CORE_PT_H

#include "core/frame.h"
#include "core/pte.h"
#include "lib/types.h"

struct domain;
struct vcpu;

/* ---- domains' memory ---- */
int dom_mm_create(struct domain *d) must_check;	/* fills d->mm */
void dom_mm_free(struct domain *d);	/* when nobody refers to d */
/*
 * One bounded step of giving everything back; the vCPUs are off all CPUs and
 * others' holds (grants, shared frames, vcpu_info) are the other parts' to
 * drop, before or after.  0 done, -XY_ERESTART.
 */
int dom_mm_destroy_step(struct domain *d) must_check;
/*
 * 2^order contiguous, cleared frames for d.  mem_flags as XY_MEMF_.  -XY_ENOMEM
 * (no RAM, or claimed by others), -XY_EPERM (over max_pages), -XY_EINVAL.
 */
/* Not an XY_MEMF_ bit: at boot nothing secret lies in free RAM. */
#define DOM_ALLOC_DIRTY	(1u << 31)
int dom_alloc_pages(struct domain *d, unsigned int order,
		    unsigned int mem_flags, mfn_t *out) must_check;

/* ---- tables ---- */
int pt_pin(struct domain *d, unsigned int level, mfn_t mfn) must_check;
int pt_unpin(struct domain *d, mfn_t mfn) must_check;
/* Takes dropped tables apart: 0 none left, -XY_ERESTART. */
int pt_drain(struct domain *d) must_check;
/* Entries this CPU has worked on since boot; differences bound a batch. */
uint32_t pt_work_done(void);

/*
 * Base pointers.  v is this CPU's current vCPU (then the new root is loaded
 * before the old one is dropped) or is off all CPUs.  NO_FRAME: none.
 */
int pt_set_kernel_root(struct vcpu *v, mfn_t mfn) must_check;
int pt_set_user_root(struct vcpu *v, mfn_t mfn) must_check;

/*
 * v's user root may make direct calls (abi/direct.h) until it is unpinned,
 * and no other of its domain; open: until its kernel root is, too, that one's
 * part stays loaded for it.  -EINVAL: there is none, or they are not pinned.
 */
int pt_set_direct_root(struct vcpu *v, bool open) must_check;
/*
 * A vCPU that dies: lets go of its roots and of the GDT and LDT frames in
 * v->gdt_frames and v->ldt_frames.  Follow with pt_drain().
 */
void pt_release_vcpu(struct vcpu *v);

/*
 * mmu_update commands 0, 2 and 3: the entry at machine address ptr (8-byte
 * aligned) of a table, or a plain word of a DATA frame, of pt_owner becomes
 * new; frames in it are pg_owner's.  by: whose I/O rights count and who is
 * told in the log.  Rights over other domains have been checked.
 */
struct pt_request {
	struct domain *pt_owner, *pg_owner;
	struct vcpu *by;
	bool keep_ad;		/* the old entry's A and D stay */
};

int pt_update(const struct pt_request *r, maddr_t ptr, uint64_t new)
	must_check;
/* The L1 entry that maps va in v's current tables; -XY_EINVAL: no L1. */
int pt_update_va(const struct pt_request *r, uint64_t va, uint64_t new)
	must_check;

/* ---- reading and emulation ---- */
/*
 * v's current tables (by v->kernel_mode): the L1 entry for va, and where it
 * is; false when some level is not present.  *l1e may be not present.
 */
bool pt_walk_l1(struct vcpu *v, uint64_t va, uint64_t *l1e);
bool pt_walk(struct vcpu *v, uint64_t va, uint64_t *l1e, maddr_t *where);

/*
 * Writable page tables.  pt_emulation_ok(): a write to va faulted on a
 * read-only mapping of an own frame of role L1, so it may be emulated.
 * pt_emulated_read: the aligned 8 bytes around va as they are now.
 * pt_emulated_write: makes the entry at va (bytes 1, 2, 4, 8, naturally
 * aligned) from old to new, both given in the low bytes of the words.
 *   locked == false: stores whatever is there now.
 *   locked == true: -XY_EAGAIN when the bytes are not `old` any more: decode,
 *   read and compute again (for cmpxchg: report the mismatch).
 * 0 done; -XY_EINVAL refused (inject the fault); -XY_EAGAIN.
 */
struct pt_write {
	uint64_t va;
	unsigned int bytes;
	uint64_t old, new;
	bool locked;
};

bool pt_emulation_ok(struct vcpu *v, uint64_t va);
bool pt_emulated_read(struct vcpu *v, uint64_t va, uint64_t *word);
int pt_emulated_write(struct vcpu *v, const struct pt_write *w) must_check;

/* ---- grants ---- */
/*
 * The caller has checked the grant and holds a user (maptrack's own) of the
 * frame.  pt_grant_map writes new_l1e, whose frame is granter's, at host_addr:
 * a virtual address in v's current tables or, with contains_pte, the machine
 * address of the entry; takes the entry's own user; drops what was there.
 * -XY_EINVAL bad address, -XY_EBUSY frame refuses the role.
 *
 * pt_grant_unmap clears the entry if it still maps mfn, writable exactly if
 * rw; -XY_EINVAL else.  The entry's user is then the caller's: flush v's
 * domain (arch_tlb_flush(d->dirty_cpus), once per batch) and call
 * pt_grant_put(mfn, rw).
 */
int pt_grant_map(struct vcpu *v, struct domain *granter, uint64_t host_addr,
		 bool contains_pte, uint64_t new_l1e) must_check;
int pt_grant_unmap(struct vcpu *v, uint64_t host_addr, bool contains_pte,
		   mfn_t mfn, bool rw) must_check;
void pt_grant_put(mfn_t mfn, bool rw);

/* ---- descriptors ---- */
/* A user of role DESC, validated by desc_check_frame(); 0 or -XY_EINVAL. */
int pt_take_desc(struct domain *d, mfn_t mfn) must_check;
void pt_drop_desc(mfn_t mfn);
/*
 * update_descriptor: writes 8 bytes into a frame of role DESC (value already
 * checked by the caller) or a plain one of d; -XY_EINVAL for a page table.
 */
int pt_write_desc(struct domain *d, maddr_t where, uint64_t value) must_check;

/* ---- audit ---- */
/*
 * Recomputes all role users of d's tables from the roots and compares; the
 * machine must be quiet.  Returns the number of differences, each logged.
 * Users the tables cannot know (grants, hypervisor) are allowed as extra.
 */
unsigned int pt_audit(struct domain *d);

#endif

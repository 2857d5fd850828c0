/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every micro-guest has: calls, a console, traps that may be expected,
 * its own memory, a verdict.
 *
 * A micro-guest boots as dom0, or as any PV domain, with its memory mapped at
 * VIRT_BASE + pfn * 4096.  It runs test_main() and ends with one of the four
 * outcomes.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "abi/errno.h"
#include "abi/evtchn.h"
#include "abi/grant.h"
#include "abi/hypercall.h"
#include "abi/memory.h"
#include "abi/mmu.h"
#include "abi/regs.h"
#include "abi/sched.h"
#include "abi/shared_info.h"
#include "abi/vcpu.h"

#define PAGE		4096UL
#define VIRT_BASE	0xffffffff80000000UL
#define PTE_P		0x1UL
#define PTE_RW		0x2UL
#define PTE_U		0x4UL
#define PTE_A		0x20UL
#define PTE_D		0x40UL
#define PTE_PSE		0x80UL
#define PTE_NX		(1UL << 63)
#define LEAF		(PTE_P | PTE_RW | PTE_U | PTE_A | PTE_D)
#define LEAF_RO		(PTE_P | PTE_U | PTE_A)

/* Each test supplies this. */
void test_main(void);

extern const struct xy_start_info *guest_si;
extern struct xy_shared_info *guest_shared;	/* mapped by guest_start */

/* ---- calls ---- */
static inline long call5(unsigned long nr, unsigned long a, unsigned long b,
			 unsigned long c, unsigned long d, unsigned long e)
{
	register unsigned long r10 asm("r10") = d;
	register unsigned long r8 asm("r8") = e;
	long ret;

	/* The PV call convention: SYSCALL loses rcx and r11. */
	asm volatile("syscall" : "=a"(ret), "+D"(a), "+S"(b), "+d"(c),
		     "+r"(r10), "+r"(r8) : "0"(nr)
		     : "rcx", "r11", "r9", "memory");
	return ret;
}

#define A(x) ((unsigned long)(x))
#define call0(nr)		call5(nr, 0, 0, 0, 0, 0)
#define call1(nr, a)		call5(nr, A(a), 0, 0, 0, 0)
#define call2(nr, a, b)		call5(nr, A(a), A(b), 0, 0, 0)
#define call3(nr, a, b, c)	call5(nr, A(a), A(b), A(c), 0, 0)
#define call4(nr, a, b, c, d)	call5(nr, A(a), A(b), A(c), A(d), 0)

/* ---- words ---- */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool asked(const char *word);	/* is it on our command line? */
/* The verdicts do not return. */
void success(const char *fmt, ...) __attribute__((format(printf, 1, 2),
						   noreturn));
void failure(const char *fmt, ...) __attribute__((format(printf, 1, 2),
						   noreturn));
void skip(const char *fmt, ...) __attribute__((format(printf, 1, 2),
						noreturn));
/* Counts a check; a false one is a failure that names itself. */
extern unsigned int guest_checks;
#define EXPECT(cond)							\
	do {								\
		guest_checks++;						\
		if (!(cond))						\
			failure("%s:%d: %s", __FILE__, __LINE__, #cond); \
	} while (0)
/* As EXPECT(x == y), but shows the values. */
#define EXPECT_EQ(x, y)							\
	do {								\
		long x_ = (long)(x), y_ = (long)(y);			\
									\
		guest_checks++;						\
		if (x_ != y_)						\
			failure("%s:%d: %s is %ld (%lx), not %ld",	\
				__FILE__, __LINE__, #x, x_, x_, y_);	\
	} while (0)

/* ---- traps ---- */
struct guest_frame {			/* as start.S builds it */
	uint64_t rbp, rbx, r10, r9, r8, rdi, rsi, rdx, rax;
	uint64_t vector, rcx, r11, error, rip, cs, rflags, rsp, ss;
};

struct guest_fault {
	bool happened;
	unsigned int vector;
	uint64_t error, rip, cr2, cs;
};

/* fn(arg), and what it trapped with, if it did; the trap ends it. */
struct guest_fault probe(void (*fn)(void *), void *arg);
/* Traps that are counted and returned from, by vector; 0: not wanted. */
extern void (*guest_handler[256])(struct guest_frame *f);
extern volatile unsigned long guest_events;	/* upcalls so far */
/* Called for each event upcall, pending bit of the vCPU cleared before. */
extern void (*guest_on_event)(void);

/* ---- memory ---- */
/* A cleared page of our own, mapped writable; never given back. */
void *page_alloc(void);
uint64_t va_mfn(const void *va);
uint64_t mfn_va(uint64_t mfn);		/* of our own frames */
/* The L1 entry that maps va now, read from the tables. */
uint64_t va_pte(uint64_t va);
uint64_t *va_pte_slot(uint64_t va);	/* where it is, as we map it */
/* update_va_mapping with INVLPG. */
long va_map(uint64_t va, uint64_t pte);
/* One mmu_update entry on ourselves. */
long mmu_one(uint64_t ptr, uint64_t val);
long mmuext_one(unsigned int cmd, uint64_t arg1, uint64_t arg2);
/* Makes a page of ours read-only where we map it, and back. */
long page_protect(void *va, bool read_only);
/* A virtual address whose L1 entry is ours to use; the same each time. */
#define SCRATCH_PAGES	8
uint64_t scratch_va(unsigned int i);

/* ---- time ---- */
static inline uint64_t tsc(void)
{
	uint32_t lo, hi;

	asm volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}
uint64_t now_ns(void);
void wait_ns(uint64_t ns);

/* Pseudo-random, the same each run, unless another seed is given. */
uint64_t rnd(void);
void rnd_seed(uint64_t seed);

#endif

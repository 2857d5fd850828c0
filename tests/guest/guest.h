/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a micro-guest has beyond the library of frontend-drivers/guest: checks,
 * a verdict, random numbers.
 *
 * A micro-guest boots as dom0, or as any PV domain.  It runs test_main() and
 * ends with one of the outcomes.
 */
#ifndef TEST_GUEST_H
#define TEST_GUEST_H

#include "abi/evtchn.h"
#include "abi/grant.h"
#include "abi/memory.h"
#include "abi/mmu.h"
#include "abi/regs.h"
#include "abi/sched.h"
#include "abi/vcpu.h"
#include "frontend-drivers/guest/guest.h"

/* Each test supplies this. */
void test_main(void);

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

/* Pseudo-random, the same each run, unless another seed is given. */
uint64_t rnd(void);
void rnd_seed(uint64_t seed);

#endif

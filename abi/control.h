/* SPDX-License-Identifier: MIT */
/*
 * What domctl.h and sysctl.h share: how the tools in dom0 speak to the
 * hypervisor, and what both calls carry.
 *
 *  1. rdi is the handle of the envelope, which is copied back whole by the ops
 *     that answer something.
 *  2. A version that is not ours is EACCES, a caller that is not dom0 EPERM,
 *     no such domain ESRCH, an op that is not supplied ENOSYS.
 *  3. Handles inside are dom0 *user* addresses: the kernel passes them on.
 *  4. Bits in a bitmap count from bit 0 of byte 0.
 *  5. Ops that are only refused have a number and no structure.
 *
 * Source: public domctl.h and sysctl.h of 4.17.
 */
#ifndef XY_ABI_CONTROL_H
#define XY_ABI_CONTROL_H

#include "abi/base.h"

struct xy_xenctl_bitmap {
	uint64_t bitmap;		/* handle of bytes */
	uint32_t nr_bits;
};
XY_SIZE(struct xy_xenctl_bitmap, 16);
XY_AT(struct xy_xenctl_bitmap, nr_bits, 8);

#define XY_CPUID_NO_SUBLEAF	0xffffffffU

struct xy_cpuid_leaf {
	uint32_t leaf;
	uint32_t subleaf;		/* or XY_CPUID_NO_SUBLEAF */
	uint32_t a;
	uint32_t b;
	uint32_t c;
	uint32_t d;
};
XY_SIZE(struct xy_cpuid_leaf, 24);

struct xy_msr_entry {
	uint32_t idx;
	uint32_t flags;			/* 0 */
	uint64_t val;
};
XY_SIZE(struct xy_msr_entry, 16);

#define XY_SCHEDULER_CREDIT	5
#define XY_SCHEDULER_CREDIT2	6
#define XY_SCHEDULER_ARINC653	7
#define XY_SCHEDULER_RTDS	8
#define XY_SCHEDULER_NULL	9

#endif /* XY_ABI_CONTROL_H */

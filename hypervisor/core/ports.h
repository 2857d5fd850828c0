/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Port I/O for guests: who may, and the few devices that are shared between
 * dom0 and us (timer channel 2, CMOS, PCI configuration).
 */
#ifndef CORE_PORTS_H
#define CORE_PORTS_H

#include "core/vcpu.h"
#include "lib/types.h"

struct domain;

/* May d's accesses reach the real ports port .. port+bytes-1? */
bool ports_allowed(const struct domain *d, unsigned int port,
		   unsigned int bytes);
/*
 * Denies ports for good, dom0 included: for the devices we keep (serial line,
 * power management timer).  Before the first guest runs.
 */
void ports_deny(unsigned int first, unsigned int count);

/*
 * One access by v.  What may not reach the machine reads as all ones and is
 * dropped when written; that is an answer, not an error.
 */
uint32_t ports_in(struct vcpu *v, unsigned int port, unsigned int bytes);
void ports_out(struct vcpu *v, unsigned int port, unsigned int bytes,
	       uint32_t value);
/* Is v's virtual I/O privilege enough for its present mode (CLI, STI)? */
bool ports_iopl_ok(const struct vcpu *v);
/* May v's present mode use these ports at all (IOPL, its bitmap)?  Else #GP. */
bool ports_privileged(struct vcpu *v, unsigned int port, unsigned int bytes);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains for tests that do not link core/dom.c: up to FAKE_DOMS of them, by
 * id; the first is privileged.  References are counted, nothing is freed.
 */
#ifndef FAKES_DOM_H
#define FAKES_DOM_H

#include "core/dom.h"

#define FAKE_DOMS	4
#define FAKE_VCPUS	2

struct fake_doms {
	struct domain dom[FAKE_DOMS];
	struct vcpu vcpu[FAKE_DOMS][FAKE_VCPUS];
};

extern struct fake_doms fake_doms;

/* Makes all of them, with memory bookkeeping and no frames. */
void fake_doms_make(void);
void fake_doms_end(void);

#endif

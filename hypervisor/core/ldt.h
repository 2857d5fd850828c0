/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local descriptor tables: mapped a page at a time when first touched.
 */
#ifndef CORE_LDT_H
#define CORE_LDT_H

#include "core/vcpu.h"

/*
 * A fault in page `page` of this CPU's LDT window.  True: it was v's, it is
 * there now, try again.
 */
bool ldt_fault(struct vcpu *v, uint64_t page);
/* mmuext SET_LDT: page-aligned base, entries <= 8192; 0 or -XY_EINVAL. */
int ldt_set(struct vcpu *v, uint64_t base, uint64_t entries) must_check;
/* Drops the users of all mapped frames. */
void ldt_drop(struct vcpu *v);

#endif

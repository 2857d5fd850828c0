/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GNTTABOP_copy, for call/grant_table_op.c.
 */
#ifndef CALL_GRANT_COPY_H
#define CALL_GRANT_COPY_H

#include "call/call.h"

/* c->arg[1]: the array, c->arg[2]: how many; both move on. */
int64_t grant_copy(struct vcpu *v, struct call *c);

#endif

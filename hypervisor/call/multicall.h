/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dispatcher's door for calls inside a multicall.
 */
#ifndef CALL_MULTICALL_H
#define CALL_MULTICALL_H

#include "call/call.h"

int64_t call_from_multicall(struct vcpu *v, struct call *c);

#endif

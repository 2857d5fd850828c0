/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of memory_op (12).  Each is given the handle of its structure and,
 * for lists of extents, how many of them earlier steps have done; to be
 * resumed, it sets *start to that number and returns -XY_ERESTART.
 */
#ifndef CALL_MEMORY_H
#define CALL_MEMORY_H

#include "abi/memory.h"
#include "call/call.h"

typedef int64_t memory_fn(struct vcpu *v, guest_va_t arg, uint64_t *start);

memory_fn memory_increase, memory_decrease, memory_populate, memory_exchange;
memory_fn memory_claim;
memory_fn memory_map_get, memory_map_set, memory_map_machine;
memory_fn memory_acquire;

/* Extents of guests are at most this big: 2 MiB. */
#define MEMORY_MAX_ORDER	9

/* Address width a reservation asks for; HEAP_ANY_BITS when none. */
unsigned int memory_bits(const struct xy_memory_reservation *r);

#endif

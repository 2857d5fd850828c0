/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a request's payload, and the names of errors. */
#ifndef XENSTORED_WIRE_H
#define XENSTORED_WIRE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Points arg[0..] at the NUL-terminated strings that make up data; returns
 * how many. -EINVAL: the last one has no NUL, there are none, or more than
 * max.
 */
int wire_strings(const char *data, size_t len, const char **arg, int max);

/* A decimal number <= max, digits only. */
int wire_number(const char *s, uint64_t max, uint64_t *out);

/* "ENOENT" for ENOENT (positive); "EIO" for what the protocol has not. */
const char *wire_error(int err);

#endif

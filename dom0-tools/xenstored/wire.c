/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of a request's payload.
 *
 * Rules:
 * 1. A payload is bytes until it has been cut here: nobody calls strlen() on
 *    what no function of this file has found to end.
 * 2. Numbers are plain decimals. No sign, no blank, no 0x, no overflow.
 *
 * No state. Next on the tour: ops.c, where the strings get a meaning.
 */
#include "dom0-tools/xenstored/wire.h"

#include <errno.h>
#include <string.h>

int wire_strings(const char *data, size_t len, const char **arg, int max)
{
	size_t at;
	int n = 0;

	if (len == 0 || data[len - 1] != '\0')
		return -EINVAL;
	for (at = 0; at < len; at += strlen(data + at) + 1) {
		if (n == max)
			return -EINVAL;
		arg[n++] = data + at;
	}
	return n;
}

int wire_number(const char *s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (!*s)
		return -EINVAL;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' ||
		    v > (UINT64_MAX - (uint64_t)(*s - '0')) / 10)
			return -EINVAL;
		v = v * 10 + (uint64_t)(*s - '0');
	}
	*out = v;
	return v <= max ? 0 : -EINVAL;
}

const char *wire_error(int err)
{
	static const struct {
		int err;
		const char *name;
	} names[] = {
		{ EINVAL, "EINVAL" },	    { EACCES, "EACCES" },
		{ EEXIST, "EEXIST" },	    { EISDIR, "EISDIR" },
		{ ENOENT, "ENOENT" },	    { ENOMEM, "ENOMEM" },
		{ ENOSPC, "ENOSPC" },	    { EIO, "EIO" },
		{ ENOTEMPTY, "ENOTEMPTY" }, { ENOSYS, "ENOSYS" },
		{ EROFS, "EROFS" },	    { EBUSY, "EBUSY" },
		{ EAGAIN, "EAGAIN" },	    { EISCONN, "EISCONN" },
		{ E2BIG, "E2BIG" },	    { EPERM, "EPERM" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].err == err)
			return names[i].name;
	return "EIO";
}

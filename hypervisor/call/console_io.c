/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * console_io (18): dom0's own console on the serial line.  rdi: sub-op, rsi:
 * bytes, rdx: buffer.
 */
#include "abi/hypercall.h"
#include "call/call.h"
#include "core/con.h"

#define CHUNK	256u
#define MAX_WRITE	(1u << 20)

static int64_t write_text(struct call *c)
{
	char text[CHUNK];

	for (unsigned int done = 0; c->arg[1] != 0; done++) {
		size_t n = min_u64(c->arg[1], CHUNK);

		if (done == 16)
			return -XY_ERESTART;
		if (guest_read(text, to_guest(c->arg[2]), n))
			return -XY_EFAULT;
		con_write(text, n);
		c->arg[2] += n;
		c->arg[1] -= n;
	}
	return 0;
}

static int64_t read_text(struct call *c)
{
	char text[CHUNK];
	size_t n = con_read_input(text, min_u64(c->arg[1], CHUNK));

	if (guest_write(to_guest(c->arg[2]), text, n))
		return -XY_EFAULT;
	return (int64_t)n;
}

int64_t hc_console_io(struct vcpu *v, struct call *c)
{
	(void)v;
	if (c->arg[1] > MAX_WRITE)
		return -XY_EINVAL;
	switch ((uint32_t)c->arg[0]) {
	case XY_CONSOLEIO_write:
		return write_text(c);
	case XY_CONSOLEIO_read:
		return read_text(c);
	}
	return -XY_ENOSYS;
}

/* SPDX-License-Identifier: MIT */
/*
 * The console page: two byte rings, `in` towards the guest and `out` from
 * it. Indices run free over 32 bits and are masked at use.
 *
 * A producer writes bytes, then, with release, its index, and sends an event
 * each time; there is no event index. The other side's index may be anything
 * and is checked: prod - cons is never above the ring's size.
 *
 * Source: public io/console.h of 4.17.
 */
#ifndef XY_ABI_IO_CONSOLE_H
#define XY_ABI_IO_CONSOLE_H

#include "abi/base.h"

#define XY_CONSOLE_IN_SIZE	1024	/* bytes, power of two */
#define XY_CONSOLE_OUT_SIZE	2048	/* bytes, power of two */

struct xy_xencons_interface {
	char in[XY_CONSOLE_IN_SIZE];	/* [dom0] */
	char out[XY_CONSOLE_OUT_SIZE];	/* [guest] */
	uint32_t in_cons;		/* [guest] */
	uint32_t in_prod;		/* [dom0] */
	uint32_t out_cons;		/* [dom0] */
	uint32_t out_prod;		/* [guest] */
};
XY_SIZE(struct xy_xencons_interface, 3088);
XY_AT(struct xy_xencons_interface, out, 1024);
XY_AT(struct xy_xencons_interface, in_cons, 3072);
XY_AT(struct xy_xencons_interface, out_prod, 3084);

#endif /* XY_ABI_IO_CONSOLE_H */

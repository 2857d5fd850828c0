// SPDX-License-Identifier: GPL-2.0-only
/*
 * Learning how many requests of a frontend to wait for together.
 *
 * Rules:
 *  1. A request waits for others at most GATHER_PATIENCE_NS, and only while
 *     others keep coming.
 *  2. An event of an earlier time proves nothing, for or against.
 *  3. want is between 1 and most.
 *
 * No lock, no call. Next: daemon/blk_shell.c.
 */
#include "backend-drivers/core/gather.h"

void gather_init(struct gather *g, uint32_t most)
{
	*g = (struct gather){ .want = 1, .most = most };
}

static void grow(struct gather *g, uint64_t now_ns)
{
	if (now_ns < g->hold_ns)
		return;
	g->want = g->want * 2 < g->most ? g->want * 2 : g->most;
}

static void shrink(struct gather *g, uint64_t now_ns)
{
	g->vain++;
	g->want /= 2;
	g->hold_ns = now_ns + GATHER_HOLD_NS;
}

enum gather_next gather_step(struct gather *g, uint32_t pending,
			     uint64_t now_ns)
{
	if (!g->waiting)
		return GATHER_TAKE;
	if (pending >= g->want) {
		grow(g, now_ns);
		return GATHER_TAKE;
	}
	if (g->want == 1)
		return GATHER_TAKE;
	if (!pending) {
		/* Nobody waits: let the first one start the clock. */
		g->seen = 0;
		g->first_ns = 0;
		return GATHER_WAIT_FIRST;
	}
	if (!g->first_ns) {
		g->first_ns = now_ns;
		g->look_ns = now_ns;
	}
	if (now_ns >= g->look_ns) {
		if (pending == g->seen ||
		    now_ns - g->first_ns > GATHER_PATIENCE_NS) {
			shrink(g, now_ns);
			return GATHER_TAKE;
		}
		g->seen = pending;
		g->look_ns = now_ns + GATHER_LOOK_NS;
	}
	return GATHER_WAIT_MORE;
}

void gather_arm(struct gather *g, bool alone, uint64_t now_ns)
{
	g->waiting = alone;
	g->seen = 0;
	g->first_ns = now_ns;
	g->look_ns = now_ns + GATHER_LOOK_NS;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * See fakes/nic.h.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fakes/nic.h"

struct fake_nic fake_nic;

void loop_queue(struct loop_task *task)
{
	(void)task;
}

void grant_batch_run(struct grant_batch *b)
{
	(void)b;
}

static struct xy_sring *new_ring(void)
{
	struct xy_sring *ring = aligned_alloc(4096, 4096);

	memset(ring, 0, 4096);
	xy_ring_init(ring);
	return ring;
}

void fake_nic_make(void)
{
	static struct nic nic;
	struct net_link *l = calloc(1, sizeof(*l));

	fake_nic.link = l;
	fake_nic.tx = new_ring();
	fake_nic.rx = new_ring();
	l->nic = &nic;
	l->queues = 1;
	l->pages = 16;
	l->sizes.now = 16;
	l->kept = calloc(1, sizeof(*l->kept) + sizeof(struct netback));
	netctrl_init(&l->kept->ctrl, NULL, 1);
	l->queue[0].core = &l->kept->core[0];
	netback_init(l->queue[0].core, fake_nic.tx, fake_nic.rx);
}

void fake_nic_end(void)
{
	free(fake_nic.link->held.frame);
	free(fake_nic.link->kept);
	free(fake_nic.link);
	free(fake_nic.tx);
	free(fake_nic.rx);
}

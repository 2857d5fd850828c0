/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A NIC's connection with one queue, for tests of the daemon's work on it: its
 * rings are memory, nothing of it is in a store or a TAP. Tasks are not queued
 * (a test runs them itself), and batches of copies are done as they are made.
 */
#ifndef FAKES_NIC_H
#define FAKES_NIC_H

#include "backend-drivers/daemon/net_link.h"

struct fake_nic {
	struct net_link *link;
	struct xy_sring *tx;
	struct xy_sring *rx;
};

extern struct fake_nic fake_nic;

void fake_nic_make(void);
void fake_nic_end(void);

#endif

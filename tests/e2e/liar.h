/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the lying backend share (liar.c, liar_disk.c, liar_nic.c).
 */
#ifndef XY_TESTS_E2E_LIAR_H
#define XY_TESTS_E2E_LIAR_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/io/ring.h"

struct liar {
	bool disk;
	unsigned int domid, devid;
	const char *lie;
	unsigned int honest;	/* requests still answered truly */
	char back[96], front[96];
	int gnt, evt, port;
	struct xy_sring *ring[2];	/* disk: one; NIC: tx, rx */
	uint32_t cons[2], prod[2];	/* taken, answered */
};

/* Takes and answers what waits in the rings. True: the lie is told. */
bool liar_disk(struct liar *l);
bool liar_nic(struct liar *l);

/* Kicks the frontend. */
void liar_notify(struct liar *l);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* A conversation with the daemon's core, message by message. */
#ifndef TESTS_TALK_H
#define TESTS_TALK_H

#include <stddef.h>
#include <stdint.h>

#include "dom0-tools/xenstored/proto.h"

/* The last answer, and the events that have come since talk_events(). */
struct talk {
	struct client client;
	struct xy_xsd_sockmsg head;
	char data[XY_STORE_PAYLOAD_MAX + 1];
	unsigned int events;
	char event[64][256]; /* "path|token" */
};

void talk_start(struct talk *t, struct xenstore *x, uint16_t domid);
void talk_end(struct talk *t);

/*
 * Sends a request in transaction tx; text is its payload with every '|'
 * standing for a NUL. Returns 0, or -errno as the daemon named it; the answer
 * is in data.
 */
int talk(struct talk *t, uint32_t tx, uint32_t type, const char *text);
int talk_bytes(struct talk *t, uint32_t tx, uint32_t type, const void *data,
	       size_t len);
/* Takes what has come in by itself: how many events; they are in event[]. */
unsigned int talk_events(struct talk *t);
/* Starts a transaction: its id. */
uint32_t talk_txn(struct talk *t);

#endif

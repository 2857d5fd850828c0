/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client as the core sees it: rights, watches, transactions, and two byte
 * queues. Whether a socket or a ring feeds it is the shell's business.
 */
#ifndef XENSTORED_CLIENT_H
#define XENSTORED_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/io/xs_wire.h"
#include "dom0-tools/xenstored/perm.h"

struct txn;
struct watch;
struct xenstore;

#define CLIENT_IN_BYTES (16 * 1024) /* several whole messages */

struct client {
	struct xenstore *x;
	struct who who;
	bool read_only;
	/* Messages coming in: in_at..in_len is not yet dealt with. */
	char *in;
	size_t in_at, in_len;
	/* Messages going out: out_at..out_len is not yet taken. */
	char *out;
	size_t out_at, out_len, out_room;
	struct watch *watches;
	struct txn *txns;
	uint32_t watch_count, txn_count, last_txn;
	/* On the list of those with something to take; see client_dirty(). */
	bool dirty;
	struct client *next_dirty;
	void *shell; /* the shell's record of it */
};

void client_init(struct client *c, struct xenstore *x, struct who who);
/* Ends its watches and transactions and frees what it holds. */
void client_clear(struct client *c);
/* As clear, but the client lives on: a domain was introduced afresh. */
void client_reset(struct client *c);

/* Where to put bytes that arrived, and how many fit. */
char *client_room(struct client *c, size_t *room);
void client_fed(struct client *c, size_t bytes);

/*
 * Deals with one request. 1: done. 0: none is complete, or the client must
 * first take its answers. -EPROTO: the stream makes no sense any more.
 */
int client_step(struct client *c);

/* What is to be sent, and that some of it was. */
const char *client_output(const struct client *c, size_t *bytes);
void client_sent(struct client *c, size_t bytes);

/* Puts a message into the queue. */
void client_send(struct client *c, const struct xy_xsd_sockmsg *head,
		 const void *data);
/* A watch event, folded if too many wait; folded remembers that. */
void client_event(struct client *c, const char *path, const char *own_path,
		  const char *token, bool *folded);

/* Takes one client off the list of those with output; NULL: none. */
struct client *client_next_dirty(struct xenstore *x);

#endif

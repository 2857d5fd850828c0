/* SPDX-License-Identifier: GPL-2.0-only */
/* Transactions: a saved root, the requests made, and how they end. */
#ifndef XENSTORED_TXN_H
#define XENSTORED_TXN_H

#include <stddef.h>
#include <stdint.h>

#include "dom0-tools/xenstored/client.h"
#include "dom0-tools/xenstored/ops.h"

/* A picture of the tree for the client: the id, or -ENOSPC. */
int txn_start(struct client *c, uint32_t *id);
/*
 * Runs a request inside: 0 with the answer in op, or the request's error.
 * -ENOENT: no such transaction. -ENOSPC: a guest's transaction is too long.
 * op->view is set here.
 */
int txn_run(struct client *c, uint32_t id, struct op *op);
/* Makes it true and tells watchers. -EAGAIN: it did not happen; try again. */
int txn_commit(struct client *c, uint32_t id);
int txn_abort(struct client *c, uint32_t id);
void txn_drop_all(struct client *c);

#endif

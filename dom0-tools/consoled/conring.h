/* SPDX-License-Identifier: GPL-2.0-only */
/* The two byte rings of a domain's console page. */
#ifndef CONSOLED_CONRING_H
#define CONSOLED_CONRING_H

#include <stddef.h>

#include "abi/io/console.h"

/*
 * Takes up to room bytes that the guest printed: how many. A guest whose
 * indices are impossible loses what it printed: -EPROTO, and the consumer
 * has caught up with the producer.
 */
int conring_take(struct xy_xencons_interface *r, char *buf, size_t room);
/* Puts up to len bytes for the guest to read: how many. -EPROTO as above. */
int conring_put(struct xy_xencons_interface *r, const char *buf, size_t len);
/* How many bytes conring_put() would take now; 0 if indices are impossible. */
size_t conring_room(struct xy_xencons_interface *r);

#endif

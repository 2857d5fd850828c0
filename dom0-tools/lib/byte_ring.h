/* SPDX-License-Identifier: GPL-2.0-only */
/* One direction of a page that a guest shares with dom0: a ring of bytes. */
#ifndef DOM0_TOOLS_LIB_BYTE_RING_H
#define DOM0_TOOLS_LIB_BYTE_RING_H

#include <stddef.h>
#include <stdint.h>

struct byte_ring {
	uint32_t *prod;		/* [guest or us, atomic] runs freely */
	uint32_t *cons;		/* [us or guest, atomic] runs freely */
	char *data;
	uint32_t bytes;		/* a power of two */
};

/* Takes up to room bytes: how many, or -EPROTO when the indices lie. */
int byte_ring_take(const struct byte_ring *r, char *buf, size_t room);
/* Puts up to len bytes: how many, or -EPROTO. */
int byte_ring_put(const struct byte_ring *r, const char *buf, size_t len);
/* How many bytes byte_ring_put() would take now; 0 if the indices lie. */
size_t byte_ring_room(const struct byte_ring *r);
/* Forgets what the producer wrote: its index is believed as it is. */
void byte_ring_skip(const struct byte_ring *r);

#endif

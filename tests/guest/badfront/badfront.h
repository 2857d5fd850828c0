/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between the files of the guest with bad frontends.
 */
#ifndef BADFRONT_H
#define BADFRONT_H

#include "guest.h"
#include "abi/io/ring.h"
#include "abi/io/xenbus.h"

/* ---- keys: paths are relative to the domain, or absolute ---- */
static inline bool key_read(const char *path, char *out, size_t room)
{
	return !store_read(0, path, out, room);
}

static inline bool key_write(const char *path, const char *value)
{
	return !store_write(0, path, value);
}

static inline bool key_remove(const char *path)
{
	return !store_remove(0, path);
}

/* ---- device.c ---- */
struct dev {
	char front[40];		/* device/vbd/51712 */
	char back[80];
	uint32_t port;
};

void port_send(uint32_t port);
/* Until the port fires, at most ms; its pending bit is taken. */
void port_wait(uint32_t port, unsigned int ms);
uint32_t port_new(void);

void grants_init(void);
/* A reference for dom0; the same few hundred go round. */
uint32_t grant(const void *page, unsigned int flags);
void grant_to(uint32_t ref, const void *page, uint16_t domid,
	      unsigned int flags);
void grant_revoke(uint32_t ref);	/* whatever dom0 is doing with it */
/*
 * A number of any size as a reference: never that of the console's or the
 * store's page, which a backend would write to and we need. Those of rings
 * that we need are for the caller to avoid.
 */
uint32_t grant_any(uint32_t number);

/* False: the domain has no such device. */
bool dev_find(struct dev *d, const char *front);
void dev_set(struct dev *d, const char *key, const char *value);
void dev_set_number(struct dev *d, const char *key, unsigned long value);
void dev_unset(struct dev *d, const char *key);
unsigned int dev_backend(struct dev *d);	/* its state */
bool dev_wait(struct dev *d, unsigned int state);
/* From wherever it is to 6, and back to 1 with the backend in 2. */
void dev_anew(struct dev *d);
/* The backend must let go of it, in state 5, for a reason that has this word */
void dev_stopped(struct dev *d, const char *word);
/* Waits until *prod leaves seen; false: 20 s have passed. */
bool dev_answered(struct dev *d, const uint32_t *prod, uint32_t seen);
/* The longest of all these waits, on the console. */
void dev_say_longest(void);

/* ---- the attacks ---- */
void block_attacks(void);
void block_handshakes(void);
void block_warm(void);
void block_queues(void);
void block_comeback(void);
void block_fill(bool for_ever);	/* a ring full of requests, unanswered */
void net_attacks(void);
void net_handshakes(void);
void net_queues(void);
void net_load(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A device of ours in the xenstore: where it is, and its handshake with the
 * backend.  Disks and NICs are made with it.
 *
 * Everything happens in event_wait() and its kin, on the vCPU that opened the
 * device: a watch on the backend's state steps the connect table, and the
 * device's kind performs what it asks for.
 */
#ifndef GUEST_DEVICE_H
#define GUEST_DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include "frontend-drivers/core/connect.h"
#include "frontend-drivers/guest/event.h"
#include "frontend-drivers/guest/store.h"

struct device;

struct device_kind {
	const char *name;	/* the folder below device/: vbd, vif */
	bool direct;		/* see connect.h */
	/* Performs one bit of what connect_front_step() asks; 0 or -XY_E. */
	int (*perform)(struct device *d, unsigned int todo);
	/* How many answers came, if one is waited for; else 0. */
	uint64_t (*waiting)(struct device *d);
};

struct device {
	const struct device_kind *kind;
	char front[40];			/* device/vbd/51712, below our own */
	char back[100];			/* absolute */
	char watched[112];
	uint16_t backend;		/* domain */
	struct connect_front connect;
	struct store_watch watch;
	struct timer watchdog;
	uint64_t answers;		/* at the watchdog's last look */
	bool leave;			/* no more wanted, or broken */
	const char *fault;		/* why it was taken offline; NULL */
};

/*
 * The nth device of a kind (0: the first in the store). -XY_ENODEV: there is
 * none, also after wait= seconds of the command line. It connects when the
 * program next waits. A backend that owes an answer and gives none for
 * patience= seconds (30) is taken for broken.
 */
int device_open(struct device *d, const struct device_kind *kind,
		unsigned int nth);
static inline bool device_is_up(const struct device *d)
{
	return d->connect.mine == XY_XENBUS_CONNECTED && !d->leave;
}

/* Waits until it is connected: false after ns, or when it is offline. */
bool device_wait(struct device *d, uint64_t ns);
/* Takes it offline for good, with a message. */
void device_fail(struct device *d, const char *why);
/* Closes it in order; waits for the backend, but not for ever. */
void device_close(struct device *d);
/* Keys of the backend's directory and of ours. absent: what is no number. */
uint64_t device_their_number(struct device *d, const char *key,
			     uint64_t absent);
int device_say(struct device *d, const char *key, uint64_t value);

/* pages in a row, each granted to domid, grants in ref[]. */
int device_share(uint16_t domid, void *first, unsigned int pages,
		 bool read_only, uint32_t *ref);
/* Ends the grants; false: one is in use still, its page must not be reused. */
bool device_unshare(unsigned int pages, uint32_t *ref);

#endif

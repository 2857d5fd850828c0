/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device of a domain, as xenstore knows it, and what its kind (disk or NIC)
 * must be able to do. device.c walks the handshake and calls the kind.
 */
#ifndef BACKEND_DRIVERS_DAEMON_DEVICE_H
#define BACKEND_DRIVERS_DAEMON_DEVICE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dom0-tools/lib/store.h"

struct device {
	struct device *next;
	const struct device_kind *kind;
	unsigned int domid;
	unsigned int devid;
	int mine;		/* our state in the store, XY_XENBUS_* */
	bool opened;		/* image or TAP is held */
	bool attached;		/* rings are mapped */
	bool adopting;		/* attaching to rings a predecessor served */
	bool published;		/* features and hotplug-status stand there */
	bool refused;		/* could not be opened: the toolstack's turn */
	bool waiting;		/* an -EAGAIN: device_retry() walks it */
	bool changed;		/* the store has news of it */
	unsigned int lines;	/* said in the log */
	unsigned int attaches;	/* since attaches_ns */
	uint64_t attaches_ns;
	uint64_t calm_ns;	/* not walked before: it reconnects too often */
	char path[80];		/* of the backend directory */
	char frontend[128];
	char error[256];	/* the first reason of a failure */
};

struct device_kind {
	const char *type;	/* directory under backend/ */
	size_t bytes;		/* of the structure that begins with device */
	/*
	 * All int: 0, or negative errno after device_fail(). open and attach
	 * may also say -EAGAIN: not yet, device_retry() will follow.
	 */
	int (*open)(struct device *dev);
	/* Posts the feature keys in transaction t, returns without flushing. */
	void (*publish)(struct device *dev, xs_transaction_t t);
	int (*attach)(struct device *dev);
	void (*detach)(struct device *dev);
	void (*close)(struct device *dev);
};

extern const struct device_kind disk_kind;
extern const struct device_kind nic_kind;

/* What is offered to a frontend at most; the command line's, then constant. */
struct device_offer {
	unsigned int queues;
	unsigned int ring_order;	/* a disk's: pages, as a power of two */
};
extern struct device_offer device_offer;

extern struct xs_handle *store;		/* the daemon's one connection */

/* Connects to xenstore, takes up what is there, watches. 0 or -errno. */
int device_start(void);
/* All devices, or those behind `from`. */
struct device *device_next(struct device *from);

/*
 * Notes the reason, for the log and the store; returns rc. Outside of the
 * callbacks above follow it with device_stop().
 */
int device_fail(struct device *dev, int rc, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The frontend broke the rules: let go of it, state 5, with the reason. */
void device_stop(struct device *dev);

/* Something was let go of that a device may be waiting for. */
void device_retry(void);

/*
 * Keys of the backend directory and the frontend directory. The string is
 * malloc'd, NULL if there is none.
 */
char *device_read(struct device *dev, const char *key);
char *device_read_front(struct device *dev, const char *key);
/* As above, as a number; `missing` if it is absent or no number. */
long device_number(struct device *dev, const char *key, long missing);
long device_front_number(struct device *dev, const char *key, long missing);
/*
 * n keys dir/KEY of the frontend directory, in one round trip; dir ends with
 * '/' or is empty. DEVICE_NONE: absent, or no number.
 */
#define DEVICE_NONE LONG_MIN
#define DEVICE_KEYS_MAX 20
void device_front_numbers(struct device *dev, const char *dir,
			  const char *const *key, long *value,
			  unsigned int n);
/* Such a string as a number; frees it. */
long device_value(char *text, long missing);
/* For publish: one key. */
void device_post(struct device *dev, xs_transaction_t t, const char *key,
		 const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void device_post_rm(struct device *dev, xs_transaction_t t, const char *key);

/* A line of the log about a device; a guest cannot make it long. */
void device_log(struct device *dev, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

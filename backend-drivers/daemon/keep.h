/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that outlives the daemon: one file for each attached device in
 * /run/xylem-backend, mapped shared, holding the core's private ring state.
 */
#ifndef BACKEND_DRIVERS_DAEMON_KEEP_H
#define BACKEND_DRIVERS_DAEMON_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device;

/*
 * Makes the directory and takes the lock that only one daemon can hold,
 * waiting up to wait_ms for a dying predecessor. 0 or negative errno.
 */
int keep_init(int wait_ms);

/*
 * Maps `bytes` for the device. `ident` tells one connection of the frontend
 * from another. *found: the memory is a predecessor's, for the same device,
 * ident and size; otherwise it is zero. NULL with errno set on failure.
 */
void *keep_map(const struct device *dev, size_t bytes, uint64_t ident,
	       bool *found);
/* The connection is over: unmaps and removes the file. NULL is fine. */
void keep_drop(const struct device *dev, void *kept, size_t bytes);
/* The device is gone: removes what a predecessor may have left of it. */
void keep_forget(const struct device *dev);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between device_watch.c, which hears of a device, and device.c, which walks
 * it through the handshake; included by nobody else.
 */
#ifndef BACKEND_DRIVERS_DAEMON_DEVICE_WALK_H
#define BACKEND_DRIVERS_DAEMON_DEVICE_WALK_H

#include "backend-drivers/daemon/device.h"

#define DEVICE_BASE "/local/domain/0/backend"

/* As many steps of the handshake as can be taken now. */
void device_walk(struct device *dev);
/* A predecessor brought it to `mine`: hold again what it held. */
void device_adopt(struct device *dev);
/* Lets go of everything; the store is left alone. */
void device_close(struct device *dev);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event channels of all devices, on one descriptor.
 *
 * A port that fired stays masked until its owner's work of that round is done
 * and the daemon enters the kernel: a busy frontend then costs few interrupts,
 * and one that is busy without end does not keep the others' ports masked.
 */
#ifndef BACKEND_DRIVERS_DAEMON_EVENTS_H
#define BACKEND_DRIVERS_DAEMON_EVENTS_H

#include <stdint.h>

#include "backend-drivers/daemon/loop.h"

/* Returns 0 or a negative errno. */
int events_init(void);
/* Queues task whenever the port fires. A local port, or negative errno. */
int events_bind(uint32_t domid, uint32_t remote_port, struct loop_task *task);
void events_unbind(int port);
void events_notify(int port);

#endif

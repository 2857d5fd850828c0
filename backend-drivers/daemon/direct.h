/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events and copies that the daemon asks of the hypervisor itself, past dom0's
 * kernel (abi/direct.h). Only Xylem has such: false means that it was not done,
 * and the kernel's devices are the way.
 */
#ifndef BACKEND_DRIVERS_DAEMON_DIRECT_H
#define BACKEND_DRIVERS_DAEMON_DIRECT_H

#include <stdbool.h>
#include <stdint.h>

#include "dom0-tools/lib/gnt.h"

/*
 * apart: the kernel's memory is not mapped while the program runs, and each
 * system call of it flushes the TLB; else it is, as for a driver in the kernel.
 * Returns 0, or a negative errno: all that follows answers false.
 */
int direct_init(bool apart);
bool direct_send(uint32_t port);
/*
 * As gnt_copy(), for segments of which both sides are references. n is at most
 * DIRECT_COPIES. False: some of the copies may have been made, no status was
 * written; all of them are to be asked for again, which does no harm.
 */
#define DIRECT_COPIES 1024
bool direct_copy(struct gnt_copy_segment *segment, unsigned int n);

#endif

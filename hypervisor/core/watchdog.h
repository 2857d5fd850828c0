/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A domain's watchdogs: it promises to come back within some seconds, or is
 * shut down with reason "watchdog".
 */
#ifndef CORE_WATCHDOG_H
#define CORE_WATCHDOG_H

#include "core/dom.h"

/*
 * id 0 makes one and returns its id (1 or 2; -XY_ENOSPC); another id sets it
 * again, or with 0 seconds removes it.  -XY_EINVAL unknown id.
 */
int watchdog_set(struct domain *d, uint32_t id, uint32_t seconds) must_check;
void watchdog_stop(struct domain *d);

#endif

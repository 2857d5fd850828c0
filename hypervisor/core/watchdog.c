/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Watchdogs: two timers a domain.  Lock: the domain's.
 */
#include "core/watchdog.h"
#include "abi/errno.h"
#include "abi/sched.h"
#include "core/arch.h"

#define SECOND_NS	1000000000UL

static void bark(struct timer *t)
{
	struct domain_watchdog *w =
		container_of(t, struct domain_watchdog, timer);

	dom_log(w->domain, "watchdog has not been set again in time");
	dom_shutdown(w->domain, XY_SHUTDOWN_watchdog);
}

static int make(struct domain *d)
{
	for (unsigned int i = 0; i < WATCHDOGS; i++) {
		struct domain_watchdog *w = &d->watchdogs[i];

		if (w->used)
			continue;
		w->used = true;
		w->domain = d;
		timer_init(&w->timer, bark);
		return (int)i + 1;
	}
	return -XY_ENOSPC;
}

int watchdog_set(struct domain *d, uint32_t id, uint32_t seconds)
{
	struct domain_watchdog *w;
	int rc = 0;

	lock_take(&d->lock);
	if (id == 0 && seconds == 0)
		rc = -XY_EINVAL;
	else if (id == 0)
		rc = make(d);
	else if (id > WATCHDOGS || !d->watchdogs[id - 1].used)
		rc = -XY_EINVAL;
	if (rc >= 0) {
		w = &d->watchdogs[(id ? id : (uint32_t)rc) - 1];
		w->used = seconds != 0;
		if (seconds)
			timer_arm(&w->timer, arch_now_ns() +
				  seconds * SECOND_NS);
		else
			timer_stop(&w->timer);
	}
	lock_drop(&d->lock);
	return rc;
}

void watchdog_stop(struct domain *d)
{
	for (unsigned int i = 0; i < WATCHDOGS; i++)
		if (d->watchdogs[i].used)
			timer_stop(&d->watchdogs[i].timer);
}

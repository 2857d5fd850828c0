/* SPDX-License-Identifier: MIT */
/*
 * The end of the domain, by its own will or the toolstack's.
 */
#ifndef GUEST_POWER_H
#define GUEST_POWER_H

#include "abi/sched.h"

/* Ends the domain: XY_SHUTDOWN_poweroff, _reboot or _crash. */
void guest_off(unsigned int reason) __attribute__((noreturn));
/* Says why and crashes. */
void guest_die(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));
/*
 * From here `xl shutdown` and `xl reboot` are obeyed, from event_wait() and its
 * kin; before (if not NULL) is called then, to close what is open. 0, or a
 * negative XY_E: there is no store.
 */
int power_obey(void (*before)(void));

#endif

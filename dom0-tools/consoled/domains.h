/* SPDX-License-Identifier: GPL-2.0-only */
/* Which domains have a console, as the store tells. */
#ifndef CONSOLED_DOMAINS_H
#define CONSOLED_DOMAINS_H

#include "dom0-tools/consoled/console.h"
#include "dom0-tools/lib/store.h"

/* Sets the watches; all domains that are there come as events. 0, -errno. */
int domains_start(struct xs_handle *h);
/* The store has events. False: the link to it broke. */
bool domains_events(struct consoles *cs, struct xs_handle *h);

#endif

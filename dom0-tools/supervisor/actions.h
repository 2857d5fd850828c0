/* SPDX-License-Identifier: GPL-2.0-only */
/* What the supervisor does at the end of a domain. */
#ifndef DOM0_TOOLS_SUPERVISOR_ACTIONS_H
#define DOM0_TOOLS_SUPERVISOR_ACTIONS_H

#include "dom0-tools/xl/create.h"

/*
 * Looks at every domain with a state file and acts on those that have ended.
 * True if something is under way that might end without an event.
 */
bool supervise(struct xl *x);
/* The same for one domain. */
void supervise_domain(struct xl *x, const domain_info *info);

#endif

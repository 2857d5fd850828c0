/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of a domain from the toolstack's side: made, started, ended.
 * Everything here reports its errors and undoes what it began.
 */
#ifndef DOM0_TOOLS_XL_CREATE_H
#define DOM0_TOOLS_XL_CREATE_H

#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/state.h"
#include "dom0-tools/xl/xl.h"

struct create_options {
	enum state_phase phase;		/* STATE_CREATING or STATE_RESTART */
	unsigned int lock_seconds;	/* how long to wait for others */
	bool exits_soon;		/* leave buffers to the process's end */
};

/*
 * Builds the domain and leaves it paused, its devices ready. An enum
 * xl_exit; anything but XL_OK has left nothing behind.
 */
int domain_create(struct xl *x, const struct domain_config *c,
		  const struct create_options *o, uint16_t *domid);

int domain_unpause(struct xl *x, uint16_t domid);
int domain_pause(struct xl *x, uint16_t domid);

/*
 * Kills it, removes its nodes and its state, and waits (with a limit) for
 * the last of it to be gone. 0, -ESRCH, -ETIMEDOUT (it will go, but somebody
 * still holds pages) or another negative errno.
 */
int domain_destroy(struct xl *x, uint16_t domid);
/* A domain between two lives of a restart: there will be no next one. */
bool domain_destroy_unborn(struct xl *x, const char *name);
/* As domain_destroy, but its state file stays. */
int domain_end(struct xl *x, uint16_t domid);

/*
 * Cleans up after toolstack processes that were killed: half-made domains,
 * nodes and state of domains that are gone. Unfinished restarts are left for
 * the supervisor.
 */
void reap_orphans(struct xl *x);
/* The domain with this handle, if it exists. */
bool domain_by_uuid(const domain_info *list, uint32_t count,
		    const uint8_t uuid[16], uint16_t *domid);

#endif

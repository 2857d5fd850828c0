// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for the backends of a new domain.
 *
 * A backend answers in its own directory: state 2 (InitWait) and it is ready
 * for the frontend; state 6 with a text in `error` and it is not.
 *
 * Rules: 1. ask first, watch only if the answer is not there yet, since the
 * backend had all the time the kernel took to unpack; 2. one limit for all
 * devices together.
 * Lock: none. Never: undoes anything. Next: create.c.
 */
#include "dom0-tools/xl/devices.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LIMIT_MS 40000
#define STATE_INIT_WAIT 2
#define STATE_CLOSING 5

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* 0: ready; 1: not yet; -EIO: refused, and reported. */
static int look(struct xl *x, const char *dir, const char *what)
{
	char *state = store_read(x, "%s/state", dir);
	int n = state ? atoi(state) : 0;
	char *why;

	free(state);
	if (n < STATE_INIT_WAIT)
		return 1;
	if (n < STATE_CLOSING)
		return 0;
	why = store_read(x, "%s/error", dir);
	report_error("the backend refused %s: %s", what,
		     why && *why ? why : "it gave no reason");
	free(why);
	return -EIO;
}

static void drop_events(struct xl *x)
{
	char **event;

	while ((event = xs_check_watch(x->store)))
		free(event);
}

static int wait_one(struct xl *x, const char *dir, const char *what, long end)
{
	int r = look(x, dir, what);

	if (r <= 0)
		return r;
	if (!xs_watch(x->store, dir, "device"))
		return -errno;
	while ((r = look(x, dir, what)) > 0) {
		struct pollfd p = { xs_fileno(x->store), POLLIN, 0 };
		long left = end - now_ms();

		if (x->stop) {
			r = -EINTR;
			break;
		}
		if (left <= 0) {
			report_error("no backend answered for %s within %d s",
				     what, LIMIT_MS / 1000);
			report_hint("is xylem-backend running? its log is "
				    "/var/log/xen/xylem-backend.log");
			r = -ETIMEDOUT;
			break;
		}
		poll(&p, 1, left > 1000 ? 1000 : (int)left);
		drop_events(x);
	}
	xs_unwatch(x->store, dir, "device");
	drop_events(x);
	return r;
}

int devices_wait(struct xl *x, uint16_t domid, const struct domain_config *c)
{
	long end = now_ms() + LIMIT_MS;
	char *dir, *what;
	int err = 0;

	for (size_t i = 0; i < c->disk_count && !err; i++) {
		dir = store_path("/local/domain/0/backend/qdisk/%u/%u", domid,
				 c->disks[i].devid);
		what = store_path("disk %s (%s)", c->disks[i].vdev,
				  c->disks[i].target ? c->disks[i].target :
				  "empty");
		err = dir && what ? wait_one(x, dir, what, end) : -ENOMEM;
		free(dir);
		free(what);
	}
	for (size_t i = 0; i < c->vif_count && !err; i++) {
		dir = store_path("/local/domain/0/backend/vif/%u/%d", domid,
				 c->vifs[i].devid);
		what = store_path("NIC %d (bridge %s)", c->vifs[i].devid,
				  c->vifs[i].bridge);
		err = dir && what ? wait_one(x, dir, what, end) : -ENOMEM;
		free(dir);
		free(what);
	}
	return err;
}

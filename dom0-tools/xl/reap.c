// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a domain, orderly or not.
 *
 * The hypervisor stops the domain first; then its nodes go, upon which the
 * backends, xenstored and consoled let go of its pages; then it vanishes.
 *
 * Rules: 1. each step may be repeated by another process at any time, so
 * none minds finding its work done; 2. a domain is recognised by UUID, never
 * by number alone, since numbers are used again.
 * Lock: the state files'. Never: touches a domain whose creator lives.
 * Next: the supervisor.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dom0-tools/xl/create.h"
#include "dom0-tools/xl/tree.h"

#define GONE_LIMIT_MS 3000
#define POLL_MS 2
#define DESTROY_TRIES 10000

static int simple_domctl(struct xl *x, uint16_t domid, uint32_t cmd)
{
	struct xy_domctl op = { .cmd = cmd, .domain = domid };

	return call_domctl(&x->call, &op);
}

int domain_unpause(struct xl *x, uint16_t domid)
{
	return simple_domctl(x, domid, XY_DOMCTL_unpausedomain);
}

int domain_pause(struct xl *x, uint16_t domid)
{
	return simple_domctl(x, domid, XY_DOMCTL_pausedomain);
}

static int kill_domain(struct xl *x, uint16_t domid)
{
	int err = -EAGAIN;

	/* A large domain may take several calls. */
	for (int i = 0; err == -EAGAIN && i < DESTROY_TRIES; i++)
		err = simple_domctl(x, domid, XY_DOMCTL_destroydomain);
	return err;
}

static int wait_gone(struct xl *x, uint16_t domid, const uint8_t uuid[16])
{
	const struct timespec nap = { .tv_nsec = POLL_MS * 1000000 };
	domain_info info;

	for (int ms = 0; ms < GONE_LIMIT_MS; ms += POLL_MS) {
		if (!domain_get(x, domid, &info) ||
		    memcmp(info.handle, uuid, 16) != 0)
			return 0;
		nanosleep(&nap, NULL);
	}
	return -ETIMEDOUT;
}

int domain_end(struct xl *x, uint16_t domid)
{
	domain_info info;
	int err;

	if (!domain_get(x, domid, &info))
		return -ESRCH;
	err = kill_domain(x, domid);
	if (err)
		return err;
	tree_remove(x, domid, info.handle);
	return wait_gone(x, domid, info.handle);
}

/* The file goes first: who is making the domain anew sees that and stops. */
int domain_destroy(struct xl *x, uint16_t domid)
{
	domain_info info;

	if (!domain_get(x, domid, &info))
		return -ESRCH;
	state_remove(info.handle);
	return domain_end(x, domid);
}

bool domain_by_uuid(const domain_info *list, uint32_t count,
		    const uint8_t uuid[16], uint16_t *domid)
{
	for (uint32_t i = 0; i < count; i++)
		if (memcmp(list[i].handle, uuid, 16) == 0) {
			*domid = list[i].domain;
			return true;
		}
	return false;
}

/* What is there already of the next life goes too, if its maker is dead. */
static void end_by_uuid(struct xl *x, const uint8_t uuid[16])
{
	uint32_t count;
	domain_info *list = domain_all(x, &count);
	uint16_t domid;

	if (list && domain_by_uuid(list, count, uuid, &domid))
		domain_end(x, domid);
	free(list);
}

bool domain_destroy_unborn(struct xl *x, const char *name)
{
	struct state_walk w;
	struct state s;
	bool found = false;

	state_walk_start(&w);
	while (!found && state_walk_next(&w, &s)) {
		found = s.phase == STATE_RESTART && strcmp(s.name, name) == 0;
		if (found) {
			state_remove(s.uuid);
			end_by_uuid(x, s.uuid);
		}
		state_free(&s);
	}
	state_walk_end(&w);
	return found;
}

/* The nodes of a domain whose number is not known any more. */
static void remove_by_uuid(struct xl *x, const uint8_t uuid[16])
{
	char text[CONFIG_UUID_TEXT], want[48];
	unsigned int n = 0;
	char **names;

	uuid_format(uuid, text);
	stpcpy(stpcpy(want, "/vm/"), text);
	names = xs_directory(x->store, XBT_NULL, "/local/domain", &n);
	for (unsigned int i = 0; names && i < n; i++) {
		char *vm = store_read(x, "/local/domain/%s/vm", names[i]);

		if (vm && strcmp(vm, want) == 0 && strcmp(names[i], "0"))
			tree_remove(x, (uint16_t)atoi(names[i]), uuid);
		free(vm);
	}
	free(names);
}

static bool looks_orphaned(const struct state *s, bool exists)
{
	return s->phase != STATE_RESTART &&
	       (s->phase == STATE_CREATING || !exists);
}

static void reap_domain(struct xl *x, const uint8_t uuid[16],
			const uint16_t *domid)
{
	if (domid) {
		domain_destroy(x, *domid);
	} else {
		remove_by_uuid(x, uuid);
		state_remove(uuid);
	}
}

/*
 * Under the claim, on what is true now: its creator may have finished between
 * our first look and the claim.
 */
static void reap_claimed(struct xl *x, const uint8_t uuid[16])
{
	struct state s;
	uint32_t count;
	domain_info *list;
	uint16_t domid;
	bool exists;

	if (state_load(uuid, &s))
		return;
	list = domain_all(x, &count);
	if (list) {
		exists = domain_by_uuid(list, count, uuid, &domid);
		if (looks_orphaned(&s, exists))
			reap_domain(x, uuid, exists ? &domid : NULL);
	}
	free(list);
	state_free(&s);
}

static void reap_one(struct xl *x, const struct state *s,
		     const domain_info *list, uint32_t count)
{
	uint16_t domid;
	int fd;

	if (!looks_orphaned(s, domain_by_uuid(list, count, s->uuid, &domid)))
		return;
	if (state_claim(s->uuid, &fd))
		return;		/* its creator is at work */
	reap_claimed(x, s->uuid);
	close(fd);
}

void reap_orphans(struct xl *x)
{
	struct state_walk w;
	struct state s;
	uint32_t count;
	domain_info *list = domain_all(x, &count);

	if (!list)
		return;
	state_walk_start(&w);
	while (state_walk_next(&w, &s)) {
		reap_one(x, &s, list, count);
		state_free(&s);
	}
	state_walk_end(&w);
	free(list);
}

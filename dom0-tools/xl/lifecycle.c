// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl pause, unpause, destroy, shutdown, reboot.
 *
 * shutdown and reboot only ask: a word in the guest's part of the store; its
 * kernel does the rest, and the supervisor what the configuration says.
 *
 * Rules: 1. waiting ends when the domain is gone or shut down, whichever the
 * configuration makes of it; 2. each domain of several is tried.
 * Lock: none. Never: restarts a domain itself. Next: console.c.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dom0-tools/xl/create.h"
#include "dom0-tools/xl/verbs.h"

struct request {
	const char *verb;
	const char *word;	/* for control/shutdown */
	const char *doing;
	bool all;
	bool wait;
	bool limited;
	unsigned int seconds;
};

struct target {
	uint16_t domid;
	uint8_t uuid[16];
	bool done;
};

static int one_domain(struct xl *x, int argc, char **argv, uint16_t *domid)
{
	if (argc != 2)
		return verb_usage(argv[0]);
	return domain_need(x, argv[1], false, domid) ? XL_OK : XL_ERROR;
}

static int answer(const char *what, const char *name, int err)
{
	if (!err)
		return XL_OK;
	report_error("cannot %s '%s': %s", what, name, strerror(-err));
	return XL_ERROR;
}

int verb_pause(struct xl *x, int argc, char **argv)
{
	uint16_t domid;
	int status = one_domain(x, argc, argv, &domid);

	return status ? status :
	       answer("pause", argv[1], domain_pause(x, domid));
}

int verb_unpause(struct xl *x, int argc, char **argv)
{
	uint16_t domid;
	int status = one_domain(x, argc, argv, &domid);

	return status ? status :
	       answer("unpause", argv[1], domain_unpause(x, domid));
}

int verb_destroy(struct xl *x, int argc, char **argv)
{
	static const struct option options[] = {
		{ "wait", optional_argument, NULL, 'w' },
		{ 0 }
	};
	uint16_t domid;
	int c, err;

	/* It always waits; -f is for destroying dom0, which is refused. */
	while ((c = getopt_long(argc, argv, "fw", options, NULL)) != -1)
		if (c == '?')
			return verb_usage("destroy");
	if (!xl_call(x) || !xl_store(x))
		return XL_ERROR;
	if (optind == argc - 1 && domain_destroy_unborn(x, argv[optind]))
		return XL_OK;
	argv[optind - 1] = argv[0];
	err = one_domain(x, argc - optind + 1, argv + optind - 1, &domid);
	if (err)
		return err;
	err = domain_destroy(x, domid);
	if (err == -ETIMEDOUT) {
		report_warning("'%s' is dead, but some of its memory is still "
			       "held by a backend", argv[optind]);
		return XL_OK;
	}
	return answer("destroy", argv[optind], err);
}

static bool ask(struct xl *x, const struct request *r, uint16_t domid)
{
	char *path = store_path("/local/domain/%u/control/shutdown", domid);
	bool ok = path && xs_write(x->store, XBT_NULL, path, r->word,
				   (unsigned int)strlen(r->word));

	if (ok)
		fprintf(stderr, "%s domain %u\n", r->doing, domid);
	else
		report_error("cannot %s domain %u: %s", r->verb, domid,
			     strerror(errno));
	free(path);
	return ok;
}

/* Has it come to its end? Says so. */
static bool ended(struct xl *x, const struct target *t)
{
	domain_info info;

	if (!domain_get(x, t->domid, &info) ||
	    memcmp(info.handle, t->uuid, 16) != 0) {
		fprintf(stderr, "Domain %u has been destroyed\n", t->domid);
		return true;
	}
	if (domain_is_shut(&info) && !(info.flags & XY_DOMINF_dying)) {
		/* A preserved domain stays; others go in a moment. */
		fprintf(stderr, "Domain %u has been shut down, reason code "
			"%u\n", t->domid, domain_reason(&info));
		return true;
	}
	return false;
}

static int wait_all(struct xl *x, struct target *list, int count,
		    const struct request *r)
{
	struct timespec now, start;
	int left = count;

	fprintf(stderr, "Waiting for %d domains\n", count);
	clock_gettime(CLOCK_MONOTONIC, &start);
	if (!xs_watch(x->store, "@releaseDomain", "end"))
		return XL_ERROR;
	while (!x->stop) {
		struct pollfd p = { xs_fileno(x->store), POLLIN, 0 };
		char **event;

		for (int i = 0; i < count; i++)
			if (!list[i].done && ended(x, &list[i])) {
				list[i].done = true;
				left--;
			}
		if (left == 0)
			return XL_OK;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (r->limited && now.tv_sec - start.tv_sec >=
		    (time_t)r->seconds) {
			report_error("%d of %d domains are still up after "
				     "%u s", left, count, r->seconds);
			return XL_TIMEOUT;
		}
		poll(&p, 1, 500);
		while ((event = xs_check_watch(x->store)))
			free(event);
	}
	return XL_ERROR;
}

static void add_target(struct target *t, const domain_info *info)
{
	t->domid = info->domain;
	memcpy(t->uuid, info->handle, 16);
	t->done = false;
}

static int collect(struct xl *x, const struct request *r, char **names,
		   int count, struct target *list)
{
	domain_info *all, info;
	uint32_t n = 0;
	int found = 0;
	uint16_t domid;

	if (!r->all) {
		for (int i = 0; i < count; i++) {
			if (!domain_need(x, names[i], false, &domid) ||
			    !domain_get(x, domid, &info))
				return -1;
			add_target(&list[found++], &info);
		}
		return found;
	}
	all = domain_all(x, &n);
	for (uint32_t i = 0; all && i < n; i++)
		if (all[i].domain != 0 && !domain_is_shut(&all[i]) &&
		    !(all[i].flags & XY_DOMINF_dying))
			add_target(&list[found++], &all[i]);
	free(all);
	return all ? found : -1;
}

static int run_request(struct xl *x, const struct request *r, char **names,
		       int count)
{
	struct target *list;
	int found, status = XL_OK;

	if (!xl_call(x) || !xl_store(x))
		return XL_ERROR;
	list = calloc(XL_DOMAINS_MAX + (size_t)count, sizeof(*list));
	if (!list)
		return XL_ERROR;
	found = collect(x, r, names, count, list);
	if (found < 0)
		status = XL_ERROR;
	for (int i = 0; i < found; i++)
		if (!ask(x, r, list[i].domid)) {
			list[i--] = list[--found];
			status = XL_ERROR;
		}
	if (r->wait && found > 0 && status == XL_OK)
		status = wait_all(x, list, found, r);
	free(list);
	return status;
}

static int parse_request(struct xl *x, int argc, char **argv,
			 struct request *r)
{
	static const struct option options[] = {
		{ "wait", optional_argument, NULL, 'W' },
		{ "all", no_argument, NULL, 'a' },
		{ 0 }
	};
	int c;

	/* -F asks HVM guests by ACPI: nothing to do for PV. */
	while ((c = getopt_long(argc, argv, "waF", options, NULL)) != -1) {
		if (c == '?')
			return verb_usage(r->verb);
		r->all |= c == 'a';
		r->wait |= c == 'w' || c == 'W';
		r->limited |= c == 'W' && optarg;
		if (c == 'W' && optarg && !option_seconds(optarg, &r->seconds))
			return verb_usage(r->verb);
	}
	if (r->all == (optind < argc))
		return verb_usage(r->verb);
	return run_request(x, r, argv + optind, argc - optind);
}

int verb_shutdown(struct xl *x, int argc, char **argv)
{
	struct request r = {
		.verb = "shutdown",
		.word = "poweroff",
		.doing = "Shutting down",
	};

	return parse_request(x, argc, argv, &r);
}

int verb_reboot(struct xl *x, int argc, char **argv)
{
	struct request r = {
		.verb = "reboot",
		.word = "reboot",
		.doing = "Rebooting",
	};

	return parse_request(x, argc, argv, &r);
}

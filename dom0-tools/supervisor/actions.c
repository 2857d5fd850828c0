// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the supervisor does at the end of a domain.
 *
 *	running --ends--> destroy:   nodes, state and domain go
 *	                  preserve:  stays, phase PRESERVED
 *	                  restart:   phase RESTART, domain goes, is made anew
 *	                  rename-restart: preserved as NAME-DOMID, made anew
 *
 * Rules: 1. the phase changes before the deed, so that a successor of ours
 * goes on where we died; 2. a domain that ends before it used its CPU for a
 * tenth of a second is started again no sooner than a second later.
 * Lock: the state file of the domain acted on. Never: waits for a guest.
 */
#include "dom0-tools/supervisor/actions.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "abi/sched.h"
#include "dom0-tools/xl/tree.h"

#define LOCK_SECONDS 60
#define SHORT_LIFE_NS 100000000ull

static void note(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
static void note(const char *format, ...)
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm tm;
	va_list ap;

	strftime(stamp, sizeof(stamp), "%F %T", localtime_r(&now, &tm));
	fprintf(report_stream(), "%s ", stamp);
	va_start(ap, format);
	vfprintf(report_stream(), format, ap);
	va_end(ap);
	fputc('\n', report_stream());
	fflush(report_stream());
}

static FILE *open_log(const char *name)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "/var/log/xen/xl-%s.log", name);
	f = fopen(path, "ae");
	report_to(f);
	return f;
}

static void close_log(FILE *f)
{
	report_to(NULL);
	if (f)
		fclose(f);
}

static const char *reason_text(unsigned int reason)
{
	static const char *const texts[] = {
		[XY_SHUTDOWN_poweroff] = "powered off",
		[XY_SHUTDOWN_reboot] = "asked to be started again",
		[XY_SHUTDOWN_suspend] = "suspended",
		[XY_SHUTDOWN_crash] = "crashed",
		[XY_SHUTDOWN_watchdog] = "did not feed its watchdog",
		[XY_SHUTDOWN_soft_reset] = "asked for a soft reset",
	};

	return reason < sizeof(texts) / sizeof(texts[0]) ? texts[reason] :
	       "ended for a reason unknown";
}

static enum action wanted(const struct domain_config *c, unsigned int reason)
{
	switch (reason) {
	case XY_SHUTDOWN_poweroff:
		return c->on_poweroff;
	case XY_SHUTDOWN_reboot:
	case XY_SHUTDOWN_soft_reset:
		return c->on_reboot;
	case XY_SHUTDOWN_suspend:
		return ACTION_PRESERVE;
	case XY_SHUTDOWN_watchdog:
		return c->on_watchdog;
	default:
		return c->on_crash;
	}
}

static void make_anew(struct xl *x, const struct domain_config *c,
		      enum state_phase phase)
{
	const struct create_options o = {
		.phase = phase,
		.lock_seconds = LOCK_SECONDS,
	};
	uint16_t domid;

	if (domain_create(x, c, &o, &domid) != XL_OK) {
		note("'%s' could not be started again", c->name);
		return;
	}
	if (domain_unpause(x, domid))
		note("'%s' could not be set running", c->name);
	else
		note("'%s' runs again as domain %u", c->name, domid);
}

static void short_life(const domain_info *info)
{
	const struct timespec nap = { .tv_sec = 1 };

	if (info->cpu_time < SHORT_LIFE_NS)
		nanosleep(&nap, NULL);
}

static void restart(struct xl *x, const struct state *s,
		    const domain_info *info, const struct domain_config *c)
{
	int fd, err = state_claim(s->uuid, &fd);

	if (err) {
		note("somebody else is at '%s'", s->name);
		return;
	}
	/* From here a successor of ours would make it anew. */
	state_set_phase(fd, STATE_RESTART);
	short_life(info);
	err = domain_end(x, info->domain);
	if (err == -ETIMEDOUT)
		note("pages of '%s' are still held by a backend", s->name);
	make_anew(x, c, STATE_RESTART);
	close(fd);
}

static void preserve(struct xl *x, const struct state *s)
{
	int fd;

	(void)x;
	if (state_claim(s->uuid, &fd))
		return;
	state_set_phase(fd, STATE_PRESERVED);
	close(fd);
	note("'%s' is preserved; xl destroy %s frees it", s->name, s->name);
}

static void rename_restart(struct xl *x, const struct state *s,
			   const domain_info *info, struct domain_config *c)
{
	char *path = store_path("/local/domain/%u/name", info->domain);
	char *name = store_path("%s-%u", s->name, info->domain);

	if (path && name) {
		short_life(info);
		tree_remove_devices(x, info->domain);
		xs_write(x->store, XBT_NULL, path, name,
			 (unsigned int)strlen(name));
		state_preserve(s, name);
		note("'%s' is preserved as '%s'", s->name, name);
		if (getrandom(c->uuid, 16, 0) == 16)
			make_anew(x, c, STATE_CREATING);
	}
	free(path);
	free(name);
}

static void act(struct xl *x, const struct state *s, const domain_info *info,
		struct domain_config *c)
{
	enum action a = wanted(c, domain_reason(info));

	note("'%s' (domain %u) %s: %s", s->name, info->domain,
	     reason_text(domain_reason(info)), action_name(a));
	if (a == ACTION_COREDUMP_DESTROY || a == ACTION_COREDUMP_RESTART)
		note("core dumps are not supported by Xylem yet");
	switch (a) {
	case ACTION_COREDUMP_DESTROY:
	case ACTION_DESTROY:
		domain_destroy(x, info->domain);
		break;
	case ACTION_COREDUMP_RESTART:
	case ACTION_SOFT_RESET:
	case ACTION_RESTART:
		restart(x, s, info, c);
		break;
	case ACTION_RENAME_RESTART:
		rename_restart(x, s, info, c);
		break;
	case ACTION_PRESERVE:
		preserve(x, s);
		break;
	}
}

/* The configuration it was made from, with the random parts it got then. */
static bool recall(const struct state *s, struct domain_config *c)
{
	if (config_read(c, s->name, s->config)) {
		note("the configuration of '%s' cannot be read any more",
		     s->name);
		config_free(c);
		return false;
	}
	state_reuse(s, c);
	return true;
}

static void domain_ended(struct xl *x, const struct state *s,
			 const domain_info *info)
{
	FILE *log = open_log(s->name);
	struct domain_config c;

	if (recall(s, &c)) {
		act(x, s, info, &c);
		config_free(&c);
	}
	close_log(log);
}

/* A restart that somebody began and did not finish. */
static void resume_restart(struct xl *x, const struct state *s,
			   const domain_info *info)
{
	struct domain_config c;
	FILE *log;
	int fd;

	if (state_claim(s->uuid, &fd))
		return;
	log = open_log(s->name);
	note("the restart of '%s' goes on", s->name);
	if (recall(s, &c)) {
		if (info)
			domain_end(x, info->domain);
		make_anew(x, &c, STATE_RESTART);
		config_free(&c);
	}
	close(fd);
	close_log(log);
}

static const domain_info *info_of(const domain_info *list, uint32_t count,
				  const uint8_t uuid[16])
{
	for (uint32_t i = 0; i < count; i++)
		if (memcmp(list[i].handle, uuid, 16) == 0)
			return &list[i];
	return NULL;
}

static void look_at(struct xl *x, const struct state *s,
		    const domain_info *info)
{
	if (s->phase == STATE_RESTART)
		resume_restart(x, s, info);
	else if (s->phase == STATE_RUNNING && info && domain_is_shut(info) &&
		 !(info->flags & XY_DOMINF_dying))
		domain_ended(x, s, info);
}

void supervise_domain(struct xl *x, const domain_info *info)
{
	struct state s;

	if (state_load(info->handle, &s))
		return;
	look_at(x, &s, info);
	state_free(&s);
}

bool supervise(struct xl *x)
{
	struct state_walk w;
	struct state s;
	uint32_t count;
	domain_info *list = domain_all(x, &count);
	bool watchful = false;

	if (!list)
		return true;
	state_walk_start(&w);
	while (state_walk_next(&w, &s)) {
		watchful |= s.phase == STATE_CREATING ||
			    s.phase == STATE_RESTART;
		look_at(x, &s, info_of(list, count, s.uuid));
		state_free(&s);
	}
	state_walk_end(&w);
	free(list);
	reap_orphans(x);
	return watchful;
}

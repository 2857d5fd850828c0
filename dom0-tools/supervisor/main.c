// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl-supervisor: does what configurations say about the end of a domain.
 *
 * One process for all domains. It sleeps until xenstored tells of a domain
 * that ended, or a state file changed. What it must remember lies in the
 * state files (xl/state.h), so it may be killed and started again at any
 * moment, also in the middle of a restart.
 *
 * Rules: 1. an event that names a domain costs a look at that one, however
 * many there are; what may leave something behind (a domain gone, another one
 * in the making) is followed by a look at everything a second later, and an
 * event that names nobody by one at once, so no event can be missed; 2. what
 * it does for a domain is said in /var/log/xen/xl-NAME.log; 3. it is alone:
 * it holds a lock on its pid file.
 * Lock: the pid file's, and a domain's state file while acting on it.
 * Never: dies of one domain's trouble; touches domains without state file.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dom0-tools/supervisor/actions.h"

#define PID_FILE "/run/xen/xl-supervisor.pid"
#define STATE_DIR "/run/xen/domain"
/* While somebody creates a domain he might die without an event. */
#define WATCHFUL_MS 1000

/* Written by the handler, hence at file scope. */
static struct xl xl;

static void on_signal(int number)
{
	(void)number;
	xl.stop = 1;
}

static void make_dirs(void)
{
	mkdir("/run/xen", 0755);
	mkdir(STATE_DIR, 0700);
	mkdir("/var/log/xen", 0755);
}

/* The lock lives as long as the process. */
static bool be_alone(bool wait)
{
	int fd = open(PID_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	char pid[16];
	int n;

	if (fd < 0 || flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB) < 0)
		return false;
	n = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) < 0 || write(fd, pid, (size_t)n) != n)
		return false;
	return true;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* When to look at everything; NEVER if nothing asks for it. */
#define NEVER INT64_MAX

static void look_by(int64_t *look_ms, int64_t by_ms)
{
	if (by_ms < *look_ms)
		*look_ms = by_ms;
}

/* A file that says "creating" is looked after; any other change at once. */
static void file_moved(const struct inotify_event *e, int64_t *look_ms)
{
	struct state s;
	uint8_t uuid[16];
	bool creating;

	if (e->len == 0 || !uuid_parse(e->name, uuid) ||
	    state_load(uuid, &s)) {
		/* A temporary name, or an overflow: which has no name. */
		look_by(look_ms, now_ms() + (e->len ? WATCHFUL_MS : 0));
		return;
	}
	creating = s.phase == STATE_CREATING;
	state_free(&s);
	look_by(look_ms, now_ms() + (creating ? WATCHFUL_MS : 0));
}

static void files_moved(int fd, int64_t *look_ms)
{
	char buf[4096] __attribute__((aligned(8)));
	const struct inotify_event *e;
	ssize_t n, at;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (at = 0; at < n; at += (ssize_t)(sizeof(*e) + e->len)) {
			e = (const struct inotify_event *)(buf + at);
			file_moved(e, look_ms);
		}
}

static void domain_released(const char *path, int64_t *look_ms)
{
	const char *slash = strchr(path, '/');
	unsigned long domid = slash ? strtoul(slash + 1, NULL, 10) : 0;
	domain_info info;

	if (domid == 0 || domid >= XY_DOMID_FIRST_RESERVED)
		look_by(look_ms, now_ms());
	else if (domain_get(&xl, (uint16_t)domid, &info) &&
		 !(info.flags & XY_DOMINF_dying))
		supervise_domain(&xl, &info);
	else
		look_by(look_ms, now_ms() + WATCHFUL_MS);
}

/* False: the store is gone. */
static bool wait_for_news(int changes, int64_t *look_ms)
{
	struct pollfd p[2] = {
		{ xs_fileno(xl.store), POLLIN, 0 },
		{ changes, POLLIN, 0 },
	};
	int64_t left = *look_ms == NEVER ? -1 : *look_ms - now_ms();
	char **event;

	poll(p, 2, *look_ms != NEVER && left < 0 ? 0 : (int)left);
	files_moved(changes, look_ms);
	errno = EAGAIN;
	while ((event = xs_check_watch(xl.store))) {
		domain_released(event[XS_WATCH_PATH], look_ms);
		free(event);
		errno = EAGAIN;
	}
	return errno == EAGAIN;
}

static int run(void)
{
	int changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int64_t look_ms = 0;

	if (!xl_call(&xl) || !xl_store(&xl))
		return XL_ERROR;
	inotify_add_watch(changes, STATE_DIR, IN_MOVED_TO);
	if (!xs_watch_depth(xl.store, "@releaseDomain", "end", 1) &&
	    !xs_watch(xl.store, "@releaseDomain", "end")) {
		report_error("xenstored refuses to tell of domains: %s",
			     strerror(errno));
		return XL_ERROR;
	}
	while (!xl.stop) {
		if (look_ms <= now_ms()) {
			look_ms = NEVER;
			if (supervise(&xl))
				look_by(&look_ms, now_ms() + WATCHFUL_MS);
		}
		if (!wait_for_news(changes, &look_ms) && !xl.stop) {
			report_error("xenstored is gone: %s", strerror(errno));
			return XL_ERROR;
		}
	}
	return XL_OK;
}

int main(int argc, char **argv)
{
	struct sigaction a = { .sa_handler = on_signal };
	bool foreground = argc == 2 && strcmp(argv[1], "-F") == 0;
	int status;

	if (argc > 1 && !foreground) {
		fprintf(stderr, "Usage: xl-supervisor [-F]\n");
		return XL_USAGE;
	}
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGINT, &a, NULL);
	signal(SIGPIPE, SIG_IGN);
	make_dirs();
	if (!foreground && daemon(0, 0) < 0)
		return XL_ERROR;
	/* In the foreground we stand by until another one ends. */
	if (!be_alone(foreground))
		return foreground ? XL_ERROR : XL_OK;
	status = run();
	xl_close(&xl);
	return status;
}

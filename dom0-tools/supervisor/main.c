// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl-supervisor: does what configurations say about the end of a domain.
 *
 * One process for all domains. It sleeps until xenstored tells of a domain
 * that ended, or a state file changed, then looks at all domains anew. What
 * it must remember lies in the state files (xl/state.h), so it may be killed
 * and started again at any moment, also in the middle of a restart.
 *
 * Rules: 1. every wake-up looks at everything, so no event can be missed;
 * 2. what it does for a domain is said in /var/log/xen/xl-NAME.log; 3. it is
 * alone: it holds a lock on its pid file.
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

static void drop_inotify(int fd)
{
	char buf[4096];

	while (read(fd, buf, sizeof(buf)) > 0)
		;
}

static int run(void)
{
	int changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (!xl_call(&xl) || !xl_store(&xl))
		return XL_ERROR;
	inotify_add_watch(changes, STATE_DIR, IN_MOVED_TO);
	if (!xs_watch(xl.store, "@releaseDomain", "end")) {
		report_error("xenstored refuses to tell of domains: %s",
			     strerror(errno));
		return XL_ERROR;
	}
	while (!xl.stop) {
		bool watchful = supervise(&xl);
		struct pollfd p[2] = {
			{ xs_fileno(xl.store), POLLIN, 0 },
			{ changes, POLLIN, 0 },
		};
		char **event;

		poll(p, 2, watchful ? WATCHFUL_MS : -1);
		drop_inotify(changes);
		errno = EAGAIN;
		while ((event = xs_check_watch(xl.store)))
			free(event);
		if (errno != EAGAIN && !xl.stop) {
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

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * consoled: the consoles of all domains.
 *
 * For each domain: a log, /var/log/xen/console/guest-NAME.log, of bounded
 * size; and a terminal, whose path is in /local/domain/N/console/tty.
 *
 * Rules:
 * 1. One process, one thread, one loop over the event channel device, the
 *    store and the terminals.
 * 2. Nothing is kept that a successor would need: ring positions are in the
 *    guests' pages, the rest is in the store. Killed and started again it
 *    goes on where it was; terminals get new paths.
 * 3. If the store goes away, the consoles that are open are served on.
 *
 * The tour of this folder is in its README.md.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dom0-tools/consoled/domains.h"
#include "dom0-tools/lib/daemon.h"
#include "dom0-tools/lib/evtchn.h"

#define LOG_DIR "/var/log/xen/console"
#define EVENTS_AT_ONCE 64
#define HOLD_MS 1 /* see console.c, rule 2 */
#define HOLD_TURNS 16 /* the same when the loop does not come to rest */

static const char usage[] =
	"usage: consoled [options]\n"
	"  -F, --no-fork     stay in the foreground\n"
	"  --pid-file FILE   write the process number there\n"
	"  --log-dir DIR     logs go there (default " LOG_DIR ")\n";

struct options {
	const char *pid_file, *log_dir;
	bool no_fork;
};

static int parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "pid-file", required_argument, NULL, 'p' },
		{ "no-fork", no_argument, NULL, 'F' },
		{ "log-dir", required_argument, NULL, 'l' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	o->log_dir = LOG_DIR;
	while ((c = getopt_long(argc, argv, "F", longs, NULL)) != -1) {
		switch (c) {
		case 'p':
			o->pid_file = optarg;
			break;
		case 'F':
			o->no_fork = true;
			break;
		case 'l':
			o->log_dir = optarg;
			break;
		case 'v':
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default:
			return -EINVAL;
		}
	}
	return optind == argc ? 0 : -EINVAL;
}

static int add(int epoll, int fd, struct source *s)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = s };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &ev) ? -errno : 0;
}

static int refuse(const char *what, int err, const char *hint)
{
	fprintf(stderr, "consoled: %s: %s\n  hint: %s\n", what, strerror(-err),
		hint);
	return err;
}

static struct source events_source = { SOURCE_EVENTS };
static struct source store_source = { SOURCE_STORE };

static int start(struct consoles *cs, struct xs_handle **h)
{
	int err = ring_pages_open(&cs->pages);

	if (err)
		return refuse("/dev/xen/privcmd", err, "is this a dom0?");
	cs->evtchn = evtchn_open_nonblock();
	if (cs->evtchn < 0)
		return refuse("/dev/xen/evtchn", cs->evtchn,
			      "load the module xen-evtchn");
	*h = xs_open(0);
	if (!*h)
		return refuse("the store", -errno, "start xenstored first");
	cs->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (cs->epoll < 0 || xs_fileno(*h) < 0)
		return -errno;
	err = add(cs->epoll, cs->evtchn, &events_source);
	if (!err)
		err = add(cs->epoll, xs_fileno(*h), &store_source);
	if (!err)
		err = domains_start(*h);
	return err ? refuse("cannot start", err, "see the line above") : 0;
}

/* Returns false when the store is gone. */
static bool take(struct consoles *cs, struct xs_handle *h,
		 const struct epoll_event *ev)
{
	struct source *s = ev->data.ptr;

	switch (s->kind) {
	case SOURCE_EVENTS:
		console_events(cs);
		return true;
	case SOURCE_STORE:
		return domains_events(cs, h);
	case SOURCE_TERMINAL:
		console_typed(cs, (struct console *)s, ev->events);
		return true;
	}
	return true;
}

static void loop(struct consoles *cs, struct xs_handle *h,
		 const sigset_t *signals)
{
	struct epoll_event ev[EVENTS_AT_ONCE];
	unsigned int turns = 0;
	struct source *s;
	int i, n;

	while (!daemon_stop) {
		n = epoll_pwait(cs->epoll, ev, EVENTS_AT_ONCE,
				cs->held ? HOLD_MS : -1, signals);
		turns = n == 0 || turns == HOLD_TURNS ? 0 : turns + 1;
		if (!turns)
			console_look_again(cs);
		for (i = 0; i < n; i++) {
			s = ev[i].data.ptr;
			/* The store's event closes consoles: it comes last. */
			if (s->kind != SOURCE_STORE)
				take(cs, h, &ev[i]);
		}
		for (i = 0; i < n; i++) {
			s = ev[i].data.ptr;
			if (s != &store_source || take(cs, h, &ev[i]))
				continue;
			fprintf(stderr, "consoled: the store is gone\n");
			epoll_ctl(cs->epoll, EPOLL_CTL_DEL, xs_fileno(h), NULL);
		}
	}
}

static void make_dir(const char *path)
{
	char part[4096];
	size_t i;

	for (i = 1; path[i - 1] && i < sizeof(part); i++) {
		if (path[i] && path[i] != '/')
			continue;
		snprintf(part, i + 1, "%s", path);
		mkdir(part, 0755);
	}
}

int main(int argc, char **argv)
{
	struct consoles cs = { 0 };
	struct xs_handle *h = NULL;
	struct options o = { 0 };
	sigset_t signals;
	int parent = -1;

	if (parse(argc, argv, &o)) {
		fputs(usage, stderr);
		return 2;
	}
	if (!o.no_fork) {
		parent = daemon_detach();
		if (parent < 0)
			return refuse("the background", parent, "try -F"), 1;
	}
	daemon_catch_signals(&signals);
	cs.log_dir = o.log_dir;
	make_dir(o.log_dir);
	if (start(&cs, &h))
		return 1;
	daemon_write_pid(o.pid_file);
	daemon_ready(parent);
	loop(&cs, h, &signals);
	while (cs.list)
		console_close(&cs, cs.list);
	xs_close(h);
	if (o.pid_file)
		unlink(o.pid_file);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xenstored: the store through which domains and dom0 find each other.
 *
 * Rules:
 * 1. One process, one thread, one loop: wait; take what came; give everyone
 *    whose turn ended early another turn; send what is to be sent.
 * 2. The loop sleeps only when nobody has a whole request left.
 * 3. Started in the background, it returns to the caller when the socket
 *    exists and dom0's kernel is connected: what follows can use the store.
 * 4. It ends on SIGTERM and SIGINT only. The tree is in memory: when it
 *    ends, the store is lost, and with it the domains' ways to talk.
 *
 * The tour of this folder is in its README.md.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "dom0-tools/lib/daemon.h"
#include "dom0-tools/xenstored/shell.h"

#define RUN_DIR "/run/xenstored"
#define EVENTS_AT_ONCE 64

bool shell_verbose;

static const char usage[] =
	"usage: xenstored [options]\n"
	"  --pid-file FILE   write the process number there\n"
	"  -F, --no-fork     stay in the foreground\n"
	"  --socket PATH     listen there (default " RUN_DIR "/socket)\n"
	"  --no-domains      sockets only, even on a hypervisor\n"
	"  --verbose         tell what happens, on stderr\n";

struct options {
	const char *pid_file, *socket;
	bool no_fork, no_domains;
};

void shell_say(const char *format, ...)
{
	va_list ap;

	if (!shell_verbose)
		return;
	va_start(ap, format);
	fputs("xenstored: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
}

uint64_t shell_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "pid-file", required_argument, NULL, 'p' },
		{ "no-fork", no_argument, NULL, 'F' },
		{ "socket", required_argument, NULL, 's' },
		{ "no-domains", no_argument, NULL, 'd' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "F", longs, NULL)) != -1) {
		switch (c) {
		case 'p':
			o->pid_file = optarg;
			break;
		case 'F':
			o->no_fork = true;
			break;
		case 's':
			o->socket = optarg;
			break;
		case 'd':
			o->no_domains = true;
			break;
		case 'v':
			shell_verbose = true;
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

static int listen_at(struct xenstore *x, int epoll, const char *path,
		     bool read_only)
{
	int err = conn_listen(x, epoll, path, read_only);

	if (err)
		fprintf(stderr, "xenstored: cannot listen at %s: %s%s\n", path,
			strerror(-err),
			err == -EADDRINUSE
				? "\n  hint: another xenstored is running"
				: "");
	return err;
}

static int listen_all(struct xenstore *x, int epoll, const char *socket)
{
	int err;

	if (socket)
		return listen_at(x, epoll, socket, false);
	mkdir(RUN_DIR, 0755);
	err = listen_at(x, epoll, RUN_DIR "/socket", false);
	if (!err)
		err = listen_at(x, epoll, RUN_DIR "/socket_ro", true);
	/* The place where Xen's own library looks, unless it is the same. */
	if (!err && access("/var/run/xenstored", F_OK))
		(void)!symlink(RUN_DIR, "/var/run/xenstored");
	return err;
}

static int start(struct xenstore *x, const struct options *o, int *epoll)
{
	uint64_t seed;
	int err;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uint64_t)getpid() * 0x9e3779b97f4a7c15u;
	proto_init(x, seed);
	*epoll = epoll_create1(EPOLL_CLOEXEC);
	if (*epoll < 0)
		return -errno;
	err = listen_all(x, *epoll, o->socket);
	if (err)
		return err;
	if (!o->no_domains) {
		err = domain_open(x, *epoll);
		if (err)
			fprintf(stderr,
				"xenstored: no domains: %s\n  hint: "
				"needs /dev/xen/{privcmd,evtchn} of a dom0\n",
				strerror(-err));
	}
	return daemon_write_pid(o->pid_file);
}

static void flush(struct xenstore *x)
{
	struct client *c;

	while ((c = client_next_dirty(x))) {
		if (((struct shell *)c->shell)->kind == SHELL_CONN)
			conn_flush(c);
		else
			domain_flush(c);
	}
}

static void take(struct xenstore *x, const struct epoll_event *ev)
{
	struct shell *s = ev->data.ptr;

	switch (s->kind) {
	case SHELL_EVENTS:
		domain_event(x);
		break;
	case SHELL_LISTEN:
	case SHELL_CONN:
		conn_event(s, ev->events);
		break;
	case SHELL_DOMAIN:
		break;
	}
}

static void loop(struct xenstore *x, int epoll, const sigset_t *signals)
{
	struct epoll_event ev[EVENTS_AT_ONCE];
	int i, n;

	while (!daemon_stop) {
		n = epoll_pwait(epoll, ev, EVENTS_AT_ONCE,
				conn_any_ready() ? 0 : domain_wait_ms(x),
				signals);
		/* Those left from the last turn come before the new ones. */
		conn_serve();
		for (i = 0; i < n; i++)
			take(x, &ev[i]);
		domain_serve(x);
		flush(x);
		conn_reap();
	}
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	static struct xenstore x;
	sigset_t signals;
	int epoll, parent = -1, err;

	if (parse(argc, argv, &o)) {
		fputs(usage, stderr);
		return 2;
	}
	if (!o.no_fork) {
		parent = daemon_detach();
		if (parent < 0) {
			fprintf(stderr, "xenstored: cannot go to the "
				"background: %s\n", strerror(-parent));
			return 1;
		}
	}
	daemon_catch_signals(&signals);
	err = start(&x, &o, &epoll);
	if (err) {
		fprintf(stderr, "xenstored: cannot start: %s\n",
			strerror(-err));
		return 1;
	}
	daemon_ready(parent);
	if (parent >= 0)
		(void)!chdir("/");
	loop(&x, epoll, &signals);
	if (o.pid_file)
		unlink(o.pid_file);
	return 0;
}

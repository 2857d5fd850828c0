// SPDX-License-Identifier: GPL-2.0-only
/*
 * A daemon's start: to the background, signals, the file with its number.
 *
 * Rules: 1. whoever started it goes on when it serves, not before, and is
 * told if it never will; 2. a signal that ends it sets a flag and is taken
 * only while the daemon waits; 3. a peer that is gone (SIGPIPE) or a terminal
 * (SIGHUP) does not end it.
 * Lock: none, one thread. Never: prints; keeps anything but the flag.
 * Next: xenstored/main.c, consoled/main.c, which use it.
 */
#include "dom0-tools/lib/daemon.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* Written by the handler, hence at file scope. */
volatile sig_atomic_t daemon_stop;

static void on_signal(int number)
{
	(void)number;
	daemon_stop = 1;
}

void daemon_catch_signals(sigset_t *while_waiting)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, while_waiting);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

int daemon_detach(void)
{
	int fds[2];
	char ok;
	pid_t pid;

	if (pipe(fds))
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid > 0) {
		close(fds[1]);
		_exit(read(fds[0], &ok, 1) == 1 ? 0 : 1);
	}
	close(fds[0]);
	setsid();
	return fds[1];
}

void daemon_ready(int parent)
{
	if (parent < 0)
		return;
	(void)!write(parent, "", 1);
	close(parent);
}

int daemon_write_pid(const char *path)
{
	FILE *f = path ? fopen(path, "we") : NULL;

	if (!f)
		return path ? -errno : 0;
	fprintf(f, "%d\n", (int)getpid());
	return fclose(f) ? -errno : 0;
}

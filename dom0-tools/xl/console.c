// SPDX-License-Identifier: GPL-2.0-only
/*
 * xl console: a domain's console on our terminal.
 *
 * consoled owns the other side of a pseudo-terminal whose name it writes to
 * the domain's console/tty node. We join that to stdin and stdout.
 *
 * Rules: 1. Ctrl-] leaves, whatever else is typed goes to the guest; 2. our
 * terminal is put back as it was in every case; 3. the end of the guest ends
 * us: its terminal hangs up.
 * Lock: none. Never: reads the console ring, that is consoled's.
 * Next: supervisor.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "dom0-tools/xl/verbs.h"

#define ESCAPE 0x1d
#define TTY_LIMIT_MS 10000

/* The name consoled gave, or NULL after a limit. */
static char *wait_tty(struct xl *x, uint16_t domid)
{
	char *path = store_path("/local/domain/%u/console/tty", domid);
	char **event, *tty = NULL;
	int waited = 0;

	if (!path || !xs_watch(x->store, path, "tty")) {
		free(path);
		return NULL;
	}
	while (waited < TTY_LIMIT_MS && !x->stop) {
		struct pollfd p = { xs_fileno(x->store), POLLIN, 0 };

		while ((event = xs_check_watch(x->store)))
			free(event);
		free(tty);
		tty = xs_read(x->store, XBT_NULL, path, NULL);
		if (tty && *tty)
			break;
		if (poll(&p, 1, 250) == 0)
			waited += 250;
	}
	xs_unwatch(x->store, path, "tty");
	free(path);
	if (tty && *tty)
		return tty;
	free(tty);
	return NULL;
}

int console_open(struct xl *x, uint16_t domid)
{
	char *tty = wait_tty(x, domid);
	struct termios t;
	int fd;

	if (!tty) {
		report_error("domain %u has no console", domid);
		report_hint("is consoled running? its log is "
			    "/var/log/xen/consoled.log");
		return -1;
	}
	fd = open(tty, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		report_error("cannot open the console %s: %s", tty,
			     strerror(errno));
	free(tty);
	if (fd >= 0 && tcgetattr(fd, &t) == 0) {
		cfmakeraw(&t);
		tcsetattr(fd, TCSANOW, &t);
	}
	return fd;
}

static bool put_all(int fd, const char *p, size_t bytes)
{
	while (bytes) {
		ssize_t n = write(fd, p, bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		bytes -= (size_t)n;
	}
	return true;
}

/* False at the end: of input, by the escape, or because the guest is gone. */
static bool from_user(int tty)
{
	char buf[256];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));
	char *escape;

	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0)
		return false;
	escape = memchr(buf, ESCAPE, (size_t)n);
	if (escape)
		n = escape - buf;
	return put_all(tty, buf, (size_t)n) && !escape;
}

static bool from_guest(int tty)
{
	char buf[4096];
	ssize_t n = read(tty, buf, sizeof(buf));

	if (n < 0 && errno == EINTR)
		return true;
	return n > 0 && put_all(STDOUT_FILENO, buf, (size_t)n);
}

static bool input_left(void)
{
	struct pollfd p = { STDIN_FILENO, POLLIN, 0 };

	return poll(&p, 1, 0) > 0;
}

/* What the guest has said already is shown, even if our input ends at once. */
static void drain(int tty)
{
	struct pollfd p = { tty, POLLIN, 0 };

	while (poll(&p, 1, 50) > 0 && (p.revents & POLLIN))
		if (!from_guest(tty))
			return;
}

int console_join(int tty)
{
	struct termios before, raw;
	bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
	bool more = true;

	fflush(stdout);
	if (terminal) {
		raw = before;
		cfmakeraw(&raw);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	while (more) {
		struct pollfd p[2] = {
			{ tty, POLLIN, 0 },
			{ STDIN_FILENO, POLLIN, 0 },
		};

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			break;
		if (p[0].revents)
			more = from_guest(tty);
		if (more && p[1].revents && input_left()) {
			more = from_user(tty);
			if (!more)
				drain(tty);
		}
	}
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	close(tty);
	return XL_OK;
}

int verb_console(struct xl *x, int argc, char **argv)
{
	uint16_t domid;
	int c, tty;

	/* -t pv and -n 0 are the one console there is. */
	while ((c = getopt(argc, argv, "t:n:")) != -1)
		if (c == '?')
			return verb_usage("console");
	if (argc - optind != 1)
		return verb_usage("console");
	if (!domain_need(x, argv[optind], false, &domid))
		return XL_ERROR;
	tty = console_open(x, domid);
	return tty < 0 ? XL_ERROR : console_join(tty);
}

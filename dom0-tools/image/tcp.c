// SPDX-License-Identifier: GPL-2.0-only
/*
 * tcp: one TCP stream between scripts, with honest ends and a figure.
 *
 *   tcp recv PORT                 take one connection, copy it to stdout
 *   tcp drop PORT                 the same, to nowhere
 *   tcp send HOST PORT            copy stdin to it
 *   tcp blast HOST PORT SECONDS   send zeros for that long
 *
 * The sender ends its half and waits for the receiver to close, so that both
 * know when all has arrived; it tries to connect for up to 20 s. The last word
 * on stderr is "TCP bytes N mbit N". Exit status 0 only for a whole stream.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buf[128 << 10];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int fail(const char *what)
{
	fprintf(stderr, "tcp: %s: %s\n", what, strerror(errno));
	return 1;
}

static bool put_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t did = write(fd, p, n);

		if (did <= 0)
			return false;
		p += did;
		n -= (size_t)did;
	}
	return true;
}

static int say(uint64_t bytes, double t0)
{
	double t = now() - t0;

	fprintf(stderr, "TCP bytes %llu mbit %.0f\n",
		(unsigned long long)bytes, (double)bytes * 8 / t / 1e6);
	return 0;
}

static int receive(struct sockaddr_in *a, bool keep)
{
	int one = 1, s = socket(AF_INET, SOCK_STREAM, 0), c;
	uint64_t total = 0;
	double t0 = 0;
	ssize_t n;

	a->sin_addr.s_addr = INADDR_ANY;
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(s, (struct sockaddr *)a, sizeof(*a)) || listen(s, 1))
		return fail("listen");
	fprintf(stderr, "TCP listening\n");
	c = accept(s, NULL, NULL);
	if (c < 0)
		return fail("accept");
	while ((n = read(c, buf, sizeof(buf))) > 0) {
		if (!total)
			t0 = now();
		total += (uint64_t)n;
		if (keep && !put_all(1, buf, (size_t)n))
			return fail("stdout");
	}
	if (n < 0)
		return fail("receive");
	close(c);
	return say(total, t0);
}

/* Sends stdin, or zeros until @seconds are over. */
static int transmit(struct sockaddr_in *a, double seconds)
{
	double give_up = now() + 20, t0;
	uint64_t total = 0;
	ssize_t n;
	int s;

	for (;;) {
		s = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(s, (struct sockaddr *)a, sizeof(*a)) == 0)
			break;
		if (now() > give_up)
			return fail("connect");
		close(s);
		usleep(50000);
	}
	t0 = now();
	while (seconds > 0 ? now() < t0 + seconds : true) {
		n = seconds > 0 ? (ssize_t)sizeof(buf)
				: read(0, buf, sizeof(buf));
		if (n <= 0)
			break;
		if (!put_all(s, buf, (size_t)n))
			return fail("send");
		total += (uint64_t)n;
	}
	shutdown(s, SHUT_WR);
	if (read(s, buf, 1) != 0)
		return fail("the receiver's end");
	close(s);
	return say(total, t0);
}

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	const char *verb = argc > 2 ? argv[1] : "";

	signal(SIGPIPE, SIG_IGN);
	if (argc == 3) {
		a.sin_port = htons((uint16_t)atoi(argv[2]));
		if (!strcmp(verb, "recv") || !strcmp(verb, "drop"))
			return receive(&a, verb[0] == 'r');
	} else if (argc > 3 && inet_pton(AF_INET, argv[2], &a.sin_addr) == 1) {
		a.sin_port = htons((uint16_t)atoi(argv[3]));
		if (argc == 4 && !strcmp(verb, "send"))
			return transmit(&a, 0);
		if (argc == 5 && !strcmp(verb, "blast"))
			return transmit(&a, atof(argv[4]));
	}
	fprintf(stderr, "usage: tcp recv|drop PORT | tcp send HOST PORT |"
			" tcp blast HOST PORT SECONDS\n");
	return 2;
}

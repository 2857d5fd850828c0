// SPDX-License-Identifier: GPL-2.0-only
/*
 * netbench: what a guest's network gives, asked for by the guest alone.
 *
 *   netbench serve                    the other end; until it is killed
 *   netbench VERB HOST SECONDS        prints "NET value unit":
 *     out   one TCP stream to HOST, counted there        Mbit/s
 *     in    one TCP stream from HOST, counted here       Mbit/s
 *     rr    one byte there and back by TCP, for ever     us
 *     udp-out  packets of 64 bytes that arrived at HOST  packets/s
 *     udp-in   packets of 64 bytes that arrived here     packets/s
 *     storm    udp-out without an end (SECONDS of it) and without a figure
 *
 * The first byte on the connection to port 7000 says the verb. UDP goes to the
 * server's port 7001 and the client's 7002; what was lost on the way is in no
 * figure. One client at a time for UDP. Any error ends with status 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT		7000
#define UDP_SERVER	7001
#define UDP_CLIENT	7002
#define PACKET		64

static char buf[128 << 10];

static void die(const char *what)
{
	fprintf(stderr, "netbench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int socket_at(int type, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(port) };
	int one = 1, s = socket(AF_INET, type, 0);

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof(a)))
		die("bind");
	return s;
}

static void no_delay(int s)
{
	int one = 1;

	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

/* Packets to @to until @end or until @control says enough. */
static void udp_send(struct sockaddr_in to, uint16_t port, int control,
		     double end)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	uint64_t n = 0;

	to.sin_port = htons(port);
	if (s < 0 || connect(s, (struct sockaddr *)&to, sizeof(to)))
		die("udp");
	for (;;) {
		struct pollfd p = { .fd = control, .events = POLLIN };

		if (send(s, buf, PACKET, 0) < 0 && errno == ENOBUFS)
			usleep(100);
		if (++n % 32)
			continue;
		if (now() > end || (control >= 0 && poll(&p, 1, 0) > 0))
			break;
	}
	close(s);
}

/* Packets that arrive until @end or until @control says enough. */
static uint64_t udp_count(int s, int control, double end)
{
	uint64_t n = 0;

	for (;;) {
		struct pollfd p[2] = { { .fd = s, .events = POLLIN },
				       { .fd = control, .events = POLLIN } };
		double left = end - now();

		if (left <= 0 || poll(p, 2, (int)(left * 1000) + 1) < 0)
			break;
		for (int i = 0; i < 256 && p[0].revents &&
				recv(s, buf, sizeof(buf), MSG_DONTWAIT) > 0;
		     i++)
			n++;
		if (p[1].revents)
			break;
	}
	return n;
}

/* ---- the other end ---- */

static void serve_one(int c, const struct sockaddr_in *from)
{
	uint64_t count;
	char verb;
	int s;

	no_delay(c);
	if (read(c, &verb, 1) != 1)
		return;
	switch (verb) {
	case 'o':
		while (read(c, buf, sizeof(buf)) > 0)
			;
		break;
	case 'i':
		while (write(c, buf, sizeof(buf)) > 0)
			;
		break;
	case 'r':
		while (read(c, buf, 1) == 1 && write(c, buf, 1) == 1)
			;
		break;
	case 'u':
		s = socket_at(SOCK_DGRAM, UDP_SERVER);
		if (write(c, "u", 1) != 1)
			break;
		count = udp_count(s, c, now() + 120);
		if (write(c, &count, sizeof(count)) < 0)
			break;
		break;
	case 'v':
		udp_send(*from, UDP_CLIENT, c, now() + 120);
		break;
	}
}

static int serve(void)
{
	int s = socket_at(SOCK_STREAM, PORT);

	signal(SIGCHLD, SIG_IGN);
	if (listen(s, 8))
		die("listen");
	for (;;) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		int c = accept(s, (struct sockaddr *)&from, &len);

		if (c < 0)
			continue;
		if (fork() == 0) {
			serve_one(c, &from);
			_exit(0);
		}
		close(c);
	}
}

/* ---- the guest's end ---- */

static int call(const struct sockaddr_in *to, char verb)
{
	double give_up = now() + 20;

	for (;;) {
		int s = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(s, (const struct sockaddr *)to,
			    sizeof(*to)) == 0) {
			no_delay(s);
			if (write(s, &verb, 1) != 1)
				die("write");
			return s;
		}
		if (now() > give_up)
			die("connect");
		close(s);
		usleep(100000);
	}
}

static int say(double value, const char *unit)
{
	printf("NET %.1f %s\n", value, unit);
	return value > 0 ? 0 : 1;
}

static int stream(int s, bool out, double seconds)
{
	double t0 = now();
	uint64_t bytes = 0;
	ssize_t n = 1;

	while (n > 0 && now() < t0 + seconds) {
		n = out ? write(s, buf, sizeof(buf)) :
		    read(s, buf, sizeof(buf));
		bytes += n > 0 ? (uint64_t)n : 0;
	}
	if (n <= 0)
		die("stream");
	if (out) {		/* the receiver closes when it has all */
		shutdown(s, SHUT_WR);
		if (read(s, buf, 1) != 0)
			die("the receiver's end");
	}
	return say((double)bytes * 8 / (now() - t0) / 1e6, "Mbit/s");
}

static int round_trips(int s, double seconds)
{
	double t0 = now();
	uint64_t n = 0;

	for (; now() < t0 + seconds; n++)
		if (write(s, buf, 1) != 1 || read(s, buf, 1) != 1)
			die("round trip");
	return say((now() - t0) * 1e6 / (double)n, "us");
}

static int udp_out(int s, const struct sockaddr_in *to, double seconds)
{
	double t0;
	uint64_t count;

	if (read(s, buf, 1) != 1)	/* the other end is ready */
		die("udp");
	t0 = now();
	udp_send(*to, UDP_SERVER, -1, t0 + seconds);
	seconds = now() - t0;
	usleep(200000);			/* what is under way arrives */
	if (write(s, "e", 1) != 1 || read(s, &count, 8) != 8)
		die("count");
	return say((double)count / seconds, "packets/s");
}

static int udp_in(const struct sockaddr_in *to, double seconds)
{
	int u = socket_at(SOCK_DGRAM, UDP_CLIENT), s = call(to, 'v');
	double t0 = now();
	uint64_t n = udp_count(u, -1, t0 + seconds);

	close(s);
	return say((double)n / (now() - t0), "packets/s");
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(PORT) };
	const char *verb = argc > 1 ? argv[1] : "";
	double seconds = argc > 3 ? atof(argv[3]) : 0;

	signal(SIGPIPE, SIG_IGN);
	if (!strcmp(verb, "serve"))
		return serve();
	if (argc == 4 && inet_pton(AF_INET, argv[2], &to.sin_addr) == 1) {
		if (!strcmp(verb, "out"))
			return stream(call(&to, 'o'), true, seconds);
		if (!strcmp(verb, "in"))
			return stream(call(&to, 'i'), false, seconds);
		if (!strcmp(verb, "rr"))
			return round_trips(call(&to, 'r'), seconds);
		if (!strcmp(verb, "udp-out"))
			return udp_out(call(&to, 'u'), &to, seconds);
		if (!strcmp(verb, "udp-in"))
			return udp_in(&to, seconds);
		if (!strcmp(verb, "storm")) {
			udp_send(to, UDP_SERVER, -1, now() + seconds);
			return 0;
		}
	}
	fprintf(stderr, "usage: netbench serve | netbench"
			" out|in|rr|udp-out|udp-in|storm HOST SECONDS\n");
	return 2;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * udp: packets a second, and an exact number of packets.
 *
 *   udp send HOST PORT BYTES COUNT [BURST]   COUNT packets; with BURST, a
 *                                   pause of 2 ms after so many of them
 *   udp blast HOST PORT BYTES SECONDS        as many as go
 *   udp recv PORT [SECONDS]         counts until nothing came for a second
 *                                   (at most SECONDS, default 30)
 *
 * Prints "UDP packets N pps N"; the receiver's rate is from its first packet to
 * its last. BYTES is the payload.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 32

static char data[2048];
static struct iovec iov = { .iov_base = data };
static struct mmsghdr msgs[BATCH];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int say(uint64_t n, double seconds)
{
	printf("UDP packets %llu pps %.0f\n", (unsigned long long)n,
	       seconds > 0 ? (double)n / seconds : 0.0);
	return n == 0;
}

static int transmit(int s, uint64_t count, uint64_t burst, double seconds)
{
	double t0 = now();
	uint64_t sent = 0;

	while (sent < count && now() < t0 + seconds) {
		uint64_t n = count - sent < BATCH ? count - sent : BATCH;
		int did = sendmmsg(s, msgs, (unsigned int)n, 0);

		if (did > 0)
			sent += (uint64_t)did;
		else if (errno != ENOBUFS && errno != ECONNREFUSED)
			break;
		if (burst && sent % burst < BATCH)
			usleep(2000);
	}
	return say(sent, now() - t0);
}

static int receive(int s, double seconds)
{
	struct timeval quiet = { .tv_sec = 1 };
	double first = 0, last = 0, end = now() + seconds;
	int bytes = 4 << 20;
	uint64_t total = 0;

	setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet));
	while (now() < end) {
		int n = recvmmsg(s, msgs, BATCH, MSG_WAITFORONE, NULL);

		if (n <= 0) {
			if (total)
				break;
			continue;
		}
		last = now();
		if (!total)
			first = last;
		total += (uint64_t)n;
	}
	return say(total, last - first);
}

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	const char *verb = argc > 2 ? argv[1] : "";
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	bool recv = !strcmp(verb, "recv");
	unsigned int i;

	iov.iov_len = sizeof(data);
	for (i = 0; i < BATCH; i++) {
		msgs[i].msg_hdr.msg_iov = &iov;
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	if (recv) {
		a.sin_port = htons((uint16_t)atoi(argv[2]));
		if (bind(s, (struct sockaddr *)&a, sizeof(a))) {
			perror("udp: bind");
			return 1;
		}
		return receive(s, argc > 3 ? atof(argv[3]) : 30);
	}
	if (argc > 5 && inet_pton(AF_INET, argv[2], &a.sin_addr) == 1) {
		a.sin_port = htons((uint16_t)atoi(argv[3]));
		iov.iov_len = (size_t)atoi(argv[4]) % sizeof(data);
		if (connect(s, (struct sockaddr *)&a, sizeof(a))) {
			perror("udp: connect");
			return 1;
		}
		if (!strcmp(verb, "send"))
			return transmit(s, strtoull(argv[5], NULL, 10),
					argc > 6 ? strtoull(argv[6], NULL, 10)
						 : 0, 1e6);
		if (!strcmp(verb, "blast"))
			return transmit(s, UINT64_MAX, 0, atof(argv[5]));
	}
	fprintf(stderr, "usage: udp send HOST PORT BYTES COUNT [BURST] | "
			"udp blast HOST PORT BYTES SECONDS | "
			"udp recv PORT [SECONDS]\n");
	return 2;
}

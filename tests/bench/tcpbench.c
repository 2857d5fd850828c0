// SPDX-License-Identifier: GPL-2.0-only
/*
 * tcpbench recv PORT | tcpbench send HOST PORT SECONDS: one TCP stream.
 *
 * The receiver takes one connection, reads until its end and prints
 * "TCPBENCH <Mbit/s>" from its first byte to its last. Buffers of 128 KiB.
 */
#include <arpa/inet.h>
#include <errno.h>
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

static int receive(struct sockaddr_in *a)
{
	int one = 1, s = socket(AF_INET, SOCK_STREAM, 0), c;
	uint64_t total = 0;
	double t0 = 0;
	ssize_t n;

	a->sin_addr.s_addr = INADDR_ANY;
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(s, (struct sockaddr *)a, sizeof(*a)) || listen(s, 1)) {
		perror("tcpbench");
		return 1;
	}
	printf("TCPBENCH listening\n");
	fflush(stdout);
	c = accept(s, NULL, NULL);
	while ((n = read(c, buf, sizeof(buf))) > 0) {
		if (!total)
			t0 = now();
		total += (uint64_t)n;
	}
	printf("TCPBENCH %.0f\n", (double)total * 8 / (now() - t0) / 1e6);
	return n < 0 || !total;
}

static int transmit(struct sockaddr_in *a, double seconds)
{
	int s = socket(AF_INET, SOCK_STREAM, 0);
	double end;

	if (connect(s, (struct sockaddr *)a, sizeof(*a))) {
		perror("tcpbench");
		return 1;
	}
	end = now() + seconds;
	while (now() < end)
		if (write(s, buf, sizeof(buf)) < 0) {
			perror("tcpbench");
			return 1;
		}
	return close(s) != 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET };

	if (argc == 3 && !strcmp(argv[1], "recv")) {
		a.sin_port = htons((uint16_t)atoi(argv[2]));
		return receive(&a);
	}
	if (argc == 5 && !strcmp(argv[1], "send") &&
	    inet_pton(AF_INET, argv[2], &a.sin_addr) == 1) {
		a.sin_port = htons((uint16_t)atoi(argv[3]));
		return transmit(&a, atof(argv[4]));
	}
	fprintf(stderr, "usage: tcpbench recv PORT |"
			" tcpbench send HOST PORT SECONDS\n");
	return 2;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * netpoke: what dom0 sends to a guest's network to see how it takes it.
 *
 *   netpoke ask HOST PORT TEXT             one datagram; prints the answer
 *   netpoke junk INTERFACE MAC HOST N      N frames of nonsense to that host,
 *                                          half of them with a good IPv4 head
 *
 * ask tries five times, a second each. Exit status 0: answered, or sent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netpacket/packet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static char bytes[2048];

static int fail(const char *what)
{
	fprintf(stderr, "netpoke: %s: %s\n", what, strerror(errno));
	return 1;
}

static int ask(const char *host, const char *port, const char *text)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	struct timeval second = { .tv_sec = 1 };
	ssize_t n;

	a.sin_port = htons((uint16_t)atoi(port));
	if (inet_pton(AF_INET, host, &a.sin_addr) != 1 ||
	    connect(s, (struct sockaddr *)&a, sizeof(a)))
		return fail(host);
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	for (int i = 0; i < 5; i++) {
		if (send(s, text, strlen(text), 0) < 0)
			return fail("send");
		n = recv(s, bytes, sizeof(bytes), 0);
		if (n >= 0) {
			printf("%.*s\n", (int)n, bytes);
			return 0;
		}
		if (errno != EAGAIN && errno != ECONNREFUSED)
			return fail("receive");
	}
	return fail("no answer");
}

static uint16_t head_sum(const uint8_t *p)
{
	uint32_t sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~((sum & 0xffff) + (sum >> 16));
}

/* A frame of random length and bytes; every second one looks like IPv4. */
static size_t nonsense(uint8_t *f, const struct ether_addr *mac, uint32_t host)
{
	static const uint8_t protocols[] = { 1, 6, 17, 2 };
	size_t n = 14 + (size_t)(rand() % 1400);
	uint8_t *ip = f + 14;
	uint16_t sum;

	for (size_t i = 0; i < n; i++)
		f[i] = (uint8_t)(rand() >> 8);
	memcpy(f, mac, 6);
	f[6] &= 0xfe;
	f[12] = 8;
	f[13] = rand() & 3 ? 0 : 6;	/* IPv4, or ARP */
	if (n < 40 || rand() & 1)
		return n;
	ip[0] = rand() & 7 ? 0x45 : 0x4f;
	ip[2] = (uint8_t)((n - 14) >> 8);
	ip[3] = (uint8_t)(n - 14);
	ip[6] = 0x40;
	ip[7] = 0;
	ip[9] = protocols[rand() & 3];
	memcpy(ip + 16, &host, 4);
	if (n >= 54 && ip[9] == 6)
		ip[20 + 12] = 0x50;
	ip[10] = 0;
	ip[11] = 0;
	sum = head_sum(ip);
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
	return n;
}

static int junk(const char *interface, const char *mac_text, uint32_t host,
		int count)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_halen = 6 };
	const struct ether_addr *mac = ether_aton(mac_text);
	int s = socket(AF_PACKET, SOCK_RAW, 0), n;

	to.sll_ifindex = (int)if_nametoindex(interface);
	if (s < 0 || !mac || !to.sll_ifindex)
		return fail(interface);
	for (n = 0; n < count; n++) {
		uint8_t *f = (uint8_t *)bytes;
		size_t size = nonsense(f, mac, host);

		if (sendto(s, f, size, 0, (struct sockaddr *)&to,
			   sizeof(to)) < 0 && errno != ENOBUFS)
			return fail("send");
		if (n % 64 == 0)
			usleep(1000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "ask"))
		return ask(argv[2], argv[3], argv[4]);
	if (argc == 6 && !strcmp(argv[1], "junk"))
		return junk(argv[2], argv[3], inet_addr(argv[4]),
			    atoi(argv[5]));
	fprintf(stderr, "usage: netpoke ask HOST PORT TEXT | "
			"junk INTERFACE MAC HOST N\n");
	return 2;
}

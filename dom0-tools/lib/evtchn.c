/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Event channels from a dom0 process: Linux's /dev/xen/evtchn.
 *
 * Rules:
 * 1. One system call per function, none hidden: they cost 12 us each where
 *    our yardsticks are measured.
 * 2. Ports are 32-bit numbers on read() and write(); ioctl numbers and
 *    layouts are Linux's user interface, written down here once more.
 * 3. EINTR is the caller's to see in evtchn_pending() alone.
 *
 * No state but the descriptor. Never prints, never exits.
 */
#include "dom0-tools/lib/evtchn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Linux encodes these without a direction: size << 16, 'E' << 8, number. */
#define REQUEST(nr, bytes) ((unsigned long)(bytes) << 16 | 'E' << 8 | (nr))

struct one {
	uint32_t value;
};

struct two {
	uint32_t domid;
	uint32_t port;
};

#define BIND_VIRQ REQUEST(0, sizeof(struct one))
#define BIND_INTERDOMAIN REQUEST(1, sizeof(struct two))
#define BIND_UNBOUND REQUEST(2, sizeof(struct one))
#define UNBIND REQUEST(3, sizeof(struct one))
#define NOTIFY REQUEST(4, sizeof(struct one))

_Static_assert(BIND_VIRQ == 0x044500, "public number");
_Static_assert(BIND_INTERDOMAIN == 0x084501, "public number");
_Static_assert(BIND_UNBOUND == 0x044502, "public number");
_Static_assert(UNBIND == 0x044503, "public number");
_Static_assert(NOTIFY == 0x044504, "public number");

static int open_with(int flags)
{
	int fd = open("/dev/xen/evtchn", O_RDWR | O_CLOEXEC | flags);

	return fd < 0 ? -errno : fd;
}

int evtchn_open(void)
{
	return open_with(0);
}

int evtchn_open_nonblock(void)
{
	return open_with(O_NONBLOCK);
}

void evtchn_close(int fd)
{
	close(fd);
}

static int call_one(int fd, unsigned long request, uint32_t value)
{
	struct one arg = { value };
	int ret = ioctl(fd, request, &arg);

	return ret < 0 ? -errno : ret;
}

int evtchn_bind_interdomain(int fd, uint32_t domid, uint32_t remote_port)
{
	struct two arg = { domid, remote_port };
	int ret = ioctl(fd, BIND_INTERDOMAIN, &arg);

	return ret < 0 ? -errno : ret;
}

int evtchn_bind_unbound(int fd, uint32_t domid)
{
	return call_one(fd, BIND_UNBOUND, domid);
}

int evtchn_bind_virq(int fd, uint32_t virq)
{
	return call_one(fd, BIND_VIRQ, virq);
}

int evtchn_unbind(int fd, uint32_t port)
{
	return call_one(fd, UNBIND, port);
}

int evtchn_notify(int fd, uint32_t port)
{
	return call_one(fd, NOTIFY, port);
}

int evtchn_pending_many(int fd, uint32_t *ports, unsigned int max)
{
	ssize_t n = read(fd, ports, max * sizeof(*ports));

	return n < 0 ? -errno : (int)((size_t)n / sizeof(*ports));
}

int evtchn_pending(int fd)
{
	uint32_t port;
	int n = evtchn_pending_many(fd, &port, 1);

	if (n < 0)
		return n;
	return n == 1 ? (int)port : -EIO;
}

int evtchn_unmask_many(int fd, const uint32_t *ports, unsigned int n)
{
	ssize_t bytes = (ssize_t)(n * sizeof(*ports));
	ssize_t ret = write(fd, ports, (size_t)bytes);

	if (ret < 0)
		return -errno;
	return ret == bytes ? 0 : -EIO;
}

int evtchn_unmask(int fd, uint32_t port)
{
	return evtchn_unmask_many(fd, &port, 1);
}

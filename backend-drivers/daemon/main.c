// SPDX-License-Identifier: GPL-2.0-only
/*
 * xylem-backend: serves the disks and NICs of all domains.
 *
 *	xylem-backend [-F] [-q QUEUES] [-o ORDER]
 *
 * Rules:
 *  1. It runs in the foreground (-F says so explicitly) and is started again
 *     by whoever started it; any moment is good for a kill.
 *  2. No deed of a guest ends it. It ends, with a message, when xenstored or
 *     a device node of dom0 is missing: then nothing can be served.
 *  3. One at a time: a second one waits for the first to die, then gives up.
 *
 * The tour: main, loop (where it sleeps), events and grants (what the
 * hypervisor offers), device (xenstore), blk_* and net_*.
 */
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend-drivers/daemon/blk_shell.h"
#include "backend-drivers/daemon/device.h"
#include "backend-drivers/daemon/direct.h"
#include "backend-drivers/daemon/events.h"
#include "backend-drivers/daemon/grants.h"
#include "backend-drivers/daemon/keep.h"
#include "backend-drivers/daemon/loop.h"
#include "backend-drivers/daemon/net_shell.h"

#define LOCK_WAIT_MS 5000
#define QUEUES_MAX 8
#define ORDER_MAX 4

_Static_assert(QUEUES_MAX <= BLK_QUEUES_MAX && QUEUES_MAX <= NET_QUEUES_MAX,
	       "what is offered can be served");

struct device_offer device_offer = {
	.queues = QUEUES_MAX,
	.ring_order = ORDER_MAX,
};

static bool apart;	/* -a */

static int fatal(const char *what, int rc, const char *hint)
{
	log_line("%s: %s%s", what, strerror(-rc), hint);
	return 1;
}

static int usage(FILE *to, int rc)
{
	fputs("usage: xylem-backend [-F] [-a] [-q QUEUES] [-o ORDER]\n"
	      "Serves the disks (qdisk) and NICs (vif) of all domains, in the "
	      "foreground (-F).\n"
	      "-q: at most so many queues a device, 1 to 8; -o: of a disk's "
	      "ring at most\n2^ORDER pages, 0 to 4. What is connected stays "
	      "as it is.\n"
	      "-a: apart from dom0's kernel, whose memory is else mapped "
	      "while this runs, as\nfor a driver in the kernel; slower.\n",
	      to);
	return rc;
}

static bool number(const char *text, unsigned int min, unsigned int max,
		   unsigned int *to)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*to = (unsigned int)n;
	return end != text && !*end && n >= min && n <= max;
}

/* False: that is no command line. */
static bool read_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "Faq:o:")) != -1) {
		if (c == 'q' && number(optarg, 1, QUEUES_MAX,
				       &device_offer.queues))
			continue;
		if (c == 'o' && number(optarg, 0, ORDER_MAX,
				       &device_offer.ring_order))
			continue;
		if (c == 'a')
			apart = true;
		else if (c != 'F')
			return false;
	}
	return optind == argc;
}

/*
 * Whom it wakes shall not push it aside in the middle of a batch; and it shall
 * not push aside the kernel's workers that are about to complete the rest of
 * one. Failing that it works as well, only slower.
 */
static void prefer_batches(void)
{
	const struct sched_param none = { 0 };

	if (sched_setscheduler(0, SCHED_BATCH, &none) || loop_prefer())
		log_line("scheduling as it is: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	int rc;

	if (argc == 2 && (!strcmp(argv[1], "-h") ||
			  !strcmp(argv[1], "--help")))
		return usage(stdout, 0);
	if (!read_options(argc, argv))
		return usage(stderr, 2);
	signal(SIGPIPE, SIG_IGN);
	prefer_batches();
	rc = keep_init(LOCK_WAIT_MS);
	if (rc)
		return fatal("/run/xylem-backend", rc, rc == -EBUSY ?
			     " (another xylem-backend is running)" : "");
	rc = loop_init();
	if (rc)
		return fatal("io_uring", rc, "");
	rc = events_init();
	if (rc)
		return fatal("/dev/xen/evtchn", rc,
			     "; hint: modprobe xen-evtchn");
	rc = grants_init();
	if (rc)
		return fatal("/dev/xen/gntdev", rc,
			     "; hint: modprobe xen-gntdev");
	rc = device_start();
	if (rc)
		return fatal("xenstore", rc, "; hint: is xenstored running?");
	log_line("ready, %s%s", direct_init(apart) ? "by way of the kernel" :
		 "with direct calls", apart ? ", apart from the kernel" :
		 "");
	do
		rc = loop_round();
	while (!rc);
	return fatal("io_uring_enter", rc, "");
}

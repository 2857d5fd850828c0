// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block frontend that attacks by xenstore: keys that name nothing, too much
 * or something else, and states that come from nowhere. Each must end in an
 * `error` that names the key, and leave the way open for an honest start.
 */
#include "block.h"

struct nonsense {
	const char *key, *value, *word;
};

static const struct nonsense nonsense[] = {
	{ "ring-ref", "600", "ring" },
	{ "ring-ref", "4294967296", "ring-ref" },
	{ "ring-ref", "-5", "ring-ref" },
	{ "ring-ref", "8x", "ring-ref" },
	{ "ring-ref", "", "ring-ref" },
	{ "event-channel", "4000", "event channel" },
	{ "event-channel", "4294967299", "event-channel" },
	{ "event-channel", "-1", "event-channel" },
	{ "event-channel", "none", "event-channel" },
	{ "ring-page-order", "5", "ring-page-order" },
	{ "ring-page-order", "-7", "ring-page-order" },
	{ "ring-page-order", "99999999999", "ring-page-order" },
	{ "ring-page-order", "3", "ring-ref" },
	{ "protocol", "x86_32-abi", "protocol" },
	{ "multi-queue-num-queues", "0", "multi-queue" },
	{ "multi-queue-num-queues", "9", "multi-queue" },
	{ "multi-queue-num-queues", "-1", "multi-queue" },
	{ "multi-queue-num-queues", "4294967297", "multi-queue" },
	{ "multi-queue-num-queues", "3", "queue-0/" },
};

/* All that an honest frontend writes, before its state. */
static void honest(void)
{
	block_ring(1);
	dev_set_number(&disk, "event-channel", disk.port);
	dev_set(&disk, "protocol", "x86_64-abi");
	dev_set(&disk, "feature-persistent", "0");
	dev_unset(&disk, "multi-queue-num-queues");
	dev_unset(&disk, "ring-ref0");
}

static void refused(const char *what, const char *word)
{
	dev_set(&disk, "state", "3");
	dev_stopped(&disk, word);
	say("BADFRONT block: refused for %s", what);
}

/* Two queues that share what each needs for itself. */
static void twins(void)
{
	unsigned int i;
	char key[32];

	honest();
	dev_set(&disk, "multi-queue-num-queues", "2");
	for (i = 0; i < 2; i++) {
		text_format(key, sizeof(key), "queue-%u/ring-ref", i);
		dev_set_number(&disk, key, grant(ring, 0));
		text_format(key, sizeof(key), "queue-%u/event-channel", i);
		dev_set_number(&disk, key, disk.port);
	}
	refused("two queues on one port", "event channel");
	dev_unset(&disk, "queue-0");
	dev_unset(&disk, "queue-1");
}

static void states(void)
{
	static const char *const odd[] = { "99", "-1", "0", "", "four", "7",
					   "8", "4294967300", "2" };
	static char longest[1900];	/* a store has its limit */
	unsigned int i;

	honest();
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		dev_set(&disk, "state", odd[i]);
		port_wait(disk.port, 20);	/* the backend looks at it */
		EXPECT_EQ(dev_backend(&disk), XY_XENBUS_INITWAIT);
	}
	memset(longest, '4', sizeof(longest) - 1);
	dev_set(&disk, "state", longest);
	EXPECT(dev_wait(&disk, XY_XENBUS_INITWAIT));
	for (i = 0; i < 3; i++) {
		block_connect(1, i & 1);
		/* gone, or born again, without a word */
		if (i)
			dev_set(&disk, "state", "1");
		else
			dev_unset(&disk, "state");
		EXPECT(dev_wait(&disk, i ? XY_XENBUS_INITWAIT :
					   XY_XENBUS_CLOSED));
		dev_anew(&disk);
	}
	for (i = 0; i < 400; i++)
		dev_set_number(&disk, "state", rnd() % 9);
	dev_anew(&disk);
}

void block_handshakes(void)
{
	char path[100];
	unsigned int i;

	block_begin();
	for (i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		honest();
		dev_set(&disk, nonsense[i].key, nonsense[i].value);
		refused(nonsense[i].key, nonsense[i].word);
	}
	honest();
	ring->req_prod = 1000;
	refused("a ring that was full before it began", "indices");
	twins();
	states();
	/* The backend's own keys are not ours to write. */
	text_format(path, sizeof(path), "%s/params", disk.back);
	EXPECT(!key_write(path, "/etc/passwd"));
	text_format(path, sizeof(path), "%s/state", disk.back);
	EXPECT(!key_write(path, "4"));
	EXPECT(!key_remove(disk.back));
	block_connect(4, true);
	dev_anew(&disk);
}

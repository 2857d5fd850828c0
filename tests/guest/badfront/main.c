// SPDX-License-Identifier: GPL-2.0-only
/*
 * badfront: a guest whose block and network frontends mean harm. The words of
 * its command line:
 *
 *	warm		many pages mapped, honestly
 *	comeback	honest: closes and comes back when it is told to
 *	block net	every class of attack on a ring, one after the other
 *	queues		several queues, the control ring, their misuse
 *	keys		every class of nonsense in xenstore
 *	flap		states that change for ever
 *	die		a ring full of requests, then a crash
 *	load		a ring full of requests for ever, to be destroyed under
 *
 * It checks what only it can see: the answers, the backend's state and error.
 * The job tests/e2e/jobs/badfront.sh gives it disk xvda, read-only disk xvdb
 * and a NIC, looks at dom0 and at a neighbour whose data is checked, and counts
 * what is left behind.
 */
#include "badfront.h"

static void flap(void)
{
	struct dev d;
	unsigned long n;
	char path[80], state[8];

	EXPECT(dev_find(&d, "device/vbd/51712"));
	text_format(path, sizeof(path), "%s/state", d.front);
	say("BADFRONT flaps");
	for (n = 0;; n++) {
		text_format(state, sizeof(state), "%u", (unsigned int)
			    (rnd() % 9));
		key_write(path, state);
	}
}

void test_main(void)
{
	grants_init();
	if (asked("warm"))
		block_warm();
	if (asked("comeback"))
		block_comeback();
	if (asked("block"))
		block_attacks();
	if (asked("net"))
		net_attacks();
	if (asked("queues")) {
		block_queues();
		net_queues();
	}
	if (asked("keys")) {
		block_handshakes();
		net_handshakes();
	}
	dev_say_longest();
	if (asked("die")) {
		block_fill(false);
		guest_off(XY_SHUTDOWN_crash);
	}
	if (asked("load")) {
		net_load();
		block_fill(true);
	}
	if (asked("flap"))
		flap();
}

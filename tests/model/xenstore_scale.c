/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cost of one more domain does not depend on how many there are: the law
 * that xenstored was built for, measured.
 *
 * A domain's birth and death as a toolstack does it (a transaction with thirty
 * nodes while another transaction is open, watches, removal) is timed beside
 * 10 other domains and beside 4000, each with nodes and watches of its own.
 * CPU time, the best of several rounds; a list instead of a tree anywhere
 * would show as a factor of tens to hundreds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "unit/dom0-tools/xenstored/talk.h"

#define FEW 10
#define MANY 4000
#define ROUNDS 15
#define BIRTHS 20 /* in each round */

static struct xenstore x;
static struct talk tools, other;
static struct talk *guests;

static void ask(uint32_t tx, uint32_t type, const char *text)
{
	if (talk(&tools, tx, type, text))
		fail_msg("%u %s: %s", type, text, tools.data);
}

static void birth(unsigned int domid)
{
	static const char *const keys[] = {
		"name",		 "domid",      "vm",	       "cpu/0",
		"memory/target", "store/port", "console/port", "console/tty"
	};
	uint32_t tx = talk_txn(&tools), busy = talk_txn(&other);
	char text[128];
	unsigned int i;

	for (i = 0; i < 30; i++) {
		snprintf(text, sizeof(text), "/local/domain/%u/%s%u|%u", domid,
			 keys[i % 8], i, i);
		ask(tx, XY_XS_WRITE, text);
	}
	snprintf(text, sizeof(text), "/local/domain/%u|n%u|", domid, domid);
	ask(tx, XY_XS_SET_PERMS, text);
	/* The other one commits first: this one runs again on its tree. */
	talk(&other, busy, XY_XS_WRITE, "/tool/busy|1");
	talk(&other, busy, XY_XS_TRANSACTION_END, "T|");
	ask(tx, XY_XS_TRANSACTION_END, "T|");
	talk_events(&other);
}

static void death(unsigned int domid)
{
	char text[64];

	snprintf(text, sizeof(text), "/local/domain/%u|", domid);
	ask(0, XY_XS_RM, text);
	talk_events(&other);
}

static void live(unsigned int domid)
{
	char text[64];

	birth(domid);
	talk_start(&guests[domid], &x, (uint16_t)domid);
	talk(&guests[domid], 0, XY_XS_WATCH, "control/shutdown|s|");
	talk(&guests[domid], 0, XY_XS_WATCH, "device|d|");
	snprintf(text, sizeof(text), "/local/domain/%u|%u|", domid, domid);
	talk(&other, 0, XY_XS_WATCH, text);
	talk_events(&other);
}

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double best_birth(void)
{
	double best = 1e12, start, took;
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		start = cpu_us();
		for (i = 0; i < BIRTHS; i++) {
			birth(20000 + i);
			death(20000 + i);
		}
		took = (cpu_us() - start) / BIRTHS;
		best = took < best ? took : best;
	}
	return best;
}

static void cost_does_not_grow(void **state)
{
	double few, many;
	unsigned int i;

	(void)state;
	guests = calloc(MANY + 1, sizeof(*guests));
	proto_init(&x, 99);
	talk_start(&tools, &x, 0);
	talk_start(&other, &x, 0);
	for (i = 1; i <= FEW; i++)
		live(i);
	few = best_birth();
	for (; i <= MANY; i++)
		live(i);
	many = best_birth();
	print_message("one domain's birth and death: %.0f us beside %u, "
		      "%.0f us beside %u\n",
		      few, FEW, many, MANY);
	assert_true(proto_audit(&x));
	assert_true(many < few * 4);
	for (i = 1; i <= MANY; i++)
		talk_end(&guests[i]);
	talk_end(&tools);
	talk_end(&other);
	free(guests);
	proto_clear(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cost_does_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

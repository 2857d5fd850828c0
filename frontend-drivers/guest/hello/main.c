// SPDX-License-Identifier: MIT
/*
 * hello: boots, says so, powers off.
 *
 *   stay   do not power off: sleep, obey xl shutdown, repeat what is typed
 *   time   say how long it took from the first instruction to the first line
 *
 * The first line comes before anything else: it is the yardstick for the time
 * that creating a domain takes.
 */
#include "frontend-drivers/guest/guest.h"

static char line[80];
static size_t len;

static void hear(const char *bytes, size_t n)
{
	for (; n != 0; n--, bytes++) {
		if (*bytes != '\n' && *bytes != '\r' &&
		    len + 1 < sizeof(line)) {
			line[len++] = *bytes;
			continue;
		}
		line[len] = 0;
		if (len != 0)
			say("hello heard: %s", line);
		len = 0;
	}
}

void guest_main(void)
{
	uint64_t said;

	say("hello from a domain of %lu KiB", guest_si->nr_pages * 4);
	said = tsc();
	if (asked("time"))
		say("hello: first line after %lu ns",
		    tsc_ns(said - guest_born_tsc));
	if (!asked("stay"))
		return;
	if (console_listen(hear) || power_obey(NULL))
		say("hello: nobody can tell me anything");
	for (;;)
		event_wait();
}

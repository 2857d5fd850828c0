// SPDX-License-Identifier: MIT
/*
 * Power off, reboot, and the store's word for it.
 *
 * The toolstack writes "poweroff" or "reboot" into control/shutdown; taking
 * the word away says that it was understood.  A word that is not known (a
 * suspend, which is not offered) is left where it is.
 */
#include "frontend-drivers/guest/power.h"
#include "frontend-drivers/guest/guest.h"

static void (*last_deed)(void);

void guest_off(unsigned int reason)
{
	struct xy_sched_shutdown s = { reason };

	call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_shutdown, &s);
	for (;;)
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_block, 0);
}

void guest_die(const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	text_vformat(text, sizeof(text), fmt, ap);
	va_end(ap);
	console_last_words();
	say("guest died: %s", text);
	guest_off(XY_SHUTDOWN_crash);
}

static void look(struct store_watch *w)
{
	char word[16];
	unsigned int reason;

	if (store_read(0, w->path, word, sizeof(word)))
		return;
	if (!strcmp(word, "poweroff") || !strcmp(word, "halt"))
		reason = XY_SHUTDOWN_poweroff;
	else if (!strcmp(word, "reboot"))
		reason = XY_SHUTDOWN_reboot;
	else
		return;
	if (store_write(0, w->path, ""))
		say("cannot answer %s", word);
	if (last_deed)
		last_deed();
	guest_off(reason);
}

int power_obey(void (*before)(void))
{
	static struct store_watch shutdown = {
		.fn = look, .path = "control/shutdown",
	};
	int rc;

	last_deed = before;
	rc = store_write(0, "control/feature-poweroff", "1");
	if (!rc)
		rc = store_write(0, "control/feature-reboot", "1");
	return rc ? rc : store_watch(&shutdown);
}

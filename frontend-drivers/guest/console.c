// SPDX-License-Identifier: MIT
/*
 * The shell of core/confront, and the command line.
 *
 * The first domain speaks by hypercall; an ordinary one through its console
 * ring, and waits for dom0 to read it.  Text may be said at any time, also
 * from a trap and before there is anything else.
 */
#include "frontend-drivers/guest/console.h"
#include "abi/sched.h"
#include "abi/shared_info.h"
#include "frontend-drivers/core/confront.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/event.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/spin.h"

#define LOOK_AGAIN_NS	100000000UL

static struct confront core;
static struct spin lock;
static void (*listener)(const char *bytes, size_t n);

static bool is_dom0(void)
{
	return guest_si->flags & XY_SIF_INITDOMAIN;
}

/* The event of a full ring may be input as well. */
static void wait_for_room(uint32_t port)
{
	event_send(port);
	if (!guest_shared) {
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_yield, 0);
		return;
	}
	event_wait_port(port, now_ns() + LOOK_AGAIN_NS);
	if (listener)
		event_raise(port);
}

static void put_ring(const char *s, size_t n)
{
	uint32_t port = guest_si->console.domU.evtchn;
	size_t done;

	spin_lock(&lock);
	if (!core.ring)
		confront_init(&core,
			      (void *)mfn_va(guest_si->console.domU.mfn));
	while ((done = confront_put(&core, s, n)) < n) {
		s += done;
		n -= done;
		wait_for_room(port);
	}
	spin_unlock(&lock);
	event_send(port);
}

void console_put(const char *bytes, size_t n)
{
	if (is_dom0())
		call3(XY_HYPERVISOR_console_io, XY_CONSOLEIO_write, n, bytes);
	else
		put_ring(bytes, n);
}

void console_last_words(void)
{
	lock.taken = false;
}

static void on_event(uint32_t port, void *arg)
{
	char bytes[64];
	size_t n;
	long got;

	(void)arg;
	if (is_dom0()) {
		while ((got = call3(XY_HYPERVISOR_console_io,
				    XY_CONSOLEIO_read, sizeof(bytes),
				    bytes)) > 0)
			listener(bytes, (size_t)got);
		return;
	}
	while ((n = confront_get(&core, bytes, sizeof(bytes))) != 0) {
		event_send(port);
		listener(bytes, n);
	}
}

long console_listen(void (*fn)(const char *bytes, size_t n))
{
	uint32_t port = guest_si->console.domU.evtchn;
	long rc = 0;

	listener = fn;
	if (is_dom0())
		rc = event_bind_virq(XY_VIRQ_CONSOLE, 0, &port);
	else
		console_put("", 0);	/* the core is there after it */
	if (!rc)
		rc = event_handle(port, on_event, NULL);
	if (!rc)
		event_raise(port);	/* what came before */
	return rc;
}

void say(const char *fmt, ...)
{
	char line[512];
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	n = text_vformat(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	line[n++] = '\n';
	console_put(line, n);
}

/* The next word from *at: its length, 0 at the end. */
static size_t next_word(const char **at)
{
	size_t n = 0;

	while (**at == ' ')
		++*at;
	while ((*at)[n] && (*at)[n] != ' ')
		n++;
	return n;
}

bool asked(const char *word)
{
	const char *at = (const char *)guest_si->cmd_line;
	size_t n;

	for (; (n = next_word(&at)) != 0; at += n)
		if (n == strlen(word) && !memcmp(at, word, n))
			return true;
	return false;
}

const char *asked_value(const char *name, size_t *len)
{
	const char *at = (const char *)guest_si->cmd_line;
	size_t n, want = strlen(name);

	for (; (n = next_word(&at)) != 0; at += n)
		if (n > want && at[want] == '=' && !memcmp(at, name, want)) {
			*len = n - want - 1;
			return at + want + 1;
		}
	return NULL;
}

unsigned long asked_number(const char *name, unsigned long absent)
{
	size_t len;
	const char *text = asked_value(name, &len);

	return text && len && *text >= '0' && *text <= '9' ?
	       text_number(text, NULL) : absent;
}

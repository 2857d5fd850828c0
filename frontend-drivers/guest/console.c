// SPDX-License-Identifier: MIT
/*
 * The console and the command line.
 *
 * The first domain speaks by hypercall; an ordinary one through its console
 * ring, and waits for dom0 to read it.  Text may be said at any time, also
 * from a trap.
 */
#include "frontend-drivers/guest/console.h"
#include "abi/evtchn.h"
#include "abi/io/console.h"
#include "abi/sched.h"
#include "abi/shared_info.h"
#include "frontend-drivers/guest/call.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/memory.h"
#include "frontend-drivers/guest/text.h"

static void put_ring(const char *s, size_t n)
{
	struct xy_xencons_interface *ring =
		(void *)mfn_va(guest_si->console.domU.mfn);
	struct xy_evtchn_send send = { guest_si->console.domU.evtchn };
	uint32_t prod = ring->out_prod;

	while (n != 0) {
		if (prod - __atomic_load_n(&ring->out_cons, __ATOMIC_ACQUIRE)
		    < XY_CONSOLE_OUT_SIZE) {
			ring->out[prod++ & (XY_CONSOLE_OUT_SIZE - 1)] = *s++;
			n--;
			__atomic_store_n(&ring->out_prod, prod,
					 __ATOMIC_RELEASE);
			continue;
		}
		call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, &send);
		call2(XY_HYPERVISOR_sched_op, XY_SCHEDOP_yield, 0);
	}
	call2(XY_HYPERVISOR_event_channel_op, XY_EVTCHNOP_send, &send);
}

void console_put(const char *bytes, size_t n)
{
	if (guest_si->flags & XY_SIF_INITDOMAIN)
		call3(XY_HYPERVISOR_console_io, XY_CONSOLEIO_write, n, bytes);
	else
		put_ring(bytes, n);
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

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console: log ring, serial output, serial input.
 *
 * 1. The ring keeps the newest text; positions are free-running and masked at
 *    use, so a reader can tell how much it missed.
 * 2. Input goes to dom0 or to the hypervisor's debug keys; three Ctrl-A in a
 *    row change over.
 *
 * Lock: none is taken for output, so that a panic can always speak; with
 * several CPUs lines may mix, bytes are never lost from the ring.
 */
#include "core/con.h"
#include "core/arch.h"
#include "core/evtchn.h"
#include "core/keys.h"
#include "core/dom.h"
#include "abi/evtchn.h"
#include "lib/print.h"
#include "lib/string.h"

#define RING_BYTES	65536u
#define INPUT_BYTES	256u
#define CTRL_A		1
#define SWITCH_COUNT	3

static char ring[RING_BYTES];
static uint64_t ring_end;	/* [atomic] free-running */
static uint64_t ring_start;	/* after con_clear_ring() */

static char input[INPUT_BYTES];
static uint32_t input_in, input_out;	/* free-running */
static unsigned int ctrl_a_seen;
static bool keys_active;		/* input goes to the debug keys */

static void emit(char c)
{
	uint64_t at = __atomic_fetch_add(&ring_end, 1, __ATOMIC_RELAXED);

	ring[at % RING_BYTES] = c;
	arch_uart_put(c);
}

void con_write(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		emit(text[i]);
}

void con_vlog(const char *fmt, va_list ap)
{
	char line[512];
	int n = vprint_to(line, sizeof(line), fmt, ap);

	con_write(line, min_u64((uint64_t)n, sizeof(line) - 1));
}

void con_log(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	con_vlog(fmt, ap);
	va_end(ap);
}

size_t con_read_ring(uint64_t *index, char *buf, size_t bytes)
{
	uint64_t end = ring_end;
	uint64_t oldest = end > RING_BYTES ? end - RING_BYTES : 0;
	size_t n = 0;

	oldest = max_u64(oldest, ring_start);
	if (*index < oldest || *index > end)
		*index = oldest;
	for (; n < bytes && *index < end; n++, (*index)++)
		buf[n] = ring[*index % RING_BYTES];
	return n;
}

void con_clear_ring(void)
{
	ring_start = ring_end;
}

static void switch_input(void)
{
	keys_active = !keys_active;
	con_log("(Xylem) serial input goes to %s; three Ctrl-A change over\n",
		keys_active ? "the hypervisor, 'h' shows its keys" : "dom0");
}

void con_input(char c)
{
	if (c == CTRL_A) {
		if (++ctrl_a_seen == SWITCH_COUNT) {
			ctrl_a_seen = 0;
			switch_input();
		}
		return;
	}
	ctrl_a_seen = 0;
	if (keys_active) {
		keys_press(c);
		return;
	}
	if (input_in - input_out < INPUT_BYTES)
		input[input_in++ % INPUT_BYTES] = c;
	if (dom0)
		evtchn_send_virq(dom0, XY_VIRQ_CONSOLE);
}

size_t con_read_input(char *buf, size_t bytes)
{
	size_t n = 0;

	while (n < bytes && input_out != input_in)
		buf[n++] = input[input_out++ % INPUT_BYTES];
	return n;
}

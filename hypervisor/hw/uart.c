/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first serial port, a 16550 at 0x3f8: 115200 baud, 8N1, FIFO on.
 * Output waits for room in the FIFO, for a bounded time: a machine without
 * the port does not hang.  Input arrives by IRQ 4 (hw/irq.c) or is polled.
 */
#include "hw/uart.h"
#include "core/arch.h"
#include "core/con.h"
#include "hw/cpu.h"

#define COM1	0x3f8
#define LSR	(COM1 + 5)
#define LSR_DATA	0x01
#define LSR_THR_EMPTY	0x20
#define TX_FIFO	16

static unsigned int tx_room;	/* lock: console's */

void uart_init(void)
{
	outb(COM1 + 1, 0);
	outb(COM1 + 3, 0x80);
	outb(COM1, 1);
	outb(COM1 + 1, 0);
	outb(COM1 + 3, 3);
	outb(COM1 + 2, 7);
	outb(COM1 + 4, 0x0b);
}

void uart_enable_input(void)
{
	outb(COM1 + 1, 1);
}

static void put_raw(char c)
{
	if (tx_room == 0) {
		for (int i = 0; i < 100000 && !(inb(LSR) & LSR_THR_EMPTY); i++)
			;
		tx_room = TX_FIFO;
	}
	tx_room--;
	outb(COM1, (uint8_t)c);
}

void arch_uart_put(char c)
{
	if (c == '\n')
		put_raw('\r');
	put_raw(c);
}

void uart_poll_input(void)
{
	for (int i = 0; i < 64; i++) {
		uint8_t status = inb(LSR);

		if (status == 0xff || !(status & LSR_DATA))
			return;
		con_input((char)inb(COM1));
	}
}

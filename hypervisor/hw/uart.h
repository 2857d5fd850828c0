/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The serial line (output: arch_uart_put of the seam).
 */
#ifndef HW_UART_H
#define HW_UART_H

void uart_init(void);
void uart_enable_input(void);	/* interrupt on received data */
void uart_poll_input(void);	/* hands waiting bytes to con_input() */

#endif

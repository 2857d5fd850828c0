/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypercall transfer page: slot n makes call n.
 *
 * A slot is called, keeps rcx and r11 (which SYSCALL destroys) on the guest's
 * stack, and returns; slot 23, iret, is jumped to and does not.  The rest of
 * each slot traps.  No state.  Source: the public interface's description.
 */
#include "core/call_page.h"
#include "abi/hypercall.h"
#include "lib/string.h"

#define SLOT_BYTES	32u

void call_page_fill(uint8_t *page)
{
	static const uint8_t call[] = {
		0x51,				/* push rcx */
		0x41, 0x53,			/* push r11 */
		0xb8, 0, 0, 0, 0,		/* mov eax, number */
		0x0f, 0x05,			/* syscall */
		0x41, 0x5b,			/* pop r11 */
		0x59,				/* pop rcx */
		0xc3				/* ret */
	};
	static const uint8_t iret[] = {
		0x51, 0x41, 0x53,		/* push rcx, r11 */
		0x50,				/* push rax */
		0xb8, XY_HYPERVISOR_iret, 0, 0, 0,
		0x0f, 0x05
	};

	memset(page, 0xcc, PAGE_SIZE);		/* int3 */
	for (unsigned int n = 0; n < PAGE_SIZE / SLOT_BYTES; n++) {
		uint8_t *slot = page + n * SLOT_BYTES;

		if (n == XY_HYPERVISOR_iret) {
			memcpy(slot, iret, sizeof(iret));
			continue;
		}
		memcpy(slot, call, sizeof(call));
		slot[4] = (uint8_t)n;
	}
}

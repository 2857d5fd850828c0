/* SPDX-License-Identifier: MIT */
/*
 * Calls of a program itself: Xylem's own, no other hypervisor has them.
 *
 * A program of a privileged domain may copy between grants and send events
 * without its kernel: in a paravirtual domain a system call passes the
 * hypervisor twice and flushes the TLB.
 *
 *  1. The program asks its kernel for XY_HYPERVISOR_direct (through privcmd),
 *     with one argument, 0 or XY_DIRECT_OPEN. From then on the address space it
 *     runs in may.
 *  2. A call is `syscall` in user mode with XY_DIRECT_CALL plus the number in
 *     rax, arguments and result as in hypercall.h. Only these are there:
 *     grant_table_op with GNTTABOP_copy, event_channel_op with EVTCHNOP_send.
 *     What they are given by address must be present memory of the program;
 *     both sides of a copy are grant references, never frame numbers. A list
 *     of copies that ends in an error was worked off up to some element: those
 *     before it are made, with their status, and may be asked for again.
 *  3. One address space of a domain at a time: the last that asked. Its right
 *     ends when its kernel unpins it, as when the program exits; not when the
 *     program gives up rights of its own. It reaches all ports of the domain
 *     and all pages granted to it, and the kernel's filters see nothing of it.
 *  4. With XY_DIRECT_OPEN the kernel's memory stays mapped while the program
 *     runs, so that none of its system calls flushes the TLB. The program is
 *     then what a driver in the kernel is: nothing keeps it from the kernel's
 *     memory. Who can make hypercalls has the same by a longer way, for they
 *     change any entry of any page table of the domain.
 *
 * Everything else arrives in the kernel as a system call of that number, which
 * Linux does not know: -ENOSYS, and the program goes the long way.
 */
#ifndef XY_ABI_DIRECT_H
#define XY_ABI_DIRECT_H

#define XY_HYPERVISOR_direct	55	/* of the numbers left to us: arch_7 */

#define XY_DIRECT_OPEN		1	/* the only flag of its argument */

#define XY_DIRECT_CALL		0x10000000

#endif /* XY_ABI_DIRECT_H */

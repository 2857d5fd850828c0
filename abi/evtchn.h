/* SPDX-License-Identifier: MIT */
/*
 * Event channels (call 32). rdi is the sub-op, rsi the handle of the
 * structure.
 *
 * A port is a 32-bit number, valid in one domain. There are two ways in
 * which pending ports are shown: the two-level bitmaps of shared_info (4096
 * ports) and, once a vCPU called init_control, FIFO queues of event words
 * (131072 ports, 16 priorities, 0 the most urgent).
 *
 * Source: public event_channel.h of 4.17.
 */
#ifndef XY_ABI_EVTCHN_H
#define XY_ABI_EVTCHN_H

#include "abi/base.h"

#define XY_EVTCHNOP_bind_interdomain	0
#define XY_EVTCHNOP_bind_virq		1
#define XY_EVTCHNOP_bind_pirq		2
#define XY_EVTCHNOP_close		3
#define XY_EVTCHNOP_send		4
#define XY_EVTCHNOP_status		5
#define XY_EVTCHNOP_alloc_unbound	6
#define XY_EVTCHNOP_bind_ipi		7
#define XY_EVTCHNOP_bind_vcpu		8
#define XY_EVTCHNOP_unmask		9
#define XY_EVTCHNOP_reset		10
#define XY_EVTCHNOP_init_control	11
#define XY_EVTCHNOP_expand_array	12
#define XY_EVTCHNOP_set_priority	13

#define XY_EVTCHN_2L_NR_CHANNELS	4096U

/* Virtual interrupts. Timer, debug and pmu are per vCPU, the rest global. */
#define XY_VIRQ_TIMER		0
#define XY_VIRQ_DEBUG		1
#define XY_VIRQ_CONSOLE		2	/* dom0: input on the machine console */
#define XY_VIRQ_DOM_EXC		3	/* dom0: a domain changed its life */
#define XY_VIRQ_TBUF		4
#define XY_VIRQ_DEBUGGER	6
#define XY_VIRQ_XENOPROF	7
#define XY_VIRQ_CON_RING	8	/* dom0: console ring has new text */
#define XY_VIRQ_PCPU_STATE	9
#define XY_VIRQ_MEM_EVENT	10
#define XY_VIRQ_ARGO		11
#define XY_VIRQ_ENOMEM		12
#define XY_VIRQ_XENPMU		13
#define XY_VIRQ_ARCH_0		16	/* machine check */
#define XY_VIRQ_ARCH_7		23
#define XY_NR_VIRQS		24

struct xy_evtchn_alloc_unbound {
	uint16_t dom;		/* where the port is made; or SELF */
	uint16_t remote_dom;	/* who may bind to it; or SELF */
	uint32_t port;		/* OUT */
};
XY_SIZE(struct xy_evtchn_alloc_unbound, 8);
XY_AT(struct xy_evtchn_alloc_unbound, port, 4);

struct xy_evtchn_bind_interdomain {
	uint16_t remote_dom;
	uint32_t remote_port;
	uint32_t local_port;	/* OUT; is pending at once */
};
XY_SIZE(struct xy_evtchn_bind_interdomain, 12);
XY_AT(struct xy_evtchn_bind_interdomain, remote_port, 4);

struct xy_evtchn_bind_virq {
	uint32_t virq;		/* XY_VIRQ_ */
	uint32_t vcpu;		/* 0 for a global one */
	uint32_t port;		/* OUT */
};
XY_SIZE(struct xy_evtchn_bind_virq, 12);

#define XY_BIND_PIRQ__WILL_SHARE	1

struct xy_evtchn_bind_pirq {
	uint32_t pirq;
	uint32_t flags;		/* XY_BIND_PIRQ__ */
	uint32_t port;		/* OUT */
};
XY_SIZE(struct xy_evtchn_bind_pirq, 12);

struct xy_evtchn_bind_ipi {
	uint32_t vcpu;
	uint32_t port;		/* OUT */
};
XY_SIZE(struct xy_evtchn_bind_ipi, 8);

struct xy_evtchn_close {
	uint32_t port;
};
XY_SIZE(struct xy_evtchn_close, 4);

struct xy_evtchn_send {
	uint32_t port;
};
XY_SIZE(struct xy_evtchn_send, 4);

#define XY_EVTCHNSTAT_closed		0
#define XY_EVTCHNSTAT_unbound		1
#define XY_EVTCHNSTAT_interdomain	2
#define XY_EVTCHNSTAT_pirq		3
#define XY_EVTCHNSTAT_virq		4
#define XY_EVTCHNSTAT_ipi		5

struct xy_evtchn_status {
	uint16_t dom;
	uint32_t port;
	uint32_t status;	/* OUT: XY_EVTCHNSTAT_ */
	uint32_t vcpu;		/* OUT */
	union {			/* OUT, by status */
		struct {
			uint16_t dom;
		} unbound;
		struct {
			uint16_t dom;
			uint32_t port;
		} interdomain;
		uint32_t pirq;
		uint32_t virq;
	} u;
};
XY_SIZE(struct xy_evtchn_status, 24);
XY_AT(struct xy_evtchn_status, port, 4);
XY_AT(struct xy_evtchn_status, u, 16);

struct xy_evtchn_bind_vcpu {
	uint32_t port;
	uint32_t vcpu;
};
XY_SIZE(struct xy_evtchn_bind_vcpu, 8);

struct xy_evtchn_unmask {
	uint32_t port;
};
XY_SIZE(struct xy_evtchn_unmask, 4);

struct xy_evtchn_reset {
	uint16_t dom;
};
XY_SIZE(struct xy_evtchn_reset, 2);

/* FIFO queues. */
#define XY_EVTCHN_FIFO_PRIORITY_MAX	0	/* most urgent */
#define XY_EVTCHN_FIFO_PRIORITY_DEFAULT	7
#define XY_EVTCHN_FIFO_PRIORITY_MIN	15
#define XY_EVTCHN_FIFO_MAX_QUEUES	16

/* Bits of an event word; the low bits hold the next port of the queue. */
#define XY_EVTCHN_FIFO_PENDING		31
#define XY_EVTCHN_FIFO_MASKED		30
#define XY_EVTCHN_FIFO_LINKED		29
#define XY_EVTCHN_FIFO_BUSY		28
#define XY_EVTCHN_FIFO_LINK_BITS	17
#define XY_EVTCHN_FIFO_LINK_MASK	((1 << XY_EVTCHN_FIFO_LINK_BITS) - 1)
#define XY_EVTCHN_FIFO_NR_CHANNELS	(1 << XY_EVTCHN_FIFO_LINK_BITS)

struct xy_evtchn_init_control {
	uint64_t control_gfn;	/* frame of the control block */
	uint32_t offset;	/* of the block in it, bytes, 8-aligned */
	uint32_t vcpu;
	uint8_t link_bits;	/* OUT: XY_EVTCHN_FIFO_LINK_BITS */
	uint8_t pad[7];
};
XY_SIZE(struct xy_evtchn_init_control, 24);
XY_AT(struct xy_evtchn_init_control, link_bits, 16);

struct xy_evtchn_expand_array {
	uint64_t array_gfn;	/* next frame of event words */
};
XY_SIZE(struct xy_evtchn_expand_array, 8);

struct xy_evtchn_set_priority {
	uint32_t port;
	uint32_t priority;
};
XY_SIZE(struct xy_evtchn_set_priority, 8);

struct xy_evtchn_fifo_control_block {
	uint32_t ready;		/* [both, atomic] one bit per queue */
	uint32_t pad;
	uint32_t head[XY_EVTCHN_FIFO_MAX_QUEUES];	/* [hv] ports */
};
XY_SIZE(struct xy_evtchn_fifo_control_block, 72);
XY_AT(struct xy_evtchn_fifo_control_block, head, 8);

#endif /* XY_ABI_EVTCHN_H */

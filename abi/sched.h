/* SPDX-License-Identifier: MIT */
/*
 * sched_op (call 29): a vCPU gives way, waits, or ends its domain. rdi is
 * the sub-op, rsi the handle of the structure (none for yield and block).
 *
 * set_timer_op (call 15) takes an absolute time in ns in rdi (0: stop) and
 * needs no type.
 *
 * Source: public sched.h of 4.17.
 */
#ifndef XY_ABI_SCHED_H
#define XY_ABI_SCHED_H

#include "abi/base.h"

#define XY_SCHEDOP_yield		0
#define XY_SCHEDOP_block		1	/* unmasks events, then waits */
#define XY_SCHEDOP_shutdown		2
#define XY_SCHEDOP_poll			3
#define XY_SCHEDOP_remote_shutdown	4
#define XY_SCHEDOP_shutdown_code	5
#define XY_SCHEDOP_watchdog		6
#define XY_SCHEDOP_pin_override		7

#define XY_SHUTDOWN_poweroff		0
#define XY_SHUTDOWN_reboot		1
#define XY_SHUTDOWN_suspend		2
#define XY_SHUTDOWN_crash		3
#define XY_SHUTDOWN_watchdog		4
#define XY_SHUTDOWN_soft_reset		5
#define XY_SHUTDOWN_MAX			5

/* shutdown and shutdown_code */
struct xy_sched_shutdown {
	uint32_t reason;	/* XY_SHUTDOWN_ */
};
XY_SIZE(struct xy_sched_shutdown, 4);

struct xy_sched_poll {
	uint64_t ports;		/* handle of uint32_t */
	uint32_t nr_ports;	/* at most 128 */
	uint64_t timeout;	/* ns, absolute system time; 0: none */
};
XY_SIZE(struct xy_sched_poll, 24);
XY_AT(struct xy_sched_poll, timeout, 16);

struct xy_sched_remote_shutdown {
	uint16_t domain_id;
	uint32_t reason;	/* XY_SHUTDOWN_ */
};
XY_SIZE(struct xy_sched_remote_shutdown, 8);
XY_AT(struct xy_sched_remote_shutdown, reason, 4);

struct xy_sched_watchdog {
	uint32_t id;		/* 0: make one, its id is the result */
	uint32_t timeout;	/* s; 0: remove it */
};
XY_SIZE(struct xy_sched_watchdog, 8);

struct xy_sched_pin_override {
	int32_t pcpu;		/* < 0: undo */
};
XY_SIZE(struct xy_sched_pin_override, 4);

#endif /* XY_ABI_SCHED_H */

/* SPDX-License-Identifier: MIT */
/*
 * Event channels, timers and waiting.
 *
 * Events stay masked while the program runs: a handler is called only where
 * the program waits (event_wait, event_wait_until, event_poll), on the vCPU
 * that asked for it, and never in between. So a handler may use everything.
 *
 * Calls that may fail return 0 or what the hypervisor answered, negative.
 */
#ifndef GUEST_EVENT_H
#define GUEST_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/evtchn.h"

typedef void (*event_fn)(uint32_t port, void *arg);

/* A port that domain `remote` may bind to. */
long event_alloc(uint16_t remote, uint32_t *port);
/* A port bound to one of domain `remote`; it is pending at once. */
long event_bind(uint16_t remote, uint32_t remote_port, uint32_t *port);
long event_bind_virq(unsigned int virq, unsigned int vcpu, uint32_t *port);
long event_bind_ipi(unsigned int vcpu, uint32_t *port);
/* The port's events go to fn on this vCPU. -XY_ENOSPC: the port is too high. */
long event_handle(uint32_t port, event_fn fn, void *arg);
long event_send(uint32_t port);
/* Also forgets the handler. */
long event_close(uint32_t port);
/* As if the port's event had come, for ourselves alone. */
void event_raise(uint32_t port);

/* Runs the handlers of what is pending and the timers that are due. */
bool event_poll(void);		/* false: there was nothing */
/* Sleeps until there was something. */
void event_wait(void);
/* As event_wait, but false when the time has come. */
bool event_wait_until(uint64_t ns);
/*
 * Sleeps until this one port is pending, and takes it; no handler runs. false:
 * the time has come (0: no limit).
 */
bool event_wait_port(uint32_t port, uint64_t ns);

/* A timer belongs to the vCPU that sets it; it may be set anew any time. */
struct timer {
	uint64_t at_ns;
	void (*fn)(void *arg);
	void *arg;
	struct timer *next;
	bool set;
};

void timer_set(struct timer *t, uint64_t at_ns);
void timer_cancel(struct timer *t);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What the main loop waits for, and who serves it. */
#ifndef XENSTORED_SHELL_H
#define XENSTORED_SHELL_H

#include <stdbool.h>

#include "dom0-tools/xenstored/proto.h"

enum shell_kind {
	SHELL_LISTEN, /* a socket that takes connections */
	SHELL_CONN, /* a connection */
	SHELL_EVENTS, /* /dev/xen/evtchn */
	SHELL_DOMAIN, /* a domain's ring; never waited for by itself */
};

/* First member of all of them, and what epoll hands back. */
struct shell {
	enum shell_kind kind;
};

/* Requests of one client dealt with before the next client's turn. */
#define SHELL_TURN_CONN 64
#define SHELL_TURN_DOMAIN 16

/* --- conn.c: sockets --- */

/* Listens at path; read_only: its clients may not write. 0 or -errno. */
int conn_listen(struct xenstore *x, int epoll, const char *path,
		bool read_only);
/* epoll says that s (LISTEN or CONN) has something. */
void conn_event(struct shell *s, unsigned int events);
/* Serves those whose turn ended before their requests did. */
void conn_serve(void);
bool conn_any_ready(void);
void conn_flush(struct client *c);
/* Frees what was closed in this turn. */
void conn_reap(void);

/* --- domain.c: rings --- */

/* 0; or -errno: no hypervisor's devices here, sockets only. */
int domain_open(struct xenstore *x, int epoll);
void domain_event(struct xenstore *x);
void domain_serve(struct xenstore *x);
/* How long the loop may sleep on their account: 0, milliseconds, -1. */
int domain_wait_ms(const struct xenstore *x);
void domain_flush(struct client *c);

/* A clock that only goes forward. */
uint64_t shell_now_ms(void);

/* Whether to tell what happens (--verbose). */
extern bool shell_verbose;
__attribute__((format(printf, 1, 2))) void shell_say(const char *format, ...);

#endif

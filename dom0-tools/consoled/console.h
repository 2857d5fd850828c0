/* SPDX-License-Identifier: GPL-2.0-only */
/* One domain's console: ring, event port, terminal, log. */
#ifndef CONSOLED_CONSOLE_H
#define CONSOLED_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "dom0-tools/consoled/backlog.h"
#include "dom0-tools/consoled/conring.h"
#include "dom0-tools/consoled/logfile.h"
#include "dom0-tools/lib/ring_page.h"

/* What epoll hands back: first member of each. */
enum source_kind {
	SOURCE_EVENTS, /* /dev/xen/evtchn */
	SOURCE_STORE,
	SOURCE_TERMINAL, /* of a console */
};

struct source {
	enum source_kind kind;
};

struct console {
	struct source source;
	struct console *next;
	uint16_t domid;
	uint32_t remote_port;
	uint64_t mfn;
	int port; /* ours */
	struct ring_page page;
	struct xy_xencons_interface *ring;
	int master, slave; /* -1: no terminal */
	char tty[64];
	unsigned int interest; /* what epoll waits for on master */
	struct backlog backlog;
	struct logfile log;
	bool held; /* port still masked, ring looked at again soon */
	unsigned int streak; /* big helpings in a row without a pause */
};

/* What all consoles share. */
struct consoles {
	struct console *list;
	struct ring_pages pages;
	int evtchn, epoll;
	const char *log_dir;
	unsigned int held; /* how many are */
	unsigned int waiting; /* domains whose keys are not there yet */
};

/* What a new console is made from. */
struct console_spec {
	uint16_t domid;
	uint64_t mfn;
	uint32_t port;
	const char *name;
};

struct console *console_find(const struct consoles *cs, uint16_t domid);
/*
 * Maps, binds, and takes what is already there into the log. The terminal
 * comes after that: console_terminal(). NULL with errno set.
 */
struct console *console_open(struct consoles *cs,
			     const struct console_spec *spec);
/* Makes the terminal; c->tty is then its path. 0 or -errno. */
int console_terminal(struct consoles *cs, struct console *c);
/* Takes the last words, hangs up the terminal, unmaps. */
void console_close(struct consoles *cs, struct console *c);

/* The device says that ports have fired. */
void console_events(struct consoles *cs);
/* A moment has passed: those held are looked at. */
void console_look_again(struct consoles *cs);
/* epoll says so of a terminal. */
void console_typed(struct consoles *cs, struct console *c, unsigned int events);

#endif

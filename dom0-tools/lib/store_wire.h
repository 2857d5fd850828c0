/* SPDX-License-Identifier: MIT */
/* The inside of a store handle: messages in, messages out, events queued. */
#ifndef DOM0_TOOLS_LIB_STORE_WIRE_H
#define DOM0_TOOLS_LIB_STORE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "abi/io/xs_wire.h"

/* A message that arrived; its payload has a NUL behind it. */
struct store_msg {
	struct store_msg *next;
	struct xy_xsd_sockmsg head;
	char data[];
};

#define STORE_IN_BYTES (8 * 1024)
#define STORE_OUT_BYTES (8 * 1024)
#define STORE_MOST_UNANSWERED 128

struct xs_handle {
	int fd;
	bool socket; /* else a character device */
	bool broken; /* nothing more can be said */
	uint32_t last_req;
	/* Bytes that arrived and are not a whole message yet. */
	char in[STORE_IN_BYTES];
	size_t in_len;
	/* Events not yet handed out. */
	struct store_msg *events, **events_end;
	/* For xs_fileno(): an epoll descriptor over fd and signal. */
	int poll, signal;
	bool signalled;
	/* Posted requests: written to out, or sent and not yet answered. */
	char out[STORE_OUT_BYTES];
	size_t out_len;
	unsigned int unanswered;
	int post_error; /* the first failure among them */
	/* Answers that arrived too early and somebody wants to see. */
	bool keep;
	struct store_msg *kept, **kept_end;
};

struct store_request {
	uint32_t type;
	uint32_t tx;
	struct iovec part[3];
	unsigned int parts;
};

/* Whether the payload fits; E2BIG in errno if not. */
bool store_fits(const struct store_request *q, size_t *bytes);

/*
 * Sends and waits for the answer: malloc'd, the caller frees. NULL with
 * errno: the server's error, or EIO.
 */
struct store_msg *store_call(struct xs_handle *h,
			     const struct store_request *q);
/* As above, and only whether it went well. */
bool store_do(struct xs_handle *h, const struct store_request *q);
/* Queues a request whose answer is looked at by store_settle(). */
bool store_post(struct xs_handle *h, const struct store_request *q);
/* Waits for all answers; does not judge them. */
bool store_settle(struct xs_handle *h);
/*
 * Posted requests whose answers are wanted: call begin, post at most
 * STORE_OUT_BYTES and STORE_MOST_UNANSWERED in all (the next one would settle
 * them), and take each answer in its order. *err: 0, or the
 * server's error; NULL: the link broke.
 */
bool store_batch_begin(struct xs_handle *h);
struct store_msg *store_batch_answer(struct xs_handle *h, int *err);
void store_batch_end(struct xs_handle *h);
/*
 * Takes an event off the queue, after reading what has arrived, or (wait)
 * what will. NULL: none (EAGAIN), or broken (EIO).
 */
struct store_msg *store_event(struct xs_handle *h, bool wait);
/* Makes xs_fileno()'s descriptor say whether events are queued. */
void store_signal(struct xs_handle *h);

#endif

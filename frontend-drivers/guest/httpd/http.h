/* SPDX-License-Identifier: MIT */
/*
 * As much of HTTP/1.1 as serving files takes: a request's head is read, an
 * answer's head is written.  Text in, text out; it knows no connection.
 *
 * GET and HEAD; a target in origin form, its query cut off, %xx decoded;
 * connections that stay, if both want.  What it does not understand is 400,
 * another method 501, a request with a body is answered and its connection
 * closed.
 *
 * Source: RFC 9110, 9112.
 */
#ifndef GUEST_HTTPD_HTTP_H
#define GUEST_HTTPD_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_REQUEST_MAX	2048	/* bytes of a head */
#define HTTP_PATH_BYTES		256
#define HTTP_HEAD_BYTES		256	/* of an answer */

struct http_request {
	bool head;			/* HEAD: no content */
	bool keep;			/* the connection may stay */
	unsigned int status;		/* 200 so far, or why not */
	size_t bytes;			/* of the request */
	char path[HTTP_PATH_BYTES];	/* begins with '/' */
};

/*
 * False: its end has not come yet. A head that is too long, or wrong, is a
 * request with a status that says so, and must end its connection.
 */
bool http_parse(const char *text, size_t n, struct http_request *r);

/* An answer's head; its length. */
size_t http_answer(char out[HTTP_HEAD_BYTES], const struct http_request *r,
		   const char *name, uint64_t content_bytes);
const char *http_reason(unsigned int status);

#endif

// SPDX-License-Identifier: MIT
/*
 * Requests and answers of HTTP. Every byte of a request is looked at with its
 * bound before it; nothing is changed in place.
 */
#include "frontend-drivers/guest/httpd/http.h"

#include <string.h>

static const struct {
	unsigned int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" }, { 400, "Bad Request" }, { 404, "Not Found" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" }, { 501, "Not Implemented" },
	{ 505, "HTTP Version Not Supported" },
};

static const struct {
	const char *ending, *type;
} types[] = {
	{ ".html", "text/html" }, { ".txt", "text/plain" },
	{ ".css", "text/css" }, { ".js", "text/javascript" },
	{ ".json", "application/json" }, { ".png", "image/png" },
	{ ".svg", "image/svg+xml" }, { ".jpg", "image/jpeg" },
};

const char *http_reason(unsigned int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Error";
}

static const char *type_of(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		size_t e = strlen(types[i].ending);

		if (n > e && !memcmp(name + n - e, types[i].ending, e))
			return types[i].type;
	}
	return "application/octet-stream";
}

/* Bytes up to and with the empty line; 0: not yet. */
static size_t head_end(const char *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (t[i] != '\n')
			continue;
		if (i + 1 < n && t[i + 1] == '\n')
			return i + 2;
		if (i + 2 < n && t[i + 1] == '\r' && t[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The target, decoded into the path; false: it is none. */
static bool take_path(struct http_request *r, const char *t, size_t n)
{
	size_t out = 0;

	if (!n || *t != '/')
		return false;
	for (size_t i = 0; i < n && t[i] != '?'; i++) {
		char c = t[i];

		if (c == '%') {
			int high = i + 2 < n ? hex(t[i + 1]) : -1;
			int low = i + 2 < n ? hex(t[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if ((unsigned char)c < 32 || out + 1 == HTTP_PATH_BYTES)
			return false;
		r->path[out++] = c;
	}
	r->path[out] = 0;
	return true;
}

/* Do n bytes, case apart, equal this word of small letters? */
static bool is(const char *t, size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n && word[i]; i++) {
		char c = t[i] >= 'A' && t[i] <= 'Z' ? (char)(t[i] | 32) : t[i];

		if (c != word[i])
			return false;
	}
	return i == n && !word[i];
}

static unsigned int take_line(struct http_request *r, const char *t, size_t n)
{
	size_t a = 0, b, c;

	while (a < n && t[a] != ' ')
		a++;
	b = a + 1;
	while (b < n && t[b] != ' ')
		b++;
	c = b + 1;
	if (a == 0 || b >= n || n - c != 8 || memcmp(t + c, "HTTP/", 5))
		return 400;
	if (memcmp(t + c, "HTTP/1.", 7))
		return 505;
	r->keep = t[c + 7] != '0';
	r->head = a == 4 && !memcmp(t, "HEAD", 4);
	if (!r->head && (a != 3 || memcmp(t, "GET", 3)))
		return 501;
	return take_path(r, t + a + 1, b - a - 1) ? 200 : 400;
}

static bool take_field(struct http_request *r, const char *t, size_t n)
{
	size_t name = 0, at, end = n;

	while (name < n && t[name] != ':')
		name++;
	if (name == 0 || name == n || t[0] == ' ' || t[0] == '\t')
		return false;
	at = name + 1;
	while (at < n && (t[at] == ' ' || t[at] == '\t'))
		at++;
	while (end > at && (t[end - 1] == ' ' || t[end - 1] == '\t'))
		end--;
	if (is(t, name, "connection")) {
		if (is(t + at, end - at, "close"))
			r->keep = false;
		else if (is(t + at, end - at, "keep-alive"))
			r->keep = true;
	}
	/* We would take a body for the next request. */
	if (is(t, name, "transfer-encoding") ||
	    (is(t, name, "content-length") && !is(t + at, end - at, "0")))
		r->keep = false;
	return true;
}

bool http_parse(const char *text, size_t n, struct http_request *r)
{
	size_t end = head_end(text, n < HTTP_REQUEST_MAX ? n :
			      HTTP_REQUEST_MAX), at = 0, len;
	bool first = true;

	*r = (struct http_request){ .bytes = end, .path = "/" };
	if (!end && n < HTTP_REQUEST_MAX)
		return false;
	r->status = end ? 200 : 431;
	r->bytes = end ? end : n;
	while (at < end && (r->status == 200 || r->status == 501)) {
		for (len = 0; text[at + len] != '\n'; len++)
			;
		n = len && text[at + len - 1] == '\r' ? len - 1 : len;
		if (n == 0)
			break;
		if (first)
			r->status = take_line(r, text + at, n);
		else if (!take_field(r, text + at, n))
			r->status = 400;
		first = false;
		at += len + 1;
	}
	if (first && end)
		r->status = 400;
	if (r->status != 200)
		r->keep = false;
	return true;
}

struct text {
	char *at;
	size_t n;
};

static void add(struct text *t, const char *text)
{
	size_t n = strlen(text);

	if (n > HTTP_HEAD_BYTES - t->n)
		n = HTTP_HEAD_BYTES - t->n;
	memcpy(t->at + t->n, text, n);
	t->n += n;
}

static void add_number(struct text *t, uint64_t v)
{
	char digits[24];
	size_t i = sizeof(digits) - 1;

	digits[i] = 0;
	do {
		digits[--i] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	add(t, digits + i);
}

size_t http_answer(char out[HTTP_HEAD_BYTES], const struct http_request *r,
		   const char *name, uint64_t content_bytes)
{
	struct text t = { out, 0 };

	add(&t, "HTTP/1.1 ");
	add_number(&t, r->status);
	add(&t, " ");
	add(&t, http_reason(r->status));
	add(&t, "\r\nServer: xylem-httpd\r\nContent-Type: ");
	add(&t, type_of(name));
	add(&t, "\r\nContent-Length: ");
	add_number(&t, content_bytes);
	add(&t, "\r\nConnection: ");
	add(&t, r->keep ? "keep-alive\r\n\r\n" : "close\r\n\r\n");
	return t.n;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * httpd's HTTP: requests good and bad, each also cut at every byte, and the
 * heads of answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frontend-drivers/guest/httpd/http.h"

/* Parses text from a block of exactly its size, for the sanitizer. */
static bool parse(const char *text, size_t n, struct http_request *r)
{
	char *exact = malloc(n ? n : 1);
	bool done;

	assert_non_null(exact);
	memcpy(exact, text, n);
	done = http_parse(exact, n, r);
	free(exact);
	return done;
}

static const struct {
	const char *text;
	unsigned int status;
	bool head, keep;
	const char *path;
} requests[] = {
	{ "GET / HTTP/1.1\r\n\r\n", 200, false, true, "/" },
	{ "GET / HTTP/1.0\r\n\r\n", 200, false, false, "/" },
	{ "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", 200, false,
	  true, "/" },
	{ "HEAD /a/b.c HTTP/1.1\r\nHost: x\r\n\r\n", 200, true, true,
	  "/a/b.c" },
	{ "GET /a%20b%2Fc HTTP/1.1\nHost:x\n\n", 200, false, true,
	  "/a b/c" },
	{ "GET /q?x=%zz HTTP/1.1\r\n\r\n", 200, false, true, "/q" },
	{ "GET / HTTP/1.1\r\nCONNECTION:  close \r\n\r\n", 200, false, false,
	  "/" },
	{ "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 200, false, false,
	  "/" },
	{ "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 200, false, true,
	  "/" },
	{ "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 200, false,
	  false, "/" },
	{ "POST / HTTP/1.1\r\n\r\n", 501, false, false, NULL },
	{ "get / HTTP/1.1\r\n\r\n", 501, false, false, NULL },
	{ "GET / HTTP/2.0\r\n\r\n", 505, false, false, NULL },
	{ "GET x HTTP/1.1\r\n\r\n", 400, false, false, NULL },
	{ "GET  HTTP/1.1\r\n\r\n", 400, false, false, NULL },
	{ "GET /\r\n\r\n", 400, false, false, NULL },
	{ "GET / HTTP/1.1 \r\n\r\n", 400, false, false, NULL },
	{ "GET /%2 HTTP/1.1\r\n\r\n", 400, false, false, NULL },
	{ "GET /%2x HTTP/1.1\r\n\r\n", 400, false, false, NULL },
	{ "GET /%00 HTTP/1.1\r\n\r\n", 400, false, false, NULL },
	{ "GET / HTTP/1.1\r\nno colon\r\n\r\n", 400, false, false, NULL },
	{ "GET / HTTP/1.1\r\n: none\r\n\r\n", 400, false, false, NULL },
	{ "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400, false, false,
	  NULL },
	{ "\r\n\r\n", 400, false, false, NULL },
	{ " / HTTP/1.1\r\n\r\n", 400, false, false, NULL },
};

static void all_requests(void **state)
{
	struct http_request r;

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		const char *text = requests[i].text;
		size_t n = strlen(text);

		print_message("%.20s\n", text);
		assert_true(parse(text, n, &r));
		assert_int_equal(r.status, requests[i].status);
		assert_int_equal(r.keep, requests[i].keep);
		if (requests[i].path) {
			assert_string_equal(r.path, requests[i].path);
			assert_int_equal(r.head, requests[i].head);
		}
		if (text[0] != '\r')
			assert_int_equal(r.bytes, n);
		for (n = 0; n < strlen(text) - 2; n++)
			if (!strstr(text, "\n\n") && text[0] != '\r')
				assert_false(parse(text, n, &r));
	}
}

static void one_after_another(void **state)
{
	const char *two = "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n";
	struct http_request r;
	size_t first;

	(void)state;
	assert_true(parse(two, strlen(two), &r));
	assert_string_equal(r.path, "/1");
	first = r.bytes;
	assert_true(parse(two + first, strlen(two) - first, &r));
	assert_string_equal(r.path, "/2");
}

static void too_long(void **state)
{
	static char text[HTTP_REQUEST_MAX + 1];
	struct http_request r;

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "GET /", 5);
	assert_false(parse(text, HTTP_REQUEST_MAX - 1, &r));
	assert_true(parse(text, HTTP_REQUEST_MAX, &r));
	assert_int_equal(r.status, 431);
	assert_false(r.keep);
	/* a path that is too long for its place */
	memcpy(text + 500, " HTTP/1.1\r\n\r\n", 13);
	assert_true(parse(text, 513, &r));
	assert_int_equal(r.status, 400);
}

static void answers(void **state)
{
	struct http_request r = { .status = 200, .keep = true };
	char out[HTTP_HEAD_BYTES + 1];

	(void)state;
	out[http_answer(out, &r, "a/b.html", 1234567890123)] = 0;
	assert_string_equal(out, "HTTP/1.1 200 OK\r\n"
		"Server: xylem-httpd\r\nContent-Type: text/html\r\n"
		"Content-Length: 1234567890123\r\n"
		"Connection: keep-alive\r\n\r\n");
	r = (struct http_request){ .status = 404 };
	out[http_answer(out, &r, "html", 0)] = 0;
	assert_non_null(strstr(out, "404 Not Found"));
	assert_non_null(strstr(out, "octet-stream"));
	assert_non_null(strstr(out, "Length: 0\r\n"));
	assert_non_null(strstr(out, "Connection: close\r\n\r\n"));
	/* the longest there is fits */
	r.status = 431;
	out[http_answer(out, &r, "x", UINT64_MAX)] = 0;
	assert_non_null(strstr(out, "close\r\n\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_requests),
		cmocka_unit_test(one_after_another),
		cmocka_unit_test(too_long),
		cmocka_unit_test(answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

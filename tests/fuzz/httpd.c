// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzing httpd's two readers: an HTTP request as a client sends it, and a tar
 * header as it lies on a disk (its sum is mended).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend-drivers/guest/httpd/http.h"
#include "frontend-drivers/guest/httpd/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void request(const uint8_t *data, size_t size)
{
	char *exact = malloc(size ? size : 1), head[HTTP_HEAD_BYTES];
	struct http_request r;

	if (!exact)
		return;
	memcpy(exact, data, size);
	if (http_parse(exact, size, &r)) {
		if (!r.bytes || r.bytes > size || r.path[0] != '/' ||
		    strlen(r.path) >= sizeof(r.path))
			abort();
		if (http_answer(head, &r, r.path, size) > sizeof(head))
			abort();
	}
	free(exact);
}

static void header(const uint8_t *data, size_t size)
{
	uint8_t block[TAR_BLOCK] = { 0 };
	struct tar_entry e;
	unsigned int sum = 0;
	char text[8];

	memcpy(block, data, size < TAR_BLOCK ? size : TAR_BLOCK);
	memset(block + 148, ' ', 8);
	for (int i = 0; i < TAR_BLOCK; i++)
		sum += block[i];
	snprintf(text, sizeof(text), "%06o", sum);
	memcpy(block + 148, text, 7);
	if (tar_header(block, &e) == TAR_FILE &&
	    (!e.name[0] || strlen(e.name) >= TAR_NAME_BYTES ||
	     e.blocks * TAR_BLOCK < e.bytes))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	request(data, size);
	header(data, size);
	return 0;
}

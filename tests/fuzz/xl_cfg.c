// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as an xl.cfg: parsed, and if they parse, read as a domain, with
 * its disks and NICs. What is accepted must hold what the rest of xl relies
 * on.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/cfg.h"
#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct domain_config *c)
{
	assert(c->name && *c->name && c->kernel && c->cmdline && c->text);
	assert(c->vcpus >= 1 && c->max_vcpus >= c->vcpus);
	assert(c->max_memory_kib >= c->memory_kib && c->memory_kib);
	for (size_t i = 0; i < c->disk_count; i++)
		assert(c->disks[i].vdev && c->disks[i].format);
	for (size_t i = 0; i < c->vif_count; i++)
		assert(c->vifs[i].bridge && c->vifs[i].has_mac);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Deliberately without a NUL, and of exactly this size. */
	char *raw = malloc(size ? size : 1);
	char *text = malloc(size + 32);
	struct domain_config config;
	struct cfg cfg;
	static FILE *sink;

	if (!sink) {
		sink = fopen("/dev/null", "w");
		report_to(sink);
	}
	memcpy(raw, data, size);
	cfg_parse(&cfg, "fuzz", raw, size);
	cfg_free(&cfg);
	/* With a name and a kernel, so that the rest is looked at. */
	strcpy(text, "name='n'\nkernel='k'\n");
	memcpy(text + strlen(text), raw, size);
	text[20 + size] = 0;
	if (config_read(&config, "fuzz", text) == 0)
		check(&config);
	config_free(&config);
	free(text);
	free(raw);
	return 0;
}

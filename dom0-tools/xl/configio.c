// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configurations in and out: the text of a file, and JSON.
 *
 * Rules: 1. a config file has a bound, so that a device or a wrong path
 * cannot eat dom0's memory; 2. JSON keys are stable: programs read them.
 * Lock: none. Never: interprets a setting. Next: config.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/config.h"
#include "dom0-tools/xl/report.h"

#define CONFIG_BYTES_MAX (256u << 10)

static char *read_all(FILE *f, size_t *bytes)
{
	char *t = malloc(CONFIG_BYTES_MAX + 1);

	if (!t)
		return NULL;
	*bytes = fread(t, 1, CONFIG_BYTES_MAX + 1, f);
	if (ferror(f)) {
		free(t);
		return NULL;
	}
	return t;
}

char *config_load(const char *path, char *const *lines, size_t count)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "re") : stdin;
	size_t bytes = 0, more = 2;
	char *t, *grown;

	t = f ? read_all(f, &bytes) : NULL;
	if (!t)
		report_error("cannot read %s: %s", path, strerror(errno));
	if (f && f != stdin)
		fclose(f);
	if (!t)
		return NULL;
	if (bytes > CONFIG_BYTES_MAX || memchr(t, 0, bytes)) {
		report_error("cannot read %s: it is no configuration file",
			     path);
		free(t);
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		more += strlen(lines[i]) + 1;
	grown = realloc(t, bytes + more);
	if (!grown) {
		free(t);
		return NULL;
	}
	grown[bytes++] = '\n';
	grown[bytes] = 0;
	for (size_t i = 0; i < count; i++) {
		bytes = (size_t)(stpcpy(grown + bytes, lines[i]) - grown);
		grown[bytes++] = '\n';
		grown[bytes] = 0;
	}
	return grown;
}

static void pair(const char *key, const char *value, const char *indent)
{
	printf("%s\"%s\": ", indent, key);
	if (value)
		report_json_string(stdout, value);
	else
		printf("null");
}

static void print_disks(const struct domain_config *c)
{
	printf("    \"disks\": [");
	for (size_t i = 0; i < c->disk_count; i++) {
		const struct disk_spec *d = &c->disks[i];

		printf("%s\n      {", i ? "," : "");
		pair("target", d->target, " ");
		pair("vdev", d->vdev, ", ");
		printf(", \"devid\": %u", d->devid);
		pair("format", d->format, ", ");
		printf(", \"readwrite\": %s, \"cdrom\": %s }",
		       d->writable ? "true" : "false",
		       d->cdrom ? "true" : "false");
	}
	printf("%s],\n", c->disk_count ? "\n    " : "");
}

static void print_vifs(const struct domain_config *c)
{
	printf("    \"nics\": [");
	for (size_t i = 0; i < c->vif_count; i++) {
		const struct vif_spec *v = &c->vifs[i];
		const uint8_t *m = v->mac;

		printf("%s\n      { \"devid\": %d, \"mac\": "
		       "\"%02x:%02x:%02x:%02x:%02x:%02x\"", i ? "," : "",
		       v->devid, m[0], m[1], m[2], m[3], m[4], m[5]);
		pair("bridge", v->bridge, ", ");
		printf(" }");
	}
	printf("%s],\n", c->vif_count ? "\n    " : "");
}

void config_print_json(const struct domain_config *c, int domid)
{
	char uuid[CONFIG_UUID_TEXT];

	uuid_format(c->uuid, uuid);
	printf("{\n");
	if (domid >= 0)
		printf("  \"domid\": %d,\n", domid);
	printf("  \"config\": {\n    \"type\": \"pv\",\n");
	pair("name", c->name, "    ");
	pair("uuid", uuid, ",\n    ");
	pair("kernel", c->kernel, ",\n    ");
	pair("ramdisk", c->ramdisk, ",\n    ");
	pair("cmdline", c->cmdline, ",\n    ");
	printf(",\n    \"max_vcpus\": %u,\n    \"vcpus\": %u,\n",
	       c->max_vcpus, c->vcpus);
	printf("    \"max_memkb\": %llu,\n    \"target_memkb\": %llu,\n",
	       (unsigned long long)c->max_memory_kib,
	       (unsigned long long)c->memory_kib);
	print_disks(c);
	print_vifs(c);
	pair("on_poweroff", action_name(c->on_poweroff), "    ");
	pair("on_reboot", action_name(c->on_reboot), ",\n    ");
	pair("on_watchdog", action_name(c->on_watchdog), ",\n    ");
	pair("on_crash", action_name(c->on_crash), ",\n    ");
	printf("\n  }\n}");
}

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

/*
 * JSON in the shape of libxl's domain configuration: the same objects, keys
 * and spelling, defaults left out.
 */
struct json {
	unsigned int depth;
	bool begun;		/* the object or list has a member */
};

static void json_member(struct json *j, const char *key)
{
	printf("%s%*s", j->begun ? ",\n" : "\n", (int)j->depth * 4, "");
	if (key)
		printf("\"%s\": ", key);
	j->begun = true;
}

static void json_open(struct json *j, const char *key, char bracket)
{
	if (j->depth)
		json_member(j, key);
	putchar(bracket);
	j->depth++;
	j->begun = false;
}

static void json_close(struct json *j, char bracket)
{
	j->depth--;
	printf("\n%*s%c", (int)j->depth * 4, "", bracket);
	j->begun = true;
}

static void json_text(struct json *j, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	json_member(j, key);
	report_json_string(stdout, value);
}

static void json_number(struct json *j, const char *key, uint64_t value)
{
	json_member(j, key);
	printf("%llu", (unsigned long long)value);
}

static void json_action(struct json *j, const char *key, enum action a)
{
	char name[32];

	snprintf(name, sizeof(name), "%s", action_name(a));
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	json_text(j, key, name);
}

static void json_disk(struct json *j, const struct disk_spec *d)
{
	json_open(j, NULL, '{');
	json_text(j, "pdev_path", d->target);
	json_text(j, "vdev", d->vdev);
	json_text(j, "backend", "qdisk");
	json_text(j, "format", d->format);
	if (d->cdrom)
		json_number(j, "removable", 1);
	if (d->writable)
		json_number(j, "readwrite", 1);
	if (d->cdrom)
		json_number(j, "is_cdrom", 1);
	json_close(j, '}');
}

static void json_nic(struct json *j, const struct vif_spec *v)
{
	const uint8_t *m = v->mac;
	char mac[18];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1],
		 m[2], m[3], m[4], m[5]);
	json_open(j, NULL, '{');
	json_number(j, "devid", (uint64_t)v->devid);
	if (v->mtu)
		json_number(j, "mtu", v->mtu);
	json_text(j, "mac", mac);
	json_text(j, "ip", v->ip);
	json_text(j, "bridge", v->bridge);
	json_text(j, "ifname", v->vifname);
	json_text(j, "nictype", "vif");
	json_close(j, '}');
}

static void json_devices(struct json *j, const struct domain_config *c)
{
	if (c->disk_count) {
		json_open(j, "disks", '[');
		for (size_t i = 0; i < c->disk_count; i++)
			json_disk(j, &c->disks[i]);
		json_close(j, ']');
	}
	if (!c->vif_count)
		return;
	json_open(j, "nics", '[');
	for (size_t i = 0; i < c->vif_count; i++)
		json_nic(j, &c->vifs[i]);
	json_close(j, ']');
}

static void json_build(struct json *j, const struct domain_config *c)
{
	json_open(j, "b_info", '{');
	json_number(j, "max_vcpus", c->max_vcpus);
	json_open(j, "avail_vcpus", '[');
	for (uint32_t i = 0; i < c->vcpus; i++)
		json_number(j, NULL, i);
	json_close(j, ']');
	json_number(j, "max_memkb", c->max_memory_kib);
	json_number(j, "target_memkb", c->memory_kib);
	json_text(j, "kernel", c->kernel);
	json_text(j, "cmdline", c->cmdline);
	json_text(j, "ramdisk", c->ramdisk);
	json_open(j, "type.pv", '{');
	json_close(j, '}');
	json_close(j, '}');
}

void config_print_json(const struct domain_config *c, int domid)
{
	struct json j = { 0 };
	char uuid[CONFIG_UUID_TEXT];

	uuid_format(c->uuid, uuid);
	json_open(&j, NULL, '{');
	if (domid >= 0) {
		json_number(&j, "domid", (uint64_t)domid);
		json_open(&j, "config", '{');
	}
	json_open(&j, "c_info", '{');
	json_text(&j, "type", "pv");
	json_text(&j, "name", c->name);
	json_text(&j, "uuid", uuid);
	json_close(&j, '}');
	json_build(&j, c);
	json_devices(&j, c);
	json_action(&j, "on_poweroff", c->on_poweroff);
	json_action(&j, "on_reboot", c->on_reboot);
	json_action(&j, "on_watchdog", c->on_watchdog);
	json_action(&j, "on_crash", c->on_crash);
	json_close(&j, '}');
	if (domid >= 0)
		json_close(&j, '}');
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * One NIC of an xl.cfg: key=value words with commas between.
 *
 * Rules: 1. an empty text is a NIC with all defaults; 2. a word without '='
 * is an error, except none at all; 3. a multicast MAC is refused, since no
 * bridge would learn it.
 * Lock: none. Never: makes up a MAC, that is config.c's. Next: config.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/spec.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool mac_parse(const char *text, uint8_t mac[6])
{
	for (int i = 0; i < 6; i++) {
		int high = hex(text[0]);
		int low = high < 0 ? -1 : hex(text[1]);

		if (low < 0 || text[2] != (i < 5 ? ':' : 0))
			return false;
		mac[i] = (uint8_t)(high << 4 | low);
		text += 3;
	}
	return true;
}

static int set_number(const char *v, unsigned long most, unsigned long *n,
		      const char **why)
{
	char *end;

	*n = strtoul(v, &end, 10);
	if (*v < '0' || *v > '9' || *end || *n > most)
		return spec_wrong(why, "'%s' is no number in range", v);
	return 0;
}

static int set_mac(struct vif_spec *v, const char *text, const char **why)
{
	if (!mac_parse(text, v->mac))
		return spec_wrong(why, "'%s' is no MAC address", text);
	if (v->mac[0] & 1)
		return spec_wrong(why, "MAC %s is a multicast address", text);
	v->has_mac = true;
	return 0;
}

static int set_pair(struct vif_spec *v, const char *key, const char *value,
		    const char **why)
{
	static const char *const ignored[] = {
		"gatewaydev", "type", "netdev", "accel", NULL
	};
	unsigned long n;
	int err;

	if (strcmp(key, "mac") == 0)
		return set_mac(v, value, why);
	if (strcmp(key, "bridge") == 0)
		return spec_set(&v->bridge, value);
	if (strcmp(key, "vifname") == 0)
		return spec_set(&v->vifname, value);
	if (strcmp(key, "ip") == 0)
		return spec_set(&v->ip, value);
	if (strcmp(key, "script") == 0)
		return spec_set(&v->script, value);
	if (strcmp(key, "model") == 0)
		return spec_set(&v->model, value);
	if (strcmp(key, "rate") == 0)
		return spec_set(&v->rate, value);
	if (strcmp(key, "backend") == 0)
		return spec_set(&v->backend, value);
	if (strcmp(key, "mtu") == 0) {
		err = set_number(value, 65535, &n, why);
		v->mtu = err ? 0 : (uint32_t)n;
		return err;
	}
	if (strcmp(key, "devid") == 0) {
		err = set_number(value, 65535, &n, why);
		v->devid = err ? -1 : (int)n;
		return err;
	}
	if (strcmp(key, "trusted") == 0 || strcmp(key, "untrusted") == 0) {
		err = set_number(value, 1, &n, why);
		v->trusted = (n == 1) == (*key == 't');
		return err;
	}
	for (const char *const *p = ignored; *p; p++)
		if (strcmp(key, *p) == 0)
			return 0;
	return spec_wrong(why, "vif setting '%s' is unknown", key);
}

int vif_spec_parse(struct vif_spec *v, const char *text, const char **why)
{
	char *copy = strdup(text);
	char *s = copy;
	int err = 0;

	memset(v, 0, sizeof(*v));
	v->devid = -1;
	v->trusted = true;
	if (!copy)
		return -ENOMEM;
	while (s && !err) {
		char *word = s + strspn(s, " \t\n");
		char *end = word + strcspn(word, ",");
		char *eq;

		s = *end ? end + 1 : NULL;
		while (end > word && strchr(" \t\n", end[-1]))
			end--;
		*end = 0;
		eq = strchr(word, '=');
		if (eq) {
			*eq = 0;
			err = set_pair(v, word, eq + 1, why);
		} else if (*word) {
			err = spec_wrong(why, "'%s' is no key=value", word);
		}
	}
	free(copy);
	return err;
}

void vif_spec_free(struct vif_spec *v)
{
	free(v->bridge);
	free(v->vifname);
	free(v->ip);
	free(v->script);
	free(v->model);
	free(v->rate);
	free(v->backend);
	memset(v, 0, sizeof(*v));
}

static void setting(FILE *f, const char *key, const char *value)
{
	if (value)
		fprintf(f, ",%s=%s", key, value);
}

char *vif_spec_format(const struct vif_spec *v)
{
	const uint8_t *m = v->mac;
	char *text = NULL;
	size_t bytes = 0;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return NULL;
	fprintf(f, "mac=%02x:%02x:%02x:%02x:%02x:%02x,devid=%d", m[0], m[1],
		m[2], m[3], m[4], m[5], v->devid);
	setting(f, "bridge", v->bridge);
	setting(f, "vifname", v->vifname);
	setting(f, "ip", v->ip);
	setting(f, "script", v->script);
	setting(f, "model", v->model);
	setting(f, "rate", v->rate);
	if (v->mtu)
		fprintf(f, ",mtu=%u", v->mtu);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

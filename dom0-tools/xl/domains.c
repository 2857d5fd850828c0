// SPDX-License-Identifier: GPL-2.0-only
/*
 * The doors to hypervisor and store, and domains by name.
 *
 * Rules: 1. a door opens when first needed, since each costs a system call
 * or two that a fast verb feels; 2. names live in the store, numbers in the
 * hypervisor, and the hypervisor decides what exists.
 * Lock: none. Never: exits. Next: main.c, list.c.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dom0-tools/xl/state.h"
#include "dom0-tools/xl/xl.h"

bool xl_call(struct xl *x)
{
	int err;

	if (x->has_call)
		return true;
	err = call_open(&x->call);
	if (err) {
		report_error("cannot reach the hypervisor: /dev/xen/privcmd: "
			     "%s", strerror(-err));
		report_hint("is this dom0, as root, with the module "
			    "xen-privcmd loaded?");
		return false;
	}
	x->has_call = true;
	return true;
}

bool xl_store(struct xl *x)
{
	if (x->store)
		return true;
	x->store = xs_open(0);
	if (!x->store) {
		report_error("cannot reach xenstored: %s", strerror(errno));
		report_hint("is xenstored running?");
	}
	return x->store != NULL;
}

void xl_close(struct xl *x)
{
	if (x->has_call)
		call_close(&x->call);
	x->has_call = false;
	xs_close(x->store);
	x->store = NULL;
}

domain_info *domain_all(struct xl *x, uint32_t *count)
{
	domain_info *list = malloc(XL_DOMAINS_MAX * sizeof(*list));
	int err;

	if (!list)
		return NULL;
	err = call_domain_list(&x->call, 0, XL_DOMAINS_MAX, list, count);
	if (!err)
		return list;
	report_error("cannot list the domains: %s", strerror(-err));
	free(list);
	return NULL;
}

bool domain_get(struct xl *x, uint16_t domid, domain_info *info)
{
	return call_domain_info(&x->call, domid, info) == 0;
}

bool domain_is_shut(const domain_info *info)
{
	return (info->flags & XY_DOMINF_shutdown) != 0;
}

unsigned int domain_reason(const domain_info *info)
{
	return info->flags >> XY_DOMINF_shutdownshift &
	       XY_DOMINF_shutdownmask;
}

char *store_path(const char *format, ...)
{
	va_list ap;
	char *path;
	int n;

	va_start(ap, format);
	n = vasprintf(&path, format, ap);
	va_end(ap);
	return n < 0 ? NULL : path;
}

char *store_read(struct xl *x, const char *format, ...)
{
	va_list ap;
	char *path, *value;
	int n;

	va_start(ap, format);
	n = vasprintf(&path, format, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	value = xs_read(x->store, XBT_NULL, path, NULL);
	free(path);
	return value;
}

bool store_write(struct xl *x, const char *value, const char *format, ...)
{
	va_list ap;
	char *path;
	bool ok;
	int n;

	va_start(ap, format);
	n = vasprintf(&path, format, ap);
	va_end(ap);
	if (n < 0)
		return false;
	ok = xs_write(x->store, XBT_NULL, path, value,
		      (unsigned int)strlen(value));
	free(path);
	return ok;
}

char *domain_name(struct xl *x, uint16_t domid)
{
	char *name = store_read(x, "/local/domain/%u/name", domid);

	if (!name && domid == 0)
		name = strdup("Domain-0");
	return name;
}

void domain_names_free(char **names, uint32_t count)
{
	for (uint32_t i = 0; names && i < count; i++)
		free(names[i]);
	free(names);
}

/* A domain that is being made has its name in its state file only. */
static char *unwritten_name(const domain_info *info)
{
	struct state s;
	char *name;

	if (info->domain == 0)
		return strdup("Domain-0");
	if (state_load(info->handle, &s))
		return NULL;
	name = strdup(s.name);
	state_free(&s);
	return name;
}

char **domain_names(struct xl *x, const domain_info *list, uint32_t count)
{
	const size_t bytes = sizeof("/local/domain/65535/name");
	const char **paths = calloc(count + 1, sizeof(*paths));
	char **names = calloc(count + 1, sizeof(*names));
	char *text = malloc((count + 1) * bytes);

	for (uint32_t i = 0; paths && text && i < count; i++) {
		paths[i] = text + i * bytes;
		snprintf(text + i * bytes, bytes, "/local/domain/%u/name",
			 list[i].domain);
	}
	if (paths && names && text)
		xs_read_batch(x->store, XBT_NULL, paths, names, count);
	free(paths);
	free(text);
	for (uint32_t i = 0; names && i < count; i++)
		if (!names[i])
			names[i] = unwritten_name(&list[i]);
	return names;
}

static bool find_number(struct xl *x, const char *word, uint16_t *domid)
{
	domain_info info;
	unsigned long n;
	char *end;

	n = strtoul(word, &end, 10);
	if (*word < '0' || *word > '9' || *end || n >= XY_DOMID_FIRST_RESERVED)
		return false;
	*domid = (uint16_t)n;
	return domain_get(x, *domid, &info);
}

bool domain_find(struct xl *x, const char *word, uint16_t *domid)
{
	domain_info *list;
	uint32_t count = 0;
	bool found = false;
	char **names;

	if (find_number(x, word, domid))
		return true;
	list = domain_all(x, &count);
	names = list ? domain_names(x, list, count) : NULL;
	for (uint32_t i = 0; names && i < count && !found; i++) {
		found = names[i] && strcmp(names[i], word) == 0;
		*domid = list[i].domain;
	}
	domain_names_free(names, count);
	free(list);
	return found;
}

static void no_such_domain(const char *word)
{
	report_error("%s is an invalid domain identifier: there is no such "
		     "domain", word);
	report_hint("xl list shows those there are");
}

static bool named_domains(struct xl *x, char *const *words, int count,
			  struct listing *l)
{
	l->list = calloc((size_t)count, sizeof(*l->list));
	for (int i = 0; l->list && i < count; i++) {
		uint16_t domid;

		if (domain_find(x, words[i], &domid) &&
		    domain_get(x, domid, &l->list[l->count])) {
			l->count++;
			continue;
		}
		no_such_domain(words[i]);
		l->missing = true;
	}
	return l->list != NULL;
}

bool listing_open(struct xl *x, char *const *words, int count,
		  struct listing *l)
{
	memset(l, 0, sizeof(*l));
	if (!xl_call(x) || !xl_store(x))
		return false;
	if (count > 0)
		named_domains(x, words, count, l);
	else
		l->list = domain_all(x, &l->count);
	if (l->list)
		l->names = domain_names(x, l->list, l->count);
	if (l->names)
		return true;
	listing_close(l);
	return false;
}

void listing_close(struct listing *l)
{
	domain_names_free(l->names, l->count);
	free(l->list);
	l->list = NULL;
	l->names = NULL;
}

bool domain_need(struct xl *x, const char *word, bool dom0_too,
		 uint16_t *domid)
{
	if (!xl_call(x) || !xl_store(x))
		return false;
	if (!domain_find(x, word, domid)) {
		no_such_domain(word);
		return false;
	}
	if (*domid == 0 && !dom0_too) {
		report_error("this cannot be done to dom0, which runs xl");
		return false;
	}
	return true;
}

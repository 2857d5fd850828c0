/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every verb shares: the doors to hypervisor and store, and domains by
 * name. Errors are reported where they happen; callers pass statuses on.
 */
#ifndef DOM0_TOOLS_XL_XL_H
#define DOM0_TOOLS_XL_XL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "dom0-tools/lib/call.h"
#include "dom0-tools/lib/store.h"
#include "dom0-tools/xl/report.h"

#define XL_DOMAINS_MAX 1024u

struct xl {
	struct call call;
	struct xs_handle *store;
	bool has_call;
	/* Set by SIGINT, SIGTERM, SIGHUP: what is under way is undone. */
	volatile sig_atomic_t stop;
};

typedef struct xy_domctl_getdomaininfo domain_info;

/* Opened once, closed by xl_close. False after reporting. */
bool xl_call(struct xl *x);
bool xl_store(struct xl *x);
void xl_close(struct xl *x);

/* All domains in order; the caller frees. NULL after reporting. */
domain_info *domain_all(struct xl *x, uint32_t *count);
bool domain_get(struct xl *x, uint16_t domid, domain_info *info);

/* The name in the store, to be freed; NULL if there is none. */
char *domain_name(struct xl *x, uint16_t domid);

/* The same for a list in one round trip: count strings and their array. */
char **domain_names(struct xl *x, const domain_info *list, uint32_t count);
void domain_names_free(char **names, uint32_t count);

/* Domains and their names, for verbs that show a row each. */
struct listing {
	domain_info *list;
	char **names;		/* NULL: a domain without a name */
	uint32_t count;
	bool missing;		/* a word named no domain, and was reported */
};

/* All, or those that the words name; opens the doors. False: reported. */
bool listing_open(struct xl *x, char *const *words, int count,
		  struct listing *l);
void listing_close(struct listing *l);

/* By name, or by number when no name matches. False, unreported. */
bool domain_find(struct xl *x, const char *word, uint16_t *domid);
/* The same, reporting what is missing; dom0 is refused unless allowed. */
bool domain_need(struct xl *x, const char *word, bool dom0_too,
		 uint16_t *domid);

/* vcpus.c: gets or sets where a vCPU must run, and had better: two maps. */
int vcpu_affinity(struct xl *x, uint32_t cmd, uint16_t domid, uint32_t vcpu,
		  uint64_t maps[2]);

bool domain_is_shut(const domain_info *info);
unsigned int domain_reason(const domain_info *info);

/* "/local/domain/7/console/tty", to be freed. */
char *store_path(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
bool store_write(struct xl *x, const char *value, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
char *store_read(struct xl *x, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

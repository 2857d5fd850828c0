/* SPDX-License-Identifier: GPL-2.0-only */
/* xl's verbs. Each gets its own argv, argv[0] being the verb, and answers an
 * exit status. */
#ifndef DOM0_TOOLS_XL_VERBS_H
#define DOM0_TOOLS_XL_VERBS_H

#include <getopt.h>
#include <stddef.h>

#include "dom0-tools/xl/xl.h"

struct verb {
	const char *name;
	int (*run)(struct xl *x, int argc, char **argv);
	const char *usage;	/* what follows "xl NAME " */
	const char *summary;
};

const struct verb *verb_find(const char *name);
/* An unknown word: the verb it may have meant, or NULL. */
const char *verb_suggestion(const char *name);
/* XL_USAGE after saying how it is used. */
int verb_usage(const char *name);
int verb_unsupported(const char *name);

int verb_create(struct xl *x, int argc, char **argv);
int verb_list(struct xl *x, int argc, char **argv);
int verb_console(struct xl *x, int argc, char **argv);
int verb_pause(struct xl *x, int argc, char **argv);
int verb_unpause(struct xl *x, int argc, char **argv);
int verb_shutdown(struct xl *x, int argc, char **argv);
int verb_reboot(struct xl *x, int argc, char **argv);
int verb_destroy(struct xl *x, int argc, char **argv);
int verb_info(struct xl *x, int argc, char **argv);
int verb_dmesg(struct xl *x, int argc, char **argv);
int verb_domid(struct xl *x, int argc, char **argv);
int verb_domname(struct xl *x, int argc, char **argv);
int verb_help(struct xl *x, int argc, char **argv);

/* SECONDS of "--wait=SECONDS"; false if it is no number. */
bool option_seconds(const char *text, unsigned int *seconds);

/* console.c: waits for the domain's tty, then joins it to ours. */
int console_open(struct xl *x, uint16_t domid);
int console_join(int tty);

/* supervisor.c: starts the supervisor if none is running. */
void supervisor_ensure(void);

/* list.c, for tests too: the six letters and one row. */
void list_letters(const domain_info *info, char letters[7]);
int list_row(char *row, size_t bytes, const char *name,
	     const domain_info *info);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What a daemon does before its loop and after it. */
#ifndef DOM0_TOOLS_LIB_DAEMON_H
#define DOM0_TOOLS_LIB_DAEMON_H

#include <signal.h>
#include <stdbool.h>

/* Set by SIGTERM and SIGINT: the loop ends. */
extern volatile sig_atomic_t daemon_stop;

/*
 * From here SIGTERM and SIGINT arrive only in a wait that is given
 * *while_waiting (epoll_pwait): none can be lost between a look at
 * daemon_stop and the wait.
 */
void daemon_catch_signals(sigset_t *while_waiting);

/*
 * Goes to the background: only the child returns, with what daemon_ready()
 * wants, or a negative errno. The caller's process ends with 0 when the child
 * says that it is ready, with 1 when it has ended before.
 */
int daemon_detach(void);

/* "It serves." Does nothing for a negative number, in the foreground. */
void daemon_ready(int parent);

/* Writes the process number there; NULL: nowhere. 0 or a negative errno. */
int daemon_write_pid(const char *path);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * stamp LOG [-rq] [-n TEXT]... [-p PIDFILE] [-f TEXT]... [-w SECONDS:TEXT]...
 * records the serial line.
 *
 * Copies stdin to stdout and, line by line with the seconds since T0 (in the
 * environment, seconds.micro of the wall clock), to LOG. Options: -r copies to
 * stdout without stamps (the default is with), -q copies nothing, -f TEXT: a
 * line that holds TEXT means that nothing good will follow; two seconds later
 * the process in PIDFILE is ended, so that no time limit has to run out.
 * -w: TEXT must appear within SECONDS of the start, or of the text of the -w
 * before it; else the process is ended and "waited ... in vain" logged.
 * Raw bytes go through at once, for an interactive shell; a line is judged when
 * it is complete. -n TEXT: lines that begin with TEXT are not shown in raw mode
 * (they are logged): a line's beginning is held back while it may become one.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static const char *fatal[16];
static size_t n_fatal;
static struct {
	double limit;
	const char *text;
} waits[16];
static size_t n_waits, waiting;
static const char *hidden[16];
static size_t n_hidden;
static bool raw, quiet;
static const char *pidfile;
static double t0, waited_from;
static FILE *log_file;

static double now(void)
{
	struct timeval t;

	gettimeofday(&t, NULL);
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void end_process(void)
{
	FILE *f = pidfile ? fopen(pidfile, "re") : NULL;
	int pid = 0;

	if (f && fscanf(f, "%d", &pid) == 1 && pid > 1)
		kill(pid, SIGTERM);
	if (f)
		fclose(f);
}

static bool is_fatal(const char *line)
{
	size_t i;

	for (i = 0; i < n_fatal; i++)
		if (strstr(line, fatal[i]))
			return true;
	return false;
}

/* The log and the screen get a line of our own. */
static void note(const char *text, double seconds)
{
	fprintf(log_file, "[%8.3f] stamp: waited %.0f s in vain for '%s'\n",
		now() - t0, seconds, text);
	fflush(log_file);
	printf("\nwaited %.0f s in vain for '%s'\n", seconds, text);
	fflush(stdout);
}

static void add_wait(char *arg)
{
	char *colon = strchr(arg, ':');

	if (!colon || n_waits == sizeof(waits) / sizeof(waits[0]))
		exit(2);
	*colon = 0;
	waits[n_waits].limit = atof(arg);
	waits[n_waits++].text = colon + 1;
}

/* One complete line, without its newline; @at is when it began. */
static bool take_line(char *line, double at)
{
	size_t n = strlen(line);

	if (n && line[n - 1] == '\r')
		line[n - 1] = 0;
	fprintf(log_file, "[%8.3f] %s\n", at - t0, line);
	fflush(log_file);
	if (!raw && !quiet) {
		printf("[%8.3f] %s\n", at - t0, line);
		fflush(stdout);
	}
	while (waiting < n_waits && strstr(line, waits[waiting].text)) {
		waiting++;
		waited_from = now();
	}
	return is_fatal(line);
}

/* The beginning of a line: is it, or may it become, one that is hidden? */
enum shown { SHOW, HOLD, HIDE };

static enum shown may_show(const char *line, size_t n)
{
	enum shown verdict = SHOW;
	size_t i;

	for (i = 0; i < n_hidden; i++) {
		size_t len = strlen(hidden[i]);

		if (n >= len && !memcmp(line, hidden[i], len))
			return HIDE;
		if (n < len && !memcmp(line, hidden[i], n))
			verdict = HOLD;
	}
	return verdict;
}

/* Raw output, byte by byte: what of the line has been shown already. */
static void show_raw(const char *line, size_t have, size_t *shown, bool ended)
{
	enum shown verdict = may_show(line, have);

	if (*shown == 0 && (verdict == HIDE || (verdict == HOLD && !ended)))
		return;
	if (have > *shown)
		fwrite(line + *shown, 1, have - *shown, stdout);
	*shown = have;
	if (ended)
		putchar('\n');
}

static int record(void)
{
	static char line[4096];
	size_t have = 0, shown = 0;
	double at = 0, end = 0;
	struct pollfd p = { .fd = 0, .events = POLLIN };

	for (;;) {
		char buf[4096];
		ssize_t n, i;

		if (end > 0 && now() > end) {
			end_process();
			end = 0;
		}
		if (waiting < n_waits &&
		    now() > waited_from + waits[waiting].limit) {
			note(waits[waiting].text, waits[waiting].limit);
			n_waits = 0;
			end = now();
		}
		if (poll(&p, 1, 200) == 0)
			continue;
		n = read(0, buf, sizeof(buf));
		if (n <= 0)
			break;
		for (i = 0; i < n; i++) {
			if (!have)
				at = now();
			if (buf[i] != '\n' && have < sizeof(line) - 1) {
				if (buf[i])
					line[have++] = buf[i];
				continue;
			}
			line[have] = 0;
			if (raw && !quiet)
				show_raw(line, have, &shown, buf[i] == '\n');
			have = shown = 0;
			if (take_line(line, at) && end == 0)
				end = now() + 2;
		}
		if (raw && !quiet) {
			show_raw(line, have, &shown, false);
			fflush(stdout);
		}
	}
	line[have] = 0;
	if (have)
		take_line(line, at);
	return 0;
}

int main(int argc, char **argv)
{
	const char *start = getenv("T0");
	int opt;

	if (argc < 2 || !(log_file = fopen(argv[1], "ae"))) {
		fprintf(stderr, "stamp: cannot open the log: %s\n",
			argc < 2 ? "none given" : strerror(errno));
		return 2;
	}
	optind = 2;
	while ((opt = getopt(argc, argv, "rqn:p:f:w:")) != -1) {
		if (opt == 'r')
			raw = true;
		else if (opt == 'q')
			quiet = true;
		else if (opt == 'p')
			pidfile = optarg;
		else if (opt == 'n' && n_hidden < 16)
			hidden[n_hidden++] = optarg;
		else if (opt == 'w')
			add_wait(optarg);
		else if (opt == 'f' && n_fatal < 16)
			fatal[n_fatal++] = optarg;
		else
			return 2;
	}
	/* Ctrl-C is for the program whose output this is. */
	signal(SIGINT, SIG_IGN);
	t0 = start ? atof(start) : now();
	waited_from = now();
	return record();
}

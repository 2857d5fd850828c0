// SPDX-License-Identifier: GPL-2.0-only
/*
 * loadmods LIST: load the kernel modules whose paths stand in LIST, in order.
 *
 * One process for all: a fork costs dom0 several milliseconds under emulation.
 * A module that the kernel already has is no error; any other failure is said
 * on stderr, the rest is still loaded, and the exit status is 1.
 * It never resolves dependencies: the list is in load order (modules.sh).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	long rc;

	if (fd < 0)
		return -errno;
	rc = syscall(SYS_finit_module, fd, "", 0);
	if (rc < 0)
		rc = -errno;
	close(fd);
	return rc == -EEXIST ? 0 : (int)rc;
}

int main(int argc, char **argv)
{
	char line[512];
	int bad = 0;
	FILE *list;

	list = argc == 2 ? fopen(argv[1], "re") : NULL;
	if (!list) {
		fprintf(stderr, "usage: loadmods LIST (a readable file)\n");
		return 2;
	}
	while (fgets(line, sizeof(line), list)) {
		int rc;

		line[strcspn(line, "\n")] = 0;
		rc = load(line);
		if (rc < 0) {
			fprintf(stderr, "loadmods: %s: %s\n", line,
				strerror(-rc));
			bad = 1;
		}
	}
	fclose(list);
	return bad;
}

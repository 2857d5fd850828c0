// SPDX-License-Identifier: GPL-2.0-only
/*
 * iobench FILE BLOCK DEPTH SECONDS|COUNTn WHAT: block I/O with O_DIRECT by
 * io_uring, for so long or (5000n) so many. WHAT is rand or seq (reads), wrand
 * or wseq (writes), or fsync: random writes, each made durable before the next
 * (DEPTH counts for nothing then).
 *
 * Prints "IOBENCH <operations a second> <MB a second>". DEPTH operations are
 * always in flight; offsets are aligned to BLOCK, random ones of a fixed seed.
 * The first that fails or falls short ends it with status 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <linux/fs.h>

struct bench {
	struct io_uring ring;
	uint64_t blocks, next, seed;
	uint32_t block_bytes;
	int fd;
	int random;
	int write;
	char *buf;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t bytes_of(int fd)
{
	struct stat st;
	uint64_t n = 0;

	if (fstat(fd, &st))
		return 0;
	if (S_ISBLK(st.st_mode))
		return ioctl(fd, BLKGETSIZE64, &n) ? 0 : n;
	return (uint64_t)st.st_size;
}

static uint64_t next_offset(struct bench *b)
{
	uint64_t at = b->next++;

	if (b->random) {
		/* xorshift, 64 bits */
		b->seed ^= b->seed << 13;
		b->seed ^= b->seed >> 7;
		b->seed ^= b->seed << 17;
		at = b->seed;
	}
	return at % b->blocks * b->block_bytes;
}

static void put(struct bench *b, uint64_t slot)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&b->ring);
	char *buf = b->buf + slot * b->block_bytes;

	if (b->write)
		io_uring_prep_write(sqe, b->fd, buf, b->block_bytes,
				    next_offset(b));
	else
		io_uring_prep_read(sqe, b->fd, buf, b->block_bytes,
				   next_offset(b));
	io_uring_sqe_set_data64(sqe, slot);
}

static uint64_t durable(struct bench *b, double end, uint64_t count)
{
	uint64_t done;

	for (done = 0; done < count && now() < end; done++) {
		off_t at = (off_t)next_offset(b);

		if (pwrite(b->fd, b->buf, b->block_bytes, at) !=
			    (ssize_t)b->block_bytes ||
		    fdatasync(b->fd)) {
			fprintf(stderr, "iobench: %s\n", strerror(errno));
			exit(1);
		}
	}
	return done;
}

static uint64_t loop(struct bench *b, double end, uint64_t count)
{
	struct io_uring_cqe *cqe;
	unsigned int head, n;
	uint64_t done = 0;

	while (done < count && now() < end) {
		io_uring_submit_and_wait(&b->ring, 1);
		n = 0;
		io_uring_for_each_cqe(&b->ring, head, cqe) {
			n++;
			if (cqe->res != (int)b->block_bytes) {
				fprintf(stderr, "iobench: I/O: %s\n",
					strerror(cqe->res < 0 ? -cqe->res
							      : EIO));
				exit(1);
			}
			put(b, io_uring_cqe_get_data64(cqe));
		}
		io_uring_cq_advance(&b->ring, n);
		done += n;
	}
	return done;
}

/* Opens FILE as WHAT asks; a bench without blocks cannot be used. */
static void prepare(struct bench *b, const char *file, const char *what)
{
	int flags;

	b->random = !!strcmp(what, "seq") && !!strcmp(what, "wseq");
	b->write = what[0] == 'w' || what[0] == 'f';
	flags = b->write ? O_RDWR : O_RDONLY;
	b->fd = open(file, flags | O_DIRECT);
	if (b->fd < 0)	/* tmpfs has no O_DIRECT before 6.6 */
		b->fd = open(file, flags);
	if (b->fd >= 0 && b->block_bytes)
		b->blocks = bytes_of(b->fd) / b->block_bytes;
}

int main(int argc, char **argv)
{
	uint64_t (*run)(struct bench *, double, uint64_t) = loop;
	struct bench b = { .seed = 88172645463325252 };
	uint64_t depth, i, done;
	double t0, t;

	if (argc != 6) {
		fprintf(stderr, "usage: iobench FILE BLOCK DEPTH SECONDS|"
				"COUNTn rand|seq|wrand|wseq|fsync\n");
		return 2;
	}
	b.block_bytes = (uint32_t)atoi(argv[2]);
	depth = (uint64_t)atoi(argv[3]);
	prepare(&b, argv[1], argv[5]);
	if (!b.blocks || !depth || depth > 1024 ||
	    posix_memalign((void **)&b.buf, 4096, depth * b.block_bytes)) {
		fprintf(stderr, "iobench: %s: cannot use it\n", argv[1]);
		return 1;
	}
	memset(b.buf, 0x5a, depth * b.block_bytes);
	if (io_uring_queue_init((unsigned int)depth, &b.ring, 0)) {
		fprintf(stderr, "iobench: no io_uring\n");
		return 1;
	}
	if (!strcmp(argv[5], "fsync")) {
		run = durable;
		fdatasync(b.fd);	/* what others left is not its own */
	}
	for (i = 0; run == loop && i < depth; i++)
		put(&b, i);
	t0 = now();
	done = strchr(argv[4], 'n')
		       ? run(&b, t0 + 1e6, strtoull(argv[4], NULL, 10))
		       : run(&b, t0 + atof(argv[4]), UINT64_MAX);
	t = now() - t0;
	printf("IOBENCH %.1f %.1f\n", (double)done / t,
	       (double)done * b.block_bytes / t / 1e6);
	return 0;
}

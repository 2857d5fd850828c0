// SPDX-License-Identifier: GPL-2.0-only
/*
 * iobench FILE BLOCK DEPTH SECONDS|COUNTn rand|seq: reads with O_DIRECT by
 * io_uring, for so long or (5000n) so many.
 *
 * Prints "IOBENCH <reads a second> <MB a second>". DEPTH reads are always in
 * flight; offsets are aligned to BLOCK, random ones from a fixed seed. The
 * first failed or short read ends it with status 1.
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

static void put(struct bench *b, uint64_t slot)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&b->ring);
	uint64_t at = b->next++;

	if (b->random) {
		/* xorshift, 64 bits */
		b->seed ^= b->seed << 13;
		b->seed ^= b->seed >> 7;
		b->seed ^= b->seed << 17;
		at = b->seed;
	}
	at = at % b->blocks * b->block_bytes;
	io_uring_prep_read(sqe, b->fd, b->buf + slot * b->block_bytes,
			   b->block_bytes, at);
	io_uring_sqe_set_data64(sqe, slot);
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
				fprintf(stderr, "iobench: read: %s\n",
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

int main(int argc, char **argv)
{
	struct bench b = { .seed = 88172645463325252 };
	uint64_t depth, i, done;
	double t0, t;

	if (argc != 6) {
		fprintf(stderr, "usage: iobench FILE BLOCK DEPTH "
				"SECONDS|COUNTn rand|seq\n");
		return 2;
	}
	b.block_bytes = (uint32_t)atoi(argv[2]);
	depth = (uint64_t)atoi(argv[3]);
	b.random = !strcmp(argv[5], "rand");
	b.fd = open(argv[1], O_RDONLY | O_DIRECT);
	if (b.fd < 0)	/* tmpfs has no O_DIRECT before 6.6 */
		b.fd = open(argv[1], O_RDONLY);
	b.blocks = b.fd < 0 || !b.block_bytes
			   ? 0
			   : bytes_of(b.fd) / b.block_bytes;
	if (!b.blocks || !depth || depth > 1024 ||
	    posix_memalign((void **)&b.buf, 4096, depth * b.block_bytes)) {
		fprintf(stderr, "iobench: %s: cannot use it\n", argv[1]);
		return 1;
	}
	if (io_uring_queue_init((unsigned int)depth, &b.ring, 0)) {
		fprintf(stderr, "iobench: no io_uring\n");
		return 1;
	}
	for (i = 0; i < depth; i++)
		put(&b, i);
	t0 = now();
	done = strchr(argv[4], 'n')
		       ? loop(&b, t0 + 1e6, strtoull(argv[4], NULL, 10))
		       : loop(&b, t0 + atof(argv[4]), UINT64_MAX);
	t = now() - t0;
	printf("IOBENCH %.0f %.1f\n", (double)done / t,
	       (double)done * b.block_bytes / t / 1e6);
	return 0;
}

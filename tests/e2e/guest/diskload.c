// SPDX-License-Identifier: GPL-2.0-only
/*
 * diskload: a disk that says whether it kept its word.
 *
 *   diskload fill DEV BLOCKS       write every block: its number, round 0
 *   diskload load DEV BLOCKS SECS  random writes and reads, 32 in flight,
 *                                  each read compared with what was written
 *   diskload verify DEV BLOCKS     read all, compare with the state file
 *   diskload iopoll DEV BLOCKS N   N random reads by io_uring with IOPOLL
 *   diskload discard DEV BLOCKS    discard the upper half: zeros, the lower
 *                                  half as it was (an image that is a file)
 *
 * BLOCKS is a multiple of 32. A block is 4 KiB, filled with (number, round).
 * The state file, /tmp/rounds, holds the round acknowledged last for each
 * block, and the one in flight, if any: after an error a block may hold either.
 * "load" ends at the first error with "DISKLOAD error ..." and the state; what
 * was acknowledged must be found by verify.
 *
 * Exit status 0 all is well, 1 an I/O error, 3 wrong data. Direct I/O only.
 */
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <linux/fs.h>

#define BLOCK 4096
#define WORDS (BLOCK / 8)
#define DEPTH 32
#define MAX_BLOCKS 65536

/* Rounds of a block: found on disk must be one of the two. */
struct round {
	uint32_t sure;
	uint32_t tried;
};

struct op {
	uint64_t *buf;
	uint32_t block;
	uint32_t round;
	bool write;
	bool busy;
};

static struct round rounds[MAX_BLOCKS];
static bool in_flight[MAX_BLOCKS];
static struct op ops[DEPTH];
static struct io_uring ring;
static uint64_t seed = 88172645463325252;
static uint32_t blocks;
static int dev;

static uint32_t random_block(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed % blocks);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void state(bool save)
{
	int fd = open("/tmp/rounds", save ? O_WRONLY | O_CREAT : O_RDONLY,
		      0600);
	ssize_t n = save ? write(fd, rounds, sizeof(rounds))
			 : read(fd, rounds, sizeof(rounds));

	if (n != sizeof(rounds))
		perror("diskload: /tmp/rounds");
	close(fd);
}

static void fill(uint64_t *buf, uint32_t block, uint32_t round)
{
	unsigned int i;

	for (i = 0; i < WORDS; i++)
		buf[i] = (uint64_t)block << 32 | round;
}

/* Does buf hold this block, whole, of a round that may be there? */
static bool right(const uint64_t *buf, uint32_t block)
{
	uint32_t round = (uint32_t)buf[0];
	unsigned int i;

	for (i = 0; i < WORDS; i++)
		if (buf[i] != ((uint64_t)block << 32 | round))
			break;
	if (i == WORDS && (round == rounds[block].sure ||
			   round == rounds[block].tried))
		return true;
	printf("DISKLOAD wrong block %u: %016llx at word %u, rounds %u %u\n",
	       block, (unsigned long long)buf[i == WORDS ? 0 : i], i % WORDS,
	       rounds[block].sure, rounds[block].tried);
	return false;
}

static void put(struct op *o, bool may_write)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
	struct round *r;

	do
		o->block = random_block();
	while (in_flight[o->block]);
	in_flight[o->block] = true;
	r = &rounds[o->block];
	o->write = may_write && (seed >> 40) % 2;
	o->busy = true;
	if (o->write) {
		r->tried = o->round = (r->tried > r->sure ? r->tried
							  : r->sure) + 1;
		fill(o->buf, o->block, o->round);
		io_uring_prep_write(sqe, dev, o->buf, BLOCK,
				    (uint64_t)o->block * BLOCK);
	} else {
		memset(o->buf, 0xee, BLOCK);
		io_uring_prep_read(sqe, dev, o->buf, BLOCK,
				   (uint64_t)o->block * BLOCK);
	}
	io_uring_sqe_set_data(sqe, o);
}

/* 0, 1 for an error, 3 for wrong data. */
static int done(struct op *o, int res)
{
	in_flight[o->block] = o->busy = false;
	if (res != BLOCK) {
		printf("DISKLOAD error %s at block %u: %s\n",
		       o->write ? "writing" : "reading", o->block,
		       res < 0 ? strerror(-res) : "short");
		return 1;
	}
	if (o->write) {
		rounds[o->block].sure = o->round;
		return 0;
	}
	return right(o->buf, o->block) ? 0 : 3;
}

/* Random I/O until @end, or @count operations; waits for all that it began. */
static int run(unsigned int flags, bool may_write, double end, uint64_t count)
{
	unsigned int flying = 0, i;
	struct io_uring_cqe *cqe;
	uint64_t begun = 0;
	int rc = 0, one;

	rc = io_uring_queue_init(DEPTH, &ring, flags);
	if (rc) {
		printf("DISKLOAD no io_uring: %s\n", strerror(-rc));
		return 1;
	}
	do {
		for (i = 0; i < DEPTH && !rc && begun < count && now() < end;
		     i++) {
			if (ops[i].busy)
				continue;
			put(&ops[i], may_write);
			begun++;
			flying++;
		}
		io_uring_submit_and_wait(&ring, flying ? 1 : 0);
		while (!io_uring_peek_cqe(&ring, &cqe)) {
			one = done(io_uring_cqe_get_data(cqe), cqe->res);
			rc = one > rc ? one : rc;
			io_uring_cqe_seen(&ring, cqe);
			flying--;
		}
	} while (flying || (!rc && begun < count && now() < end));
	printf("DISKLOAD did %llu operations\n", (unsigned long long)begun);
	return rc;
}

/* All blocks in order, written or compared, DEPTH at a time. */
static int sweep(bool writing)
{
	const size_t bytes = (size_t)DEPTH * BLOCK;
	uint32_t b, i;
	int rc = 0;

	for (b = 0; b < blocks; b += DEPTH) {
		off_t at = (off_t)b * BLOCK;
		ssize_t n;

		for (i = 0; writing && i < DEPTH; i++)
			fill(ops[i].buf, b + i, 0);
		n = writing ? pwrite(dev, ops[0].buf, bytes, at)
			    : pread(dev, ops[0].buf, bytes, at);
		if (n != (ssize_t)bytes) {
			printf("DISKLOAD error at block %u: %s\n", b,
			       n < 0 ? strerror(errno) : "short");
			return 1;
		}
		for (i = 0; !writing && i < DEPTH; i++)
			if (!right(ops[i].buf, b + i))
				rc = 3;
	}
	return rc;
}

/* One buffer for all, so that a sweep is one transfer of DEPTH blocks. */
static bool buffers(void)
{
	char *all = NULL;
	unsigned int i;

	if (posix_memalign((void **)&all, BLOCK, (size_t)DEPTH * BLOCK))
		return false;
	for (i = 0; i < DEPTH; i++)
		ops[i].buf = (uint64_t *)(all + (size_t)i * BLOCK);
	return true;
}

/* 0, 1 for an error, 3 for wrong data. */
static int discard(void)
{
	uint64_t range[2] = { blocks / 2 * (uint64_t)BLOCK,
			      blocks / 2 * (uint64_t)BLOCK };
	uint64_t *buf = ops[0].buf;
	uint32_t block;

	if (ioctl(dev, BLKDISCARD, range)) {
		printf("DISKLOAD error discarding: %s\n", strerror(errno));
		return 1;
	}
	for (block = 0; block < blocks; block += 7) {
		if (pread(dev, buf, BLOCK, (off_t)block * BLOCK) != BLOCK) {
			printf("DISKLOAD error reading block %u\n", block);
			return 1;
		}
		if (block < blocks / 2 ? !right(buf, block) :
		    buf[0] || memcmp(buf, buf + 1, BLOCK - 8)) {
			printf("DISKLOAD block %u after a discard\n", block);
			return 3;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 3 ? argv[1] : "";
	int rc = 2;

	blocks = argc > 3 ? (uint32_t)atoi(argv[3]) : 0;
	if (blocks < 2 * DEPTH || blocks > MAX_BLOCKS || blocks % DEPTH ||
	    !buffers()) {
		fprintf(stderr, "usage: diskload fill|load|verify|iopoll|"
				"discard DEV BLOCKS [SECONDS|N]\n");
		return 2;
	}
	dev = open(argv[2], O_RDWR | O_DIRECT | O_CLOEXEC);
	if (dev < 0) {
		printf("DISKLOAD cannot open %s: %s\n", argv[2],
		       strerror(errno));
		return 1;
	}
	if (strcmp(verb, "fill"))
		state(false);
	if (!strcmp(verb, "fill"))
		rc = sweep(true);
	else if (!strcmp(verb, "verify"))
		rc = sweep(false);
	else if (!strcmp(verb, "load") && argc > 4)
		rc = run(0, true, now() + atof(argv[4]), UINT64_MAX);
	else if (!strcmp(verb, "iopoll") && argc > 4)
		rc = run(IORING_SETUP_IOPOLL, false, now() + 1e6,
			 strtoull(argv[4], NULL, 10));
	else if (!strcmp(verb, "discard"))
		rc = discard();
	state(true);
	if (rc == 0)
		printf("DISKLOAD %s ok\n", verb);
	return rc;
}

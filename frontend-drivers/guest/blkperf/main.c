// SPDX-License-Identifier: MIT
/*
 * blkperf: drives a disk at full speed and prints figures.
 *
 *   disk=N    the Nth disk (0)          ms=N   for each row (500)
 *   write     also rows that write: what is on the disk is lost
 *   verify    writes its upper half with known bytes in requests of many
 *             sizes, reads them back, and at last copies the lower half to
 *             the upper one: whoever looks at the image can compare them
 *
 * Without `write` and `verify` nothing is written.
 */
#include "frontend-drivers/guest/disk.h"
#include "frontend-drivers/guest/guest.h"
#include "frontend-drivers/guest/report.h"

#define DEPTH		32
#define LARGE		4		/* requests of 128 KiB */
#define LARGE_SECTORS	256U
#define SMALL_SECTORS	8U

static struct disk disk;
static struct disk_request req[DEPTH];
static uint64_t dice = 88172645463325252UL;

struct load {
	struct report_row row;
	enum blkfront_op op;
	unsigned int depth;
	uint32_t sectors;
	bool in_order;
};

static uint64_t rnd(void)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return dice;
}

/* A backend that is away is waited for: that is no error. */
static bool next(const struct load *l, struct disk_request *r, uint64_t *at)
{
	uint64_t slots = l->sectors ? disk.info.sectors / l->sectors : 1;
	uint64_t slot = l->in_order ? (*at)++ % slots : rnd() % slots;

	int rc;

	while ((rc = disk_put(&disk, r, l->op, slot * l->sectors,
			      l->sectors)) == -XY_EBUSY)
		event_wait();
	return rc == 0;
}

static void run(struct load *l, unsigned long ms)
{
	uint64_t end, at = 0;
	unsigned int flying = 0;
	struct disk_request *r;
	bool go = true;

	if (l->sectors && disk.info.sectors < l->sectors)
		return;
	report_begin(&l->row);
	end = l->row.ns + ms * 1000000;
	for (; flying < l->depth && next(l, &req[flying], &at); flying++)
		;
	l->row.errors += l->depth - flying;
	while (flying) {
		disk_flush(&disk);
		disk_wait(&disk);
		go = go && now_ns() < end;
		while ((r = disk_get(&disk))) {
			l->row.ops++;
			l->row.bytes += l->sectors * DISK_SECTOR;
			l->row.errors += r->io.status != BLKFRONT_OKAY;
			if (!go || l->row.errors || !next(l, r, &at))
				flying--;
		}
	}
	report_end(&l->row);
}

/* ---- verify ---- */

static void fill(struct disk_request *r, uint64_t sector, uint32_t sectors)
{
	uint64_t *word = (uint64_t *)r->data;

	for (uint64_t i = 0; i < sectors * (DISK_SECTOR / 8); i++)
		word[i] = (sector * 64 + i) * 0x9e3779b97f4a7c15UL;
}

static uint64_t wrong(const struct disk_request *r, uint64_t sector,
		      uint32_t sectors)
{
	const uint64_t *word = (const uint64_t *)r->data;
	uint64_t bad = 0;

	for (uint64_t i = 0; i < sectors * (DISK_SECTOR / 8); i++)
		bad += word[i] != (sector * 64 + i) * 0x9e3779b97f4a7c15UL;
	return bad;
}

/* Sizes from one sector to a whole large request. */
static uint32_t some(uint64_t at, uint64_t end)
{
	uint32_t n = 1 + (uint32_t)(rnd() % LARGE_SECTORS);

	return end - at < n ? (uint32_t)(end - at) : n;
}

static uint64_t one(enum blkfront_op op, uint64_t at, uint32_t n)
{
	return disk_do(&disk, &req[0], op, at, n) != 0;
}

static uint64_t verify(void)
{
	uint64_t half = disk.info.sectors / 2, end = half * 2, bad = 0, at;
	uint32_t n;

	for (at = half; at < end; at += n) {
		n = some(at, end);
		fill(&req[0], at, n);
		bad += one(BLKFRONT_WRITE, at, n);
	}
	if (disk.info.flush)
		bad += one(BLKFRONT_FLUSH, 0, 0);
	for (at = half; at < end; at += n) {
		n = some(at, end);
		memset(req[0].data, 0, n * DISK_SECTOR);
		bad += one(BLKFRONT_READ, at, n);
		bad += wrong(&req[0], at, n);
	}
	for (at = 0; at < half; at += n) {
		n = some(at, half);
		bad += one(BLKFRONT_READ, at, n);
		bad += one(BLKFRONT_WRITE, half + at, n);
	}
	if (disk.info.flush)
		bad += one(BLKFRONT_FLUSH, 0, 0);
	say("blkperf: %s: %lu KiB written, read and copied",
	    bad ? "FAILED" : "verified", half / 2);
	return bad;
}

static struct load loads[] = {
	{ .row = { .name = "read_4k_1",
		   .what = "read 4 KiB, random, depth 1" },
	  .op = BLKFRONT_READ, .depth = 1, .sectors = SMALL_SECTORS },
	{ .row = { .name = "read_4k_32",
		   .what = "read 4 KiB, random, depth 32" },
	  .op = BLKFRONT_READ, .depth = DEPTH, .sectors = SMALL_SECTORS },
	{ .row = { .name = "read_128k",
		   .what = "read 128 KiB, in order, depth 4" },
	  .op = BLKFRONT_READ, .depth = LARGE, .sectors = LARGE_SECTORS,
	  .in_order = true },
	{ .row = { .name = "write_4k_1",
		   .what = "write 4 KiB, random, depth 1" },
	  .op = BLKFRONT_WRITE, .depth = 1, .sectors = SMALL_SECTORS },
	{ .row = { .name = "write_4k_32",
		   .what = "write 4 KiB, random, depth 32" },
	  .op = BLKFRONT_WRITE, .depth = DEPTH, .sectors = SMALL_SECTORS },
	{ .row = { .name = "write_128k",
		   .what = "write 128 KiB, in order, depth 4" },
	  .op = BLKFRONT_WRITE, .depth = LARGE, .sectors = LARGE_SECTORS,
	  .in_order = true },
	{ .row = { .name = "flush", .what = "flush, depth 1" },
	  .op = BLKFRONT_FLUSH, .depth = 1 },
};

static bool open_disk(void)
{
	unsigned int nth = (unsigned int)asked_number("disk", 0);
	int rc = disk_open(&disk, nth);

	if (rc) {
		say("blkperf: no disk %u (error %d); disk = [...] in the "
		    "config gives one", nth, rc);
		return false;
	}
	for (unsigned int i = 0; i < DEPTH && !rc; i++)
		rc = disk_buffer(&disk, &req[i], i < LARGE ? DISK_PAGES : 1);
	if (rc)
		say("blkperf: no memory for requests (error %d)", rc);
	return !rc;
}

void guest_main(void)
{
	unsigned long ms = asked_number("ms", 500);
	bool write = asked("write");
	uint64_t errors = 0;

	power_obey(NULL);
	if (!open_disk())
		return;
	say("blkperf: %lu MiB, %s%s, requests of up to %u pages",
	    disk.info.sectors >> 11, disk.info.read_only ? "read-only" :
	    "writable", disk.info.flush ? ", flush" : "",
	    disk.info.segments_max);
	if ((write || asked("verify")) && disk.info.read_only) {
		say("blkperf: the disk is read-only: nothing is written");
		write = false;
	} else if (asked("verify")) {
		errors = verify();
	}
	for (unsigned int i = 0; i < sizeof(loads) / sizeof(*loads); i++) {
		struct load *l = &loads[i];

		if (l->op == BLKFRONT_FLUSH ? !disk.info.flush :
		    l->op != BLKFRONT_READ && !write)
			continue;
		run(l, ms);
		errors += l->row.errors;
	}
	report_json("blkperf");
	disk_close(&disk);
	say("blkperf: done, %lu errors", errors);
}

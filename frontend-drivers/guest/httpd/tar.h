/* SPDX-License-Identifier: MIT */
/*
 * A tar archive as a read-only file system: a table of its files, made by
 * looking at each header once.
 *
 * Headers and contents lie in whole blocks of 512 bytes, which are a disk's
 * sectors: a file is a run of sectors.  Understood: ustar and the old format,
 * regular files, names of up to 99 characters (with a prefix, up to
 * TAR_NAME_BYTES - 1); all else is passed over.
 *
 * Source: POSIX.1-2001, pax, "ustar Interchange Format".
 */
#ifndef GUEST_HTTPD_TAR_H
#define GUEST_HTTPD_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAR_BLOCK	512
#define TAR_NAME_BYTES	160

enum tar_kind { TAR_FILE, TAR_OTHER, TAR_END, TAR_BAD };

struct tar_entry {
	char name[TAR_NAME_BYTES];	/* without "./" or "/" before it */
	uint64_t bytes;			/* of content */
	uint64_t blocks;		/* that it takes behind the header */
};

/* What a header block says. TAR_BAD: it is none. */
enum tar_kind tar_header(const uint8_t block[TAR_BLOCK], struct tar_entry *e);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device's keys in xenstore, and its lines in the log.
 *
 * Rules:
 *  1. What the frontend wrote is text of a guest: it becomes a number or is
 *     compared, and is never printed.
 *  2. Of a failure the first reason counts; later ones follow from it.
 *  3. The log of one device is short, whatever its guest does.
 *
 * Single-threaded. Next: device.c.
 */
#include "backend-drivers/daemon/device.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 40		/* of the log, for one device */

void log_line(const char *format, ...)
{
	va_list ap;

	fputs("xylem-backend: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static char *read_key(const char *dir, const char *key)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, key);
	return xs_read(store, XBT_NULL, path, NULL);
}

char *device_read(struct device *dev, const char *key)
{
	return read_key(dev->path, key);
}

char *device_read_front(struct device *dev, const char *key)
{
	return read_key(dev->frontend, key);
}

long device_value(char *text, long missing)
{
	long value = missing;
	char *end;

	if (text) {
		errno = 0;
		value = strtol(text, &end, 10);
		if (errno || end == text || *end)
			value = missing;
	}
	free(text);
	return value;
}

long device_number(struct device *dev, const char *key, long missing)
{
	return device_value(device_read(dev, key), missing);
}

long device_front_number(struct device *dev, const char *key, long missing)
{
	return device_value(device_read_front(dev, key), missing);
}

void device_front_numbers(struct device *dev, const char *dir,
			  const char *const *key, long *value, unsigned int n)
{
	char text[DEVICE_KEYS_MAX][192], *read[DEVICE_KEYS_MAX];
	const char *path[DEVICE_KEYS_MAX] = { NULL };
	unsigned int i;

	for (i = 0; i < n; i++) {
		snprintf(text[i], sizeof(text[i]), "%s/%s%s", dev->frontend,
			 dir, key[i]);
		path[i] = text[i];
	}
	if (!xs_read_batch(store, XBT_NULL, path, read, n))
		memset(read, 0, sizeof(read));
	for (i = 0; i < n; i++)
		value[i] = device_value(read[i], DEVICE_NONE);
}

void device_post(struct device *dev, xs_transaction_t t, const char *key,
		 const char *format, ...)
{
	char path[160], value[512];
	va_list ap;

	snprintf(path, sizeof(path), "%s/%s", dev->path, key);
	va_start(ap, format);
	vsnprintf(value, sizeof(value), format, ap);
	va_end(ap);
	xs_post_write(store, t, path, value, (unsigned int)strlen(value));
}

void device_log(struct device *dev, const char *format, ...)
{
	char text[320];
	va_list ap;

	if (dev->lines > LINES_MAX)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	log_line("%s/%u/%u: %s", dev->kind->type, dev->domid, dev->devid,
		 dev->lines++ < LINES_MAX ? text :
		 "and so on; no more lines about this device");
}

int device_fail(struct device *dev, int rc, const char *format, ...)
{
	va_list ap;

	if (dev->error[0])
		return rc;
	va_start(ap, format);
	vsnprintf(dev->error, sizeof(dev->error), format, ap);
	va_end(ap);
	device_log(dev, "%s", dev->error);
	return rc;
}

void device_post_rm(struct device *dev, xs_transaction_t t, const char *key)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", dev->path, key);
	xs_post_rm(store, t, path);
}

// SPDX-License-Identifier: MIT
/*
 * The rows of figures that programs print.
 *
 * Under QEMU's -icount shift=0 a nanosecond is an instruction: then the
 * column "ran ns/op" counts the guest's instructions for each operation.
 */
#include "frontend-drivers/guest/report.h"
#include "abi/vcpu.h"
#include "frontend-drivers/guest/guest.h"

static struct report_row rows[REPORT_ROWS];
static unsigned int count;

uint64_t run_ns(void)
{
	struct xy_vcpu_runstate_info info = { 0 };

	if (call3(XY_HYPERVISOR_vcpu_op, XY_VCPUOP_get_runstate_info,
		  vcpu_id(), &info))
		return 0;
	return info.time[XY_RUNSTATE_running];
}

/* A text to the left, or a number to the right, of a column. */
static void column(char **at, const char *text, size_t width, bool right)
{
	size_t len = strlen(text), pad = len < width ? width - len : 0;

	if (right)
		memset(*at, ' ', pad);
	memcpy(*at + (right ? pad : 0), text, len);
	if (!right)
		memset(*at + len, ' ', pad);
	*at += len + pad;
}

static void number(char **at, uint64_t value, size_t width)
{
	char text[24];

	text_format(text, sizeof(text), "%lu", value);
	column(at, text, width, true);
}

/* n in ns, for each of so many microseconds. */
static uint64_t rate(uint64_t n, uint64_t per_us, uint64_t ns)
{
	return ns >= 1000 ? n * per_us / (ns / 1000) : 0;
}

static void print(const struct report_row *r)
{
	char line[160], *at = line;

	if (count == 1) {
		column(&at, "what", 32, false);
		column(&at, "ops/s", 10, true);
		column(&at, "MB/s", 8, true);
		column(&at, "ns/op", 10, true);
		column(&at, "ran ns/op", 11, true);
		*at = 0;
		say("%s", line);
		at = line;
	}
	column(&at, r->what, 32, false);
	number(&at, rate(r->ops, 1000000, r->ns), 10);
	number(&at, rate(r->bytes, 1, r->ns), 8);
	number(&at, r->ops ? r->ns / r->ops : 0, 10);
	number(&at, r->ops ? r->run_ns / r->ops : 0, 11);
	*at = 0;
	if (r->errors)
		say("%s  %lu ERRORS", line, r->errors);
	else
		say("%s", line);
}

void report_begin(struct report_row *r)
{
	r->ops = 0;
	r->bytes = 0;
	r->errors = 0;
	r->run_ns = run_ns();
	r->ns = now_ns();
}

void report_end(struct report_row *r)
{
	r->ns = now_ns() - r->ns;
	r->run_ns = run_ns() - r->run_ns;
	if (count == REPORT_ROWS)
		return;
	rows[count++] = *r;
	print(r);
}

void report_json(const char *program)
{
	char text[256];

	text_format(text, sizeof(text), "JSON {\"program\":\"%s\",\"rows\":[",
		    program);
	console_put(text, strlen(text));
	for (unsigned int i = 0; i < count; i++) {
		const struct report_row *r = &rows[i];

		text_format(text, sizeof(text), "%s{\"name\":\"%s\","
			    "\"ops\":%lu,\"bytes\":%lu,\"errors\":%lu,"
			    "\"ns\":%lu,\"run_ns\":%lu}", i ? "," : "",
			    r->name, r->ops, r->bytes, r->errors, r->ns,
			    r->run_ns);
		console_put(text, strlen(text));
	}
	console_put("]}\n", 3);
}

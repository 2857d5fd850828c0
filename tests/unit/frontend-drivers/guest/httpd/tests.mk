# SPDX-License-Identifier: GPL-2.0-only
#
# httpd's two readers of foreign bytes: HTTP requests and tar headers.

HTTPD := frontend-drivers/guest/httpd
UNIT_TESTS += $(HTTPD)/http $(HTTPD)/tar
SRCS_$(HTTPD)/http := $(HTTPD)/http.c
SRCS_$(HTTPD)/tar := $(HTTPD)/tar.c
FUZZERS += httpd
FUZZ_SRCS_httpd := tests/fuzz/httpd.c $(HTTPD)/http.c $(HTTPD)/tar.c

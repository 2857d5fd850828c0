/* SPDX-License-Identifier: GPL-2.0-only */
/* What a test may look at: see fake_domains.c. */
#ifndef TESTS_FAKE_DOMAINS_H
#define TESTS_FAKE_DOMAINS_H

#include <stdbool.h>

#include "abi/base.h"

extern bool fake_known[XY_DOMID_FIRST_RESERVED];

#endif

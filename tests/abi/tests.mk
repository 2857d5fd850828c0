# SPDX-License-Identifier: GPL-2.0-only
#
# Layouts and numbers against libxen-dev (the compiler compares), whether
# anything of abi/ was left out, and ring arithmetic against the public macros.

ABI_TESTS += compare
SRCS_compare := $(addprefix tests/abi/compare_,guest.c memory.c vcpu.c \
	device.c domctl.c sysctl.c io.c)
ABI_TESTS += complete
ABI_TESTS += ring

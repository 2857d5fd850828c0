# SPDX-License-Identifier: GPL-2.0-only

FUZZERS += insn
FUZZ_SRCS_insn := tests/fuzz/insn.c hypervisor/core/insn.c \
	hypervisor/core/insn_exec.c

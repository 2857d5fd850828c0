# SPDX-License-Identifier: GPL-2.0-only

MODEL_TESTS += insn
SRCS_insn := hypervisor/core/insn.c hypervisor/core/insn_exec.c
NOSAN_insn := y

# SPDX-License-Identifier: GPL-2.0-only

MODEL_TESTS += insn
SRCS_insn := hypervisor/core/insn.c hypervisor/core/insn_exec.c
NOSAN_insn := y

# The page-type law: small worlds exhaustively, big ones at random, and CPUs
# that interleave.  (MM_CORE: tests/unit/hypervisor/core/tests.mk.)
MM_MODEL := $(addprefix hypervisor/core/,frame.c frame_owner.c heap.c pool.c \
	m2p.c pte.c pt.c pt_root.c pt_update.c pt_walk.c pt_grant.c pt_audit.c \
	dom_mm.c desc.c) tests/fakes/arch.c tests/fakes/dom.c
MODEL_TESTS += pt_small
SRCS_pt_small := $(MM_MODEL)
NOSAN_pt_small := y
LIMIT_pt_small := 180
MODEL_TESTS += pt_random
SRCS_pt_random := $(MM_MODEL) hypervisor/core/joint.c \
	tests/model/pt_world.c tests/model/pt_ops.c
LIMIT_pt_random := 120

# Event channels against a plain table.
MODEL_TESTS += evtchn
SRCS_evtchn = $(MM_MODEL) tests/fakes/sched.c hypervisor/core/evtchn.c \
	hypervisor/core/evtchn_2l.c hypervisor/core/evtchn_info.c
LIMIT_evtchn := 180

# Grants, many short lives.
MODEL_TESTS += grant
SRCS_grant = $(MM_MODEL) tests/fakes/grants.c hypervisor/core/grant.c \
	hypervisor/core/grant_map.c hypervisor/core/grant_copy.c
LIMIT_grant := 180
MODEL_TESTS += pt_threads
SRCS_pt_threads := $(MM_MODEL)
NOSAN_pt_threads := y
CFLAGS_pt_threads := -finstrument-functions
LIMIT_pt_threads := 120

# The scheduler, vCPUs with lives of their own and a clock.
MODEL_TESTS += sched
SRCS_sched := hypervisor/core/sched.c

# SPDX-License-Identifier: GPL-2.0-only
#
# The guest's IPv4 stack, against frames made by hand and against itself over
# a bad wire; the fuzzer is a hostile network.

GUEST_NET := frontend-drivers/guest/net
GUEST_NET_SRCS := $(addprefix $(GUEST_NET)/,sum.c ip.c tcp.c tcp_in.c tcp_out.c)
UNIT_TESTS += $(GUEST_NET)/ip $(GUEST_NET)/tcp $(GUEST_NET)/tcp_out
SRCS_$(GUEST_NET)/ip := $(GUEST_NET_SRCS)
SRCS_$(GUEST_NET)/tcp := $(GUEST_NET_SRCS)
SRCS_$(GUEST_NET)/tcp_out := $(GUEST_NET_SRCS)
MODEL_TESTS += tcp_wire
SRCS_tcp_wire := $(GUEST_NET_SRCS)
FUZZERS += net_stack
FUZZ_SRCS_net_stack := tests/fuzz/net_stack.c $(GUEST_NET_SRCS)

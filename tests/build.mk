# SPDX-License-Identifier: GPL-2.0-only
#
# The tests. A stanza in a tests.mk anywhere below tests/ says what there is:
#
#   UNIT_TESTS += hypervisor/lib/xz            tests/unit/hypervisor/lib/xz.c
#   MODEL_TESTS += frame                       tests/model/frame.c
#   ABI_TESTS += layout                        tests/abi/layout.c
#   SRCS_<name> CFLAGS_<name> LIBS_<name>      further sources, flags, libraries
#   NOSAN_<name> := y                          without sanitizers, -O2
#   LIMIT_<name> := 60                         seconds it may take (default 60)
#   FUZZERS += xz   FUZZ_SRCS_xz := tests/fuzz/xz.c ...   FUZZ_LIBS_xz := -lz
#   GUEST_TESTS += user   GUEST_SRCS_user := tests/guest/user/main.c ...
#   GUEST_OTHERS += badfront       no dom0 of itself: a job in e2e/ creates it
#
# All are built below build/tests; tests/cases.sh runs and counts them.

UNIT_TESTS :=
MODEL_TESTS :=
ABI_TESTS :=
FUZZERS :=
GUEST_TESTS :=
GUEST_OTHERS :=
include $(sort $(shell find tests -name tests.mk))

FUZZ_SECONDS ?= 4
TEST_BASE := -std=gnu11 -g -D_GNU_SOURCE $(WARN) $(INC) -Itests
TEST_SAN := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all
TEST_FAST := -O2

# test_rule KIND NAME: objects are shared between tests, except where a test
# has flags of its own or runs without sanitizers.
test_flags = $(TEST_BASE) $(if $(NOSAN_$(1)),$(TEST_FAST),$(TEST_SAN))
test_objdir = $(B)/tests/$(if $(strip $(CFLAGS_$(1))),own/$(1),$(if \
	$(NOSAN_$(1)),fast,san))
define test_rule
TEST_DIRS += $(call test_objdir,$(2))
$(B)/tests/$(1)/$(2): $(patsubst %.c,$(call test_objdir,$(2))/%.o, \
		tests/$(1)/$(2).c $(SRCS_$(2)))
	@mkdir -p $$(@D)
	@echo "  LD    $$@"
	$$(Q)$(CC) $(if $(NOSAN_$(2)),,-fsanitize=address,undefined) -o $$@ \
		$$^ $(LIBS_$(2)) -lcmocka -lpthread
$(if $(strip $(CFLAGS_$(2))),$(call obj_rule,$(call test_objdir,$(2)),$(call \
	test_flags,$(2)) $(CFLAGS_$(2))))
endef
define obj_rule

$(1)/%.o: %.c
	@mkdir -p $$(@D)
	@echo "  CC    $$< (test)"
	$$(Q)$(CC) $(2) -MMD -MP -c -o $$@ $$<
endef
$(eval $(call obj_rule,$(B)/tests/san,$(TEST_BASE) $(TEST_SAN)))
$(eval $(call obj_rule,$(B)/tests/fast,$(TEST_BASE) $(TEST_FAST)))
$(foreach t,$(UNIT_TESTS),$(eval $(call test_rule,unit,$(t))))
$(foreach t,$(MODEL_TESTS),$(eval $(call test_rule,model,$(t))))
$(foreach t,$(ABI_TESTS),$(eval $(call test_rule,abi,$(t))))

# Fuzzers: one compilation each; any header may be behind a change.
ALL_HEADERS := $(shell find abi hypervisor dom0-tools backend-drivers \
	frontend-drivers tests -name '*.h' 2>/dev/null)
FUZZ_CFLAGS := -std=gnu11 -g -O1 -D_GNU_SOURCE $(INC) -Itests \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
define fuzz_rule
$(B)/tests/fuzz/$(1): $(FUZZ_SRCS_$(1)) $(ALL_HEADERS)
	@mkdir -p $$(@D)
	@echo "  FUZZ  $$@"
	$$(Q)$(CLANG) $(FUZZ_CFLAGS) $(FUZZ_CFLAGS_$(1)) -o $$@ \
		$(FUZZ_SRCS_$(1)) $(FUZZ_LIBS_$(1))
endef
$(foreach f,$(FUZZERS),$(eval $(call fuzz_rule,$(f))))

only = $(if $(U),$(foreach t,$(1),$(if $(findstring $(U),$(t)),$(t))),$(1))
UNIT_BINS := $(addprefix $(B)/tests/unit/,$(call only,$(UNIT_TESTS)))
MODEL_BINS := $(addprefix $(B)/tests/model/,$(call only,$(MODEL_TESTS)))
ABI_BINS := $(addprefix $(B)/tests/abi/,$(call only,$(ABI_TESTS)))
FUZZ_BINS := $(addprefix $(B)/tests/fuzz/,$(call only,$(FUZZERS)))

LIMITS := $(foreach t,$(UNIT_TESTS) $(MODEL_TESTS) $(ABI_TESTS),$(if \
	$(LIMIT_$(t)),$(t)=$(LIMIT_$(t))))
export LIMITS

.PHONY: unit model abi fuzz lint guest e2e test tests
tests: $(UNIT_BINS) $(MODEL_BINS) $(ABI_BINS)
unit: $(UNIT_BINS)
	@tests/cases.sh unit $^
model: $(MODEL_BINS)
	@tests/cases.sh model $^
abi: $(ABI_BINS)
	@tests/cases.sh abi $^
fuzz: $(FUZZ_BINS)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/cases.sh fuzz $^

# --- lint, micro-guests, end to end ----------------------------------------
# The lint reads the objects and the sources: it wants the hypervisor built.
lint:
	@LIMITS=shape.sh=240 tests/cases.sh lint tests/lint/floors.sh tests/lint/pure.sh \
		tests/lint/shape.sh tests/lint/hot.sh

.PHONY: format
format: # F=files: what tests/lint/shape.sh would complain of
	@for f in $(F); do clang-format --output-replacements-xml $$f | \
		build/tests/lint/style $$f fix; done

# Micro-guests: programs for the guest library, with checks and a verdict.
# A guest with another way to be built sets GUEST_BINS itself.
GUEST_BINS += $(addprefix $(B)/tests/guest/,$(call only,$(GUEST_TESTS)))
TEST_GUEST_COMMON := $(wildcard tests/guest/*.c)
define guest_rule
$(B)/tests/guest/$(1): $(patsubst %,$(B)/tests/obj/%.o, \
		$(or $(GUEST_SRCS_$(1)),$(wildcard tests/guest/$(1)/*.c)) \
		$(TEST_GUEST_COMMON)) $(GUEST_DEPS)
	@mkdir -p $$(@D)
	@echo "  LD    $$@"
	$$(Q)$$(guest_link)
endef
$(foreach g,$(GUEST_TESTS) $(GUEST_OTHERS),$(eval $(call guest_rule,$(g))))
$(B)/tests/obj/%.o: %
	@mkdir -p $(@D)
	@echo "  CC    $< (guest)"
	$(Q)$(CC) $(GUEST_CFLAGS) -Itests/guest -MMD -MP -c -o $@ $<

guest: $(GUEST_BINS) $(B)/xylem
	@tests/guest/run.sh $(GUEST_BINS)

e2e: all image
	@tests/e2e/run.sh

# Programs of end-to-end jobs: the lying backend in dom0, tools in the guest.
E2E_BINS := $(addprefix $(B)/tests/e2e/,liar diskload nictool \
	netpoke)
E2E_liar := tests/e2e/liar.c tests/e2e/liar_disk.c tests/e2e/liar_nic.c \
	$(wildcard dom0-tools/lib/store*.c) dom0-tools/lib/evtchn.c \
	dom0-tools/lib/gnt.c
E2E_diskload := tests/e2e/guest/diskload.c
E2E_nictool := tests/e2e/guest/nictool.c
E2E_netpoke := tests/e2e/netpoke.c
define e2e_rule
$(B)/tests/e2e/$(1): $(patsubst %.c,$(B)/user/%.o,$(E2E_$(1)))
	@mkdir -p $$(@D)
	@echo "  LD    $$@"
	$$(Q)$(CC) $(USER_LDFLAGS) -s -o $$@ $$^ -luring
endef
$(foreach p,$(E2E_BINS),$(eval $(call e2e_rule,$(notdir $(p)))))

# Programs of the benches, for dom0 and guest.
BENCH_iobench := tests/bench/iobench.c
BENCH_udp := tests/bench/udp.c
BENCH_latbench := tests/bench/latbench.c
BENCH_netbench := tests/bench/netbench.c
BENCH_tsckhz := tests/bench/tsckhz.c
BENCH_domtime := tests/bench/domtime.c dom0-tools/lib/call.c
define bench_rule
$(B)/tests/bench/$(1): $(patsubst %.c,$(B)/user/%.o,$(BENCH_$(1)))
	@mkdir -p $$(@D)
	@echo "  LD    $$@"
	$$(Q)$(CC) $(USER_LDFLAGS) -s -o $$@ $$^ -luring
endef
$(foreach p,iobench udp latbench netbench tsckhz domtime,$(eval $(call bench_rule,$(p))))

test:
	@tests/run.sh build lint abi modules unit model fuzz guest micro e2e

run: packages
	@$(MAKE) --no-print-directory -s all image
	@tests/e2e/demo.sh

gdb: all image
	@tests/e2e/gdb.sh

.PHONY: run gdb packages
packages:
	@tests/packages.sh

.PHONY: bench bench-plan bench-report bench-table bench-micro micro
bench:
	@tests/packages.sh bench
	@tests/bench/bench.sh
bench-plan bench-report:
	@tests/bench/bench.sh $(@:bench-%=%)
bench-table: all image
	@tests/bench/run.sh
bench-micro: $(B)/xylem $(B)/tests/guest/micro
	@tests/bench/micro.sh compare
micro: $(B)/xylem $(B)/tests/guest/micro
	@tests/bench/micro.sh check

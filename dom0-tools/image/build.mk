# SPDX-License-Identifier: GPL-2.0-only
#
# Kernels, the dom0 image and the guest image. build/kernel/{dom0,guest} come
# from Debian's packages (fetch.sh), build/image/*.cpio from them, busybox and
# our own programs.

IMAGE := dom0-tools/image
KERNELS := $(B)/kernel
IMAGE_PROGS := loadmods tick tcp xynat
PROGS += $(IMAGE_PROGS:%=dom0-tools/bin/%)
$(foreach p,$(IMAGE_PROGS),$(eval SRCS_dom0-tools/bin/$(p) := $(IMAGE)/$(p).c))
# Those that speak to xenstore and the hypervisor come with the libraries.
XS_LIB := $(wildcard dom0-tools/lib/store*.c dom0-tools/lib/xs_*.c)
ifneq ($(XS_LIB),)
PROGS += dom0-tools/bin/xs dom0-tools/bin/leaks
SRCS_dom0-tools/bin/xs := $(IMAGE)/xs.c $(XS_LIB)
SRCS_dom0-tools/bin/leaks := $(IMAGE)/leaks.c dom0-tools/lib/call.c $(XS_LIB)
endif

.PHONY: image kernels
kernels: $(KERNELS)/dom0/vmlinux $(KERNELS)/guest/vmlinux
image: kernels $(B)/image/dom0.cpio $(B)/image/guest.cpio \
	$(B)/image/guest-amd64.cpio

# A package named by hand is a new input: its path is kept and compared.
$(shell mkdir -p $(KERNELS); for v in 'dom0 $(KERNEL_DEB)' \
	'guest $(GUEST_KERNEL_DEB)'; do set -- $$v; f=$(KERNELS)/$$1.from; \
	[ -e $$f ] && [ "$$(cat $$f)" = "$$2" ] || echo "$$2" > $$f; done)

$(KERNELS)/%/vmlinux: $(KERNELS)/%.from $(IMAGE)/fetch.sh
	@echo "  FETCH $(@D)"
	$(Q)$(IMAGE)/fetch.sh $* $(@D)
	@touch $@

$(KERNELS)/kernel612.from:
	@mkdir -p $(@D); touch $@

$(KERNELS)/xen-4.17/xen: $(IMAGE)/fetch.sh
	$(Q)$(IMAGE)/fetch.sh xen-4.17 $(@D)
	@touch $@

# Our programs: those in PROGS; a build.mk with rules of its own adds its
# programs to DOM0_BINS (paths below build/).
DOM0_BINS += $(addprefix $(B)/,$(PROGS))
IMAGE_BINS := $(IMAGE_PROGS:%=$(B)/dom0-tools/bin/%)
IMAGE_DEPS := $(wildcard $(IMAGE)/*.sh $(IMAGE)/dom0/* $(IMAGE)/guest/*)

$(B)/image/dom0.cpio: $(KERNELS)/dom0/vmlinux $(IMAGE_DEPS) $(DOM0_BINS)
	@echo "  IMAGE $@"
	$(Q)$(IMAGE)/mkdom0.sh $(KERNELS)/dom0 $@ $(DOM0_BINS)

$(B)/image/guest.cpio: $(KERNELS)/guest/vmlinux $(IMAGE_DEPS) $(IMAGE_BINS)
	@echo "  IMAGE $@"
	$(Q)$(IMAGE)/mkguest.sh $(KERNELS)/guest $@

$(B)/image/guest-amd64.cpio: $(KERNELS)/dom0/vmlinux $(IMAGE_DEPS) $(IMAGE_BINS)
	@echo "  IMAGE $@"
	$(Q)$(IMAGE)/mkguest.sh $(KERNELS)/dom0 $@

$(B)/image/guest-612.cpio: $(KERNELS)/kernel612/vmlinux $(IMAGE_DEPS) $(IMAGE_BINS)
	@echo "  IMAGE $@"
	$(Q)$(IMAGE)/mkguest.sh $(KERNELS)/kernel612 $@

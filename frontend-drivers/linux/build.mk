# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# The Linux modules: build/modules/KERNEL/*.ko for the kernels of build/kernel
# (guest, dom0 and, where the archive has one, kernel612), build/dkms for DKMS.

LINUX_FRONT := frontend-drivers/linux
MODULE_KERNELS := guest dom0 kernel612
MODULE_DEPS := $(wildcard abi/*.h abi/io/*.h frontend-drivers/core/*.[ch] \
	$(LINUX_FRONT)/*)
DKMS_VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' \
	$(LINUX_FRONT)/dkms.conf 2>/dev/null)
export HEADERS_DEBS

.PHONY: modules dkms
modules: kernels
	@$(LINUX_FRONT)/modules.sh $(MODULE_KERNELS)

$(B)/modules/%/done: $(B)/kernel/%/vmlinux $(MODULE_DEPS)
	@echo "  KO    $(@D)"
	$(Q)$(LINUX_FRONT)/build.sh $(B)/kernel/$* $(@D)
	@touch $@

# A guest's image with both sets of frontends: Debian's image, and a second
# archive behind it (mkfront.sh); the kernel's command line chooses.
define front_image
$(B)/image/$(2)-xylem.cpio: $(B)/image/$(2).cpio $(B)/modules/$(1)/done
	@echo "  IMAGE $$@"
	$$(Q)$(LINUX_FRONT)/mkfront.sh $(B)/modules/$(1) $$< $$@
endef
$(eval $(call front_image,guest,guest))
$(eval $(call front_image,dom0,guest-amd64))
$(eval $(call front_image,kernel612,guest-612))

# The sources of the modules as DKMS takes them, at any place.
dkms:
	@rm -rf $(B)/dkms
	@$(LINUX_FRONT)/stage.sh $(B)/dkms/xylem-frontends-$(DKMS_VERSION) copy
	@echo "$(B)/dkms/xylem-frontends-$(DKMS_VERSION):" \
		"copy it to /usr/src, then dkms install xylem-frontends/$(DKMS_VERSION)"

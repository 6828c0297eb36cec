# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
define BuildPackage
$(eval $(call Package/$(1)))
.PHONY: install describe
install:
	$(call Package/$(1)/install,$(DESTINATION))
describe:
	@$(foreach field,SECTION CATEGORY TITLE DEPENDS PROVIDES CONFLICTS,echo '$(field): $($(field))';)
	@echo 'VERSION: $(PKG_VERSION)'
	@echo 'LINKS: $(WEFT_LINKS)'
endef

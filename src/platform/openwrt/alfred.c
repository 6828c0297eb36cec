/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* /etc/config/alfred: without a cloud it must not wait for one. */
#include "net/facts.h"
#include "plan/plan.h"
#include "platform/openwrt/network.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

static void render_file(const struct render *render, struct uci_document *document)
{
	struct uci_section *alfred = uci_section(document, "alfred");

	if (!alfred || !facts_has_package(render->facts, "alfred", true) ||
	    !plan_link(render->plan, NETWORK_BRIDGE) || plan_link(render->plan, NETWORK_CLOUD))
		return;
	uci_set(document, alfred, "batmanif", "none");
}

extern const struct renderer renderer_alfred;
const struct renderer renderer_alfred = {
	.package = "alfred",
	.render = render_file,
};

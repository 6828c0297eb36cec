/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* /etc/config/system: the name of this node. */
#include <string.h>

#include "net/identity.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

static void render_system(const struct render *render, struct uci_document *document)
{
	for (struct uci_section *s = document->sections; s; s = s->next) {
		if (strcmp(s->type, "system") == 0) {
			uci_set(document, s, "hostname", render->id->hostname);
			return;
		}
	}
}

extern const struct renderer renderer_system;
const struct renderer renderer_system = {
	.package = "system",
	.render = render_system,
};

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/render.h"

#include "base/arena.h"
#include "base/diag.h"
#include "platform/openwrt/files.h"

extern const struct renderer renderer_alfred, renderer_anycast, renderer_autogen, renderer_babeld;
extern const struct renderer renderer_copies, renderer_dhcp, renderer_dnsmasq, renderer_firewall;
extern const struct renderer renderer_generic, renderer_layers, renderer_network, renderer_others;
extern const struct renderer renderer_password, renderer_settings, renderer_switch, renderer_system;
extern const struct renderer renderer_uhttpd, renderer_wireless;

const struct renderer *const renderers[] = {
	/* The layers and what they come to. */
	&renderer_layers,
	&renderer_autogen,
	/* What OpenWrt makes of them. */
	&renderer_wireless,
	&renderer_network,
	&renderer_dhcp,
	&renderer_dnsmasq,
	&renderer_firewall,
	&renderer_anycast,
	&renderer_system,
	&renderer_others,
	/* What other programs do. */
	&renderer_uhttpd,
	&renderer_babeld,
	&renderer_alfred,
	&renderer_settings,
	&renderer_switch,
	/* What people ask for, which has the last word. */
	&renderer_password,
	&renderer_generic,
	&renderer_copies,
	NULL,
};

static void report_missing(const struct render *render, const char *package)
{
	struct origin origin = { .file = arena_printf(render->arena, "etc/config/%s", package) };

	diag_add(render->diag, DIAG_ERROR, &origin,
	         "is missing; OpenWrt makes it when it boots first (config_generate)");
}

void render_all(const struct render *render)
{
	for (size_t i = 0; renderers[i]; i++) {
		const struct renderer *renderer = renderers[i];
		struct uci_document *document = NULL;

		if (renderer->package)
			document = renderer->makes_file && renderer->makes_file(render)
			                   ? files_make_uci(render->files, renderer->package)
			                   : files_uci(render->files, renderer->package);
		if (!document && renderer->needs_file)
			report_missing(render, renderer->package);
		if (document || !renderer->package)
			renderer->render(render, document);
	}
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * /etc/config/uhttpd: the node's pages on all of its addresses, and as many requests at once as
 * LimeApp makes.
 */
#include "base/compiler.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

static const struct {
	const char *option, *value;
} settings[] = {
	{ "listen_http", "80" },
	{ "listen_https", "443" },
	{ "max_requests", "6" },
	{ "script_timeout", "15" },
};

static void render_file(const struct render *render, struct uci_document *document)
{
	struct uci_section *main = uci_section(document, "main");

	(void)render;
	for (size_t i = 0; main && i < ARRAY_LENGTH(settings); i++)
		uci_set(document, main, settings[i].option, settings[i].value);
}

extern const struct renderer renderer_uhttpd;
const struct renderer renderer_uhttpd = {
	.package = "uhttpd",
	.render = render_file,
};

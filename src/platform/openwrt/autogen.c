/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* lime-autogen: the merged layers, which scripts and LimeApp read. */
#include "base/buf.h"
#include "config/config.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"

#define PATH "etc/config/lime-autogen"

static void render_autogen(const struct render *render, struct uci_document *document)
{
	BUF_AUTO out = { 0 };

	(void)document;
	config_print_autogen(render->config, &out);
	files_set_text(render->files, PATH, buf_text(&out), 0644);
}

extern const struct renderer renderer_autogen;
const struct renderer renderer_autogen = {
	.render = render_autogen,
};

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* The files that people write: begun for them where they are missing. */
#include "base/arena.h"
#include "base/compiler.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"

static const struct {
	const char *name, *what;
} layers[] = {
	{ "lime-community", "what all nodes of the network have in common" },
	{ "lime-node", "what is different on this node" },
};

#define TEMPLATE                                            \
	"# %s\n"                                            \
	"# `weft help config` tells what may stand here.\n" \
	"\n"                                                \
	"config lime 'system'\n"                            \
	"\n"                                                \
	"config lime 'network'\n"                           \
	"\n"                                                \
	"config lime 'wifi'\n"

static void render_layers(const struct render *render, struct uci_document *document)
{
	(void)document;
	for (size_t i = 0; i < ARRAY_LENGTH(layers); i++) {
		const char *path = arena_printf(render->arena, "etc/config/%s", layers[i].name);

		if (!files_text(render->files, path))
			files_set_text(render->files, path,
			               arena_printf(render->arena, TEMPLATE, layers[i].what), 0644);
	}
}

extern const struct renderer renderer_layers;
const struct renderer renderer_layers = {
	.render = render_layers,
};

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/openwrt/render.h"

#include "platform/openwrt/files.h"

extern const struct renderer renderer_autogen, renderer_system, renderer_wireless;
extern const struct renderer renderer_password, renderer_generic, renderer_copies;

const struct renderer *const renderers[] = {
	&renderer_autogen,
	&renderer_system,
	&renderer_wireless,
	&renderer_password,
	&renderer_generic,
	&renderer_copies,
	NULL,
};

void render_all(const struct render *render)
{
	for (size_t i = 0; renderers[i]; i++) {
		const struct renderer *renderer = renderers[i];
		struct uci_document *document = NULL;

		if (renderer->package)
			document = renderer->makes_file
			                   ? files_make_uci(render->files, renderer->package)
			                   : files_uci(render->files, renderer->package);
		if (document || !renderer->package)
			renderer->render(render, document);
	}
}

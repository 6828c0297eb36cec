/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Files of the community that go to a place of their own: `config copy_asset`. */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "config/config.h"
#include "config/schema/text.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"

#define ASSETS "etc/lime-assets/"

/* A folder as target means: into it, under the file's own name. */
static const char *target_of(const struct render *render, const char *asset, const char *dst)
{
	const char *path = dst + strspn(dst, "/");
	const char *name = strrchr(asset, '/') + 1;
	size_t length = strlen(path);
	struct files_content content;

	if (length && path[length - 1] == '/')
		return arena_printf(render->arena, "%s%s", path, name);
	if (length && files_bytes(render->files, path, &content) != -EISDIR)
		return path;
	return arena_printf(render->arena, "%s%s%s", path, length ? "/" : "", name);
}

static void copy(const struct render *render, const struct config_value *asset, const char *dst)
{
	const char *source = arena_printf(render->arena, ASSETS "%s", asset->text);
	struct files_content content;
	int rc = files_bytes(render->files, source, &content);

	if (rc < 0)
		diag_add(render->diag, DIAG_UNKNOWN, &asset->origin, "/%s cannot be copied: %s",
		         source, strerror(-rc));
	else
		files_set_bytes(render->files, target_of(render, asset->text, dst), content.bytes,
		                content.size, content.mode);
}

static void render_copies(const struct render *render, struct uci_document *document)
{
	(void)document;
	for (const struct config_section *s = render->config->sections; s; s = s->next) {
		const struct config_option *asset, *dst;

		if (strcmp(s->type, "copy_asset") != 0)
			continue;
		asset = config_option(s, "asset");
		dst = config_option(s, "dst");
		if (!asset || !dst)
			diag_add(render->diag, DIAG_UNKNOWN, &s->origin, "%s is missing",
			         asset ? "dst" : "asset");
		else if (!text_check_asset(asset->values[0].text) &&
		         !text_check_path(dst->values[0].text))
			copy(render, &asset->values[0], dst->values[0].text);
	}
}

extern const struct renderer renderer_copies;
const struct renderer renderer_copies = {
	.render = render_copies,
};

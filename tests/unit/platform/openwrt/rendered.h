/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* One renderer on one file and a plan made by hand. */
#include "../../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "config/config.h"
#include "net/facts.h"
#include "net/identity.h"
#include "plan/plan.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

struct rendered {
	struct arena *arena;
	struct plan *plan;
	struct diag *diag;
	struct files *files;
	struct config *config;
	struct facts facts;
	struct identity id;
	struct uci_document *document;
	struct buf text;
};

static inline int rendered_read(void *data, const char *path, struct buf *out, unsigned *mode)
{
	(void)data;
	(void)path;
	(void)out;
	(void)mode;
	return -2; /* ENOENT */
}

static inline struct rendered *rendered_new(const char *config)
{
	struct rendered *r = calloc(1, sizeof(*r));
	AUTO(uci_free) struct uci_document *layer = NULL;

	r->arena = arena_new();
	r->plan = plan_new();
	r->diag = diag_new();
	layer = uci_parse("lime-node", config, strlen(config), r->diag);
	r->config = config_merge(&layer, 1);
	r->files = files_new(rendered_read, NULL, r->diag);
	return r;
}

/* What the file says after the renderer saw it. */
static inline const char *rendered_by(struct rendered *r, const struct renderer *renderer,
                                      const char *before)
{
	struct render render = {
		.plan = r->plan,
		.config = r->config,
		.facts = &r->facts,
		.id = &r->id,
		.files = r->files,
		.arena = r->arena,
		.diag = r->diag,
	};

	uci_free(r->document);
	r->document = uci_parse(renderer->package, before, strlen(before), r->diag);
	renderer->render(&render, r->document);
	buf_done(&r->text);
	uci_print(r->document, &r->text);
	return buf_text(&r->text);
}

static inline void rendered_free(struct rendered *r)
{
	uci_free(r->document);
	files_free(r->files);
	config_free(r->config);
	plan_free(r->plan);
	diag_free(r->diag);
	arena_free(r->arena);
	buf_done(&r->text);
	free(r);
}

static inline struct prefix rendered_prefix(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

AUTO_DEFINE(rendered_free, struct rendered);

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What stands at a path and needs root.
 */
#include <json-c/json.h>
#include <string.h>

#include "api/host.h"
#include "base/diag.h"
#include "base/file.h"
#include "cli/show.h"
#include "daemon/web/parts.h"
#include "settings/community.h"
#include "uci/uci.h"

#define COMMUNITY_LIMIT 65536

/* Anybody may have it: without what is secret. */
static unsigned community(const struct calls *calls, struct buf *body)
{
	AUTO(uci_free) struct uci_document *document = NULL;
	AUTO(diag_free) struct diag *nobody = diag_new();
	const char *root = calls->options.root;
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };

	buf_printf(&path, "%s/etc/config/lime-community", strcmp(root, "/") ? root : "");
	if (file_read(path.text, COMMUNITY_LIMIT, &text) < 0)
		return 404;
	document = uci_parse("lime-community", buf_text(&text), text.length, nobody);
	if (!document || diag_has_errors(nobody))
		return 404;
	community_make_public(document);
	uci_print(document, body);
	return 200;
}

static struct json_object *status_of(const struct calls *calls)
{
	struct host *host = calls->options.host;
	BUF_AUTO text = { 0 };

	host->ops->status(host, &text);
	return json_tokener_parse(buf_text(&text));
}

/* As `weft status` says it: for whoever has no JavaScript. */
static unsigned status(const struct calls *calls, struct buf *body)
{
	struct json_object *object = status_of(calls);

	show_status(object, body);
	json_object_put(object);
	return 200;
}

static unsigned metrics(const struct calls *calls, struct buf *body)
{
	struct json_object *object = status_of(calls);

	metrics_print(object, body);
	json_object_put(object);
	return 200;
}

struct page {
	const char *path, *type;
	unsigned (*print)(const struct calls *calls, struct buf *body);
};

static const struct page pages[] = {
	{ "/cgi-bin/lime/lime-community", "text/plain", community },
	{ "/metrics", "text/plain; version=0.0.4; charset=utf-8", metrics },
	{ "/status", "text/plain; charset=utf-8", status },
};

unsigned pages_answer(const struct calls *calls, const char *path, const char **type,
                      struct buf *body)
{
	for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
		if (!strcmp(pages[i].path, path)) {
			*type = pages[i].type;
			return pages[i].print(calls, body);
		}
	}
	buf_add(body, "There is nothing here.\n");
	return 404;
}

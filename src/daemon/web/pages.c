/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What stands at a path and needs root.
 */
#include <dirent.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>

#include "api/host.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/tar.h"
#include "cli/show.h"
#include "daemon/net/gzip.h"
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

/* --- what the community's file may refer to --- */

#define ASSETS_MAX       (512U << 10) /* bytes of all */
#define ASSETS_DEPTH_MAX 4

static void add_assets(const char *folder, const char *name, unsigned depth, struct buf *tar);

static void add_asset(const char *path, const char *name, unsigned depth, struct buf *tar)
{
	BUF_AUTO text = { 0 };
	struct stat stat;

	if (lstat(path, &stat) < 0)
		return;
	if (S_ISDIR(stat.st_mode) && depth < ASSETS_DEPTH_MAX)
		add_assets(path, name, depth + 1, tar);
	else if (S_ISREG(stat.st_mode) && tar->length < ASSETS_MAX &&
	         file_read(path, ASSETS_MAX - tar->length, &text) == 0)
		(void)tar_add(tar, name, buf_text(&text), text.length);
}

/* Links are not followed: who has an asset has what was meant for others. */
static void add_assets(const char *folder, const char *name, unsigned depth, struct buf *tar)
{
	DIR *all = opendir(folder);
	const struct dirent *entry;

	while (all && (entry = readdir(all))) {
		BUF_AUTO path = { 0 };
		BUF_AUTO inside = { 0 };

		buf_printf(&path, "%s/%s", folder, entry->d_name);
		buf_printf(&inside, "%s/%s", name, entry->d_name);
		if (entry->d_name[0] != '.')
			add_asset(path.text, inside.text, depth, tar);
	}
	if (all)
		closedir(all);
}

static unsigned assets(const struct calls *calls, struct buf *body)
{
	const char *root = calls->options.root;
	BUF_AUTO folder = { 0 };
	BUF_AUTO tar = { 0 };

	buf_printf(&folder, "%s/etc/lime-assets/community", strcmp(root, "/") ? root : "");
	add_assets(folder.text, "community", 0, &tar);
	tar_end(&tar);
	return gzip_zip(tar.text, tar.length, tar.length + 1024, body) ? 200 : 500;
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
	{ "/cgi-bin/lime/lime-community-assets", "application/x-tar", assets },
	{ "/lime-community", "text/plain", community },
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

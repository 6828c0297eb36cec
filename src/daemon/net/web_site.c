/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The files of the page.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/net/stream.h"
#include "daemon/net/web_parts.h"

#define TAG_SIZE 24

static const char no_site[] =
	"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
	"<meta name=\"viewport\" content=\"width=device-width\"><title>weft</title>"
	"<p>There is no such page on this node.</p>"
	"<p><a href=\"/\">Start</a> · <a href=\"/status\">How this node is</a></p></html>\n";

static bool find(const struct visitor *visitor, const char *path, struct bundle_file *file)
{
	const char *name = *path == '/' ? path + 1 : path;

	return bundle_find(&visitor->web->site, *name ? name : "index.html", file);
}

bool web_has_file(const struct web *web, const char *path)
{
	struct bundle_file file;

	return bundle_find(&web->site, path + 1, &file);
}

static bool knows_it(const struct visitor *visitor, const char *tag)
{
	return strstr(visitor->http.message.if_none_match, tag) != NULL;
}

static void send_file(struct visitor *visitor, const struct bundle_file *file)
{
	bool zipped = file->zipped_size &&
	              (visitor->http.message.accepts_gzip || !file->plain_size);
	char tag[TAG_SIZE];
	BUF_AUTO fields = { 0 };

	snprintf(tag, sizeof(tag), "\"%016" PRIx64 "%c\"", file->tag, zipped ? 'z' : 'p');
	buf_printf(&fields, "ETag: %s\r\nVary: Accept-Encoding\r\nCache-Control: %s\r\n", tag,
	           bundle_is_immutable(file->name) ? "public, max-age=31536000, immutable"
	                                           : "no-cache");
	if (knows_it(visitor, tag)) {
		web_reply(visitor, 304, NULL, NULL, 0, fields.text);
		return;
	}
	if (zipped)
		buf_add(&fields, "Content-Encoding: gzip\r\n");
	web_send(visitor, &(struct http_reply){
				  .status = 200,
				  .type = bundle_type(file->name),
				  .fields = fields.text,
				  .body = zipped ? file->zipped : file->plain,
				  .size = zipped ? file->zipped_size : file->plain_size,
				  .lent = true,
			  });
}

void web_serve_site(struct visitor *visitor, const char *path)
{
	struct bundle_file file;

	if (find(visitor, path, &file))
		send_file(visitor, &file);
	else if (!strcmp(path, "/"))
		web_reply(visitor, 302, NULL, NULL, 0,
		          "Location: /status\r\nCache-Control: no-store\r\n");
	else
		web_reply(visitor, 404, "text/html; charset=utf-8", no_site, sizeof(no_site) - 1,
		          NULL);
}

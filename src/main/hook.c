/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/hook.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/client.h"
#include "main/command.h"
#include "platform/linux/uplink.h"

#define NAME      "/weft/uplink-event"
#define TIMEOUT_S 10

bool hook_is_called_as(const char *path)
{
	size_t length = strlen(path);

	return length > strlen(NAME) && strcmp(path + length - strlen(NAME), NAME) == 0;
}

/* Also for the daemon that is not there now: a restarted one reads it. */
static void remember(const char *path)
{
	const char *ifname = getenv("interface");
	BUF_AUTO file = { 0 };
	BUF_AUTO lines = { 0 };

	if (!ifname || !*ifname || strlen(ifname) >= IFNAME_SIZE || strpbrk(ifname, "/\n"))
		return;
	buf_printf(&file, "%.*s/uplink-%s.event", (int)(strrchr(path, '/') - path), path, ifname);
	for (char **variable = environ; *variable; variable++) {
		if (uplink_variable_wanted(*variable, strcspn(*variable, "=")) &&
		    !strchr(*variable, '\n'))
			buf_printf(&lines, "%s\n", *variable);
	}
	if (file_write(file.text, buf_text(&lines), lines.length, 0600) < 0)
		fprintf(stderr, "weft: uplink-event: cannot write %s\n", file.text);
}

static void add_variables(struct buf *params)
{
	const char *comma = "";

	buf_add(params, "{\"variables\":[");
	for (char **variable = environ; *variable; variable++) {
		if (!uplink_variable_wanted(*variable, strcspn(*variable, "=")))
			continue;
		buf_add(params, comma);
		buf_add_json(params, *variable);
		comma = ",";
	}
	buf_add(params, "]}");
}

int hook_main(const char *path)
{
	BUF_AUTO run = { 0 };
	BUF_AUTO params = { 0 };
	BUF_AUTO error = { 0 };
	struct json_object *result = NULL;
	int r;

	remember(path);
	buf_add_bytes(&run, path, strlen(path) - strlen(NAME));
	add_variables(&params);
	r = client_ask(run.text, "uplink.event", params.text, TIMEOUT_S, &result, &error);
	json_object_put(result);
	if (r == 0)
		return EXIT_STATUS_OK;
	fprintf(stderr, "weft: uplink-event: %s", buf_text(&error));
	return EXIT_STATUS_FAILED;
}

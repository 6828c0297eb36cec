/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "main/hook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "cli/client.h"
#include "main/command.h"
#include "platform/linux/service/uplink.h"

#define NAME "/weft/uplink-event"

bool hook_is_called_as(const char *path)
{
	size_t length = strlen(path);

	return length > strlen(NAME) && strcmp(path + length - strlen(NAME), NAME) == 0;
}

/* What the environment says of things that we know. */
static size_t read_variables(const char *variables[UPLINK_VARIABLES_MAX])
{
	size_t n = 0;

	for (char **variable = environ; *variable && n < UPLINK_VARIABLES_MAX; variable++) {
		if (uplink_variable_wanted(*variable, strcspn(*variable, "=")) &&
		    !strchr(*variable, '\n'))
			variables[n++] = *variable;
	}
	return n;
}

/* Also for the daemon that is not there now: a restarted one reads it. */
static void remember(const char *path, const struct uplink_event *event,
                     const char *const *variables, size_t n_variables)
{
	BUF_AUTO folder = { 0 };
	BUF_AUTO file = { 0 };
	BUF_AUTO lines = { 0 };

	buf_add_bytes(&folder, path, (size_t)(strrchr(path, '/') - path));
	uplink_path(buf_text(&folder), event->now.ifname, uplink_part_of(event), &file);
	for (size_t i = 0; i < n_variables; i++)
		buf_printf(&lines, "%s\n", variables[i]);
	if (file_write(file.text, buf_text(&lines), lines.length, 0600) < 0)
		fprintf(stderr, "weft: uplink-event: cannot write %s\n", file.text);
}

static int tell(const char *path, const char *const *variables, size_t n_variables)
{
	BUF_AUTO run = { 0 };
	BUF_AUTO params = { 0 };
	BUF_AUTO error = { 0 };
	int r;

	buf_add_bytes(&run, path, strlen(path) - strlen(NAME));
	buf_add(&params, "{\"variables\":[");
	for (size_t i = 0; i < n_variables; i++) {
		buf_add(&params, i ? "," : "");
		buf_add_json(&params, variables[i]);
	}
	buf_add(&params, "]}");
	/* The daemon may be waiting for the end of the program that waits for this. */
	r = client_tell(run.text, "uplink.event", params.text, &error);
	if (r == 0)
		return EXIT_STATUS_OK;
	fprintf(stderr, "weft: uplink-event: %s", buf_text(&error));
	return EXIT_STATUS_FAILED;
}

int hook_main(const char *path)
{
	const char *variables[UPLINK_VARIABLES_MAX];
	size_t n_variables = read_variables(variables);
	AUTO(diag_free) struct diag *diag = diag_new();
	struct uplink_event event;
	BUF_AUTO text = { 0 };

	if (uplink_event_parse(variables, n_variables, &event, diag) < 0) {
		diag_print(diag, &text);
		fprintf(stderr, "weft: uplink-event: %s", buf_text(&text));
		return EXIT_STATUS_FAILED;
	}
	if (event.news == UPLINK_NEWS_NONE)
		return EXIT_STATUS_OK;
	remember(path, &event, variables, n_variables);
	return tell(path, variables, n_variables);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/describe.h"
#include "api/method.h"
#include "base/buf.h"
#include "main/ask.h"
#include "main/command.h"
#include "shape/shape.h"

static int run_call(const struct command_context *context, int argc, char **argv);

extern const struct command command_call;
const struct command command_call = {
	.name = "call",
	.args = "[METHOD [NAME=VALUE...]]",
	.doc = "Calls a method of the daemon, and prints its answer as JSON",
	.help = "Without a method it lists all of them; `weft call METHOD --about` tells of one.\n"
		"Of a list each item is said: `weft call settings_preview changes=name=library\n"
		"changes=country=ES`.  docs/api.md has the same.\n",
	.run = run_call,
};

static void print_all(struct buf *out)
{
	for (const struct method *const *table = method_tables; *table; table++) {
		for (const struct method *method = *table; method->name; method++)
			buf_printf(out, "  %-18s %s\n", method->name, method->doc);
	}
}

/* What is wrong with the value the daemon says. */
static void add_param(struct json_object *params, const struct field *field, const char *value)
{
	struct json_object *list = NULL;
	char *end;

	if (field->type == FIELD_TYPE_LIST) {
		if (!json_object_object_get_ex(params, field->name, &list)) {
			list = json_object_new_array();
			json_object_object_add(params, field->name, list);
		}
		json_object_array_add(list, json_object_new_string(value));
	} else if (field->type == FIELD_TYPE_UINT && *value && (strtoull(value, &end, 10), !*end)) {
		json_object_object_add(params, field->name,
		                       json_object_new_int64((int64_t)strtoull(value, NULL, 10)));
	} else if (field->type == FIELD_TYPE_BOOL &&
	           (!strcmp(value, "true") || !strcmp(value, "false"))) {
		json_object_object_add(params, field->name,
		                       json_object_new_boolean(!strcmp(value, "true")));
	} else {
		json_object_object_add(params, field->name, json_object_new_string(value));
	}
}

static int read_params(const struct method *method, int argc, char **argv,
                       struct json_object *params)
{
	for (int i = 2; i < argc; i++) {
		const char *value = strchr(argv[i], '=');
		const struct field *field;
		BUF_AUTO name = { 0 };

		if (!value)
			return command_usage(&command_call, "'%.40s' is no NAME=VALUE", argv[i]);
		buf_add_bytes(&name, argv[i], (size_t)(value - argv[i]));
		field = method->params ? shape_field(method->params, buf_text(&name)) : NULL;
		if (!field)
			return command_usage(&command_call, "%s takes no '%.40s'", method->name,
			                     buf_text(&name));
		add_param(params, field, value + 1);
	}
	return EXIT_STATUS_OK;
}

static int call(const struct command_context *context, const struct method *method, int argc,
                char **argv)
{
	struct json_object *params = json_object_new_object();
	int status = read_params(method, argc, argv, params);
	struct ask ask = { .method = method->name, .json = true };

	ask.params = json_object_to_json_string(params);
	if (status == EXIT_STATUS_OK)
		status = ask_daemon(context, &ask);
	json_object_put(params);
	return status;
}

static int run_call(const struct command_context *context, int argc, char **argv)
{
	bool about = command_take_flag(&argc, argv, "--about");
	const struct method *method = argc > 1 ? method_find(argv[1]) : NULL;
	BUF_AUTO out = { 0 };

	if (argc > 1 && !method) {
		const char *meant = method_suggest(argv[1]);

		return command_usage(&command_call,
		                     meant ? "there is no method '%.40s'; did you mean '%s'?"
		                           : "there is no method '%.40s'%s",
		                     argv[1], meant ? meant : "");
	}
	if (method && !about)
		return call(context, method, argc, argv);
	if (method)
		describe_method(method, &out);
	else
		print_all(&out);
	fputs(buf_text(&out), stdout);
	return EXIT_STATUS_OK;
}

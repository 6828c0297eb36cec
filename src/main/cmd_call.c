/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <stdio.h>
#include <string.h>

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
	.doc = "Anything that the daemon can be asked, for programs",
	.help = "Asks the running daemon and prints its answer as JSON; the methods are those\n"
		"that the page uses.  Of a list each item is given by a NAME=VALUE of its own.\n"
		"\n"
		"Without a method it lists them all with what they take:\n"
		"\n"
		"    weft call nodes\n"
		"    weft call state.rows table=leases\n"
		"    weft call set_reference table=wifi_links\n",
	.run = run_call,
};

static void print_method(const struct method *method)
{
	printf("%s\n    %s\n", method->name, method->doc);
	for (size_t i = 0; method->params && i < method->params->n_fields; i++) {
		const struct field *field = &method->params->fields[i];

		printf("    %s=%s\n", field->name, field->doc);
	}
}

static int print_methods(void)
{
	for (size_t i = 0; method_tables[i]; i++) {
		for (const struct method *method = method_tables[i]; method->name; method++)
			print_method(method);
	}
	return EXIT_STATUS_OK;
}

static const struct field *find_param(const struct method *method, const char *word, size_t length)
{
	for (size_t i = 0; method->params && i < method->params->n_fields; i++) {
		const struct field *field = &method->params->fields[i];

		if (strlen(field->name) == length && !strncmp(field->name, word, length))
			return field;
	}
	return NULL;
}

/* Whether it is right the daemon says; here it only has to become JSON. */
static void print_value(const struct field *field, const char *value, struct buf *out)
{
	bool plain = field->type == FIELD_TYPE_BOOL
	                     ? !strcmp(value, "true") || !strcmp(value, "false")
	                     : field->type == FIELD_TYPE_UINT && *value &&
	                               strspn(value, "0123456789") == strlen(value);

	if (plain)
		buf_add(out, value);
	else
		buf_add_json(out, value);
}

static bool names(const char *word, const struct field *field)
{
	size_t length = strlen(field->name);

	return !strncmp(word, field->name, length) && word[length] == '=';
}

/* All words of the field's name: of a list each is an item, of others the last one counts. */
static void print_param(const struct field *field, int argc, char **argv, struct buf *out)
{
	const char *last = NULL, *comma = "";
	size_t behind = strlen(field->name) + 1;

	buf_printf(out, "\"%s\":%s", field->name, field->type == FIELD_TYPE_LIST ? "[" : "");
	for (int i = 0; i < argc; i++) {
		if (!names(argv[i], field))
			continue;
		last = argv[i] + behind;
		if (field->type != FIELD_TYPE_LIST)
			continue;
		buf_add(out, comma);
		buf_add_json(out, last);
		comma = ",";
	}
	if (field->type == FIELD_TYPE_LIST)
		buf_add_char(out, ']');
	else
		print_value(field, last, out);
}

static bool is_named(const struct field *field, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (names(argv[i], field))
			return true;
	}
	return false;
}

static void print_params(const struct method *method, int argc, char **argv, struct buf *out)
{
	const char *comma = "";

	buf_add_char(out, '{');
	for (size_t i = 0; method->params && i < method->params->n_fields; i++) {
		const struct field *field = &method->params->fields[i];

		if (!is_named(field, argc, argv))
			continue;
		buf_add(out, comma);
		print_param(field, argc, argv, out);
		comma = ",";
	}
	buf_add_char(out, '}');
}

static int run_call(const struct command_context *context, int argc, char **argv)
{
	struct ask ask = { .json = true };
	const struct method *method;
	BUF_AUTO params = { 0 };

	if (argc < 2)
		return print_methods();
	method = method_find(argv[1]);
	if (!method) {
		const char *meant = method_suggest(argv[1]);

		return command_usage(&command_call, "there is no method '%s'%s%s%s", argv[1],
		                     meant ? "; did you mean '" : "", meant ? meant : "",
		                     meant ? "'?" : "");
	}
	for (int i = 2; i < argc; i++) {
		size_t length = strcspn(argv[i], "=");

		if (!argv[i][length] || !find_param(method, argv[i], length))
			return command_usage(&command_call, "%s takes no '%.*s'", method->name,
			                     (int)length, argv[i]);
	}
	print_params(method, argc - 2, argv + 2, &params);
	ask.method = method->name;
	ask.params = params.text;
	return ask_daemon(context, &ask);
}

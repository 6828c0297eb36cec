/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "api/describe.h"

#include <string.h>

#include "api/method.h"
#include "base/buf.h"
#include "shape/shape.h"

static const char *const access_words[] = {
	[METHOD_READ] = "anybody",
	[METHOD_OWN] = "anybody, for their own device; for others a password is needed",
	[METHOD_FIRST] = "who is at the node itself while it has no password; else who knows it",
	[METHOD_CHANGE] = "who knows the node's or the community's password",
	[METHOD_COMMUNITY] = "who knows the community's password",
	[METHOD_LOCAL] = "who is on the machine",
};

static void each_method(void (*print)(const struct method *method, struct buf *out),
                        struct buf *out)
{
	for (const struct method *const *table = method_tables; *table; table++) {
		for (const struct method *method = *table; method->name; method++)
			print(method, out);
	}
}

/* --- a type in the words of TypeScript --- */

static void print_words(const char *const *words, struct buf *out)
{
	for (const char *const *word = words; *word; word++)
		buf_printf(out, "%s\"%s\"", word == words ? "" : " | ", *word);
}

void describe_field(const struct field *field, struct buf *out)
{
	static const char *const words[] = {
		[FIELD_TYPE_BOOL] = "boolean",  [FIELD_TYPE_UINT] = "number",
		[FIELD_TYPE_ENUM] = NULL,       [FIELD_TYPE_STRING] = "string",
		[FIELD_TYPE_MAC] = "string",    [FIELD_TYPE_IP] = "string",
		[FIELD_TYPE_PREFIX] = "string", [FIELD_TYPE_LIST] = "string[]",
	};

	if (field->type == FIELD_TYPE_ENUM)
		print_words(field->names, out);
	else
		buf_add(out, words[field->type]);
}

static void print_params(const struct method *method, struct buf *out)
{
	if (!method->params) {
		buf_add(out, "Record<string, never>");
		return;
	}
	buf_add_char(out, '{');
	for (size_t i = 0; i < method->params->n_fields; i++) {
		const struct field *field = &method->params->fields[i];

		buf_printf(out, "%s %s?: ", i ? ";" : "", field->name);
		describe_field(field, out);
	}
	buf_add(out, " }");
}

static const char *result_of(const struct method *method)
{
	return method->result ? method->result : "unknown";
}

/* --- TypeScript --- */

static void print_row(const struct method *method, struct buf *out)
{
	if (method->access == METHOD_LOCAL)
		return;
	buf_printf(out, "  /** %s. For %s. */\n  '%s': { params: ", method->doc,
	           access_words[method->access], method->name);
	print_params(method, out);
	buf_printf(out, "; result: %s }\n", result_of(method));
}

void describe_typescript(struct buf *out)
{
	buf_add(out, "// SPDX-License-Identifier: AGPL-3.0-or-later\n"
	             "// SPDX-FileCopyrightText: weft contributors\n"
	             "// Made of the table of methods (src/api) by `make api`: do not edit.\n");
	for (const struct type_name *type = api_types; type->name; type++)
		buf_printf(out, "export type %s = %s\n", type->name, type->text);
	buf_add(out, "\nexport interface Methods {\n");
	each_method(print_row, out);
	buf_add(out, "}\n");
}

/* --- for people --- */

static void print_param(const struct field *field, struct buf *out)
{
	buf_printf(out, "* `%s`: ", field->name);
	if (field->type == FIELD_TYPE_ENUM) {
		for (const char *const *word = field->names; *word; word++)
			buf_printf(out, "%s`%s`", word == field->names ? "" : ", ", *word);
	} else {
		describe_field(field, out);
	}
	if (field->type == FIELD_TYPE_UINT && field->max)
		buf_printf(out, ", %u to %u, by itself %u", field->min, field->max, field->def);
	buf_printf(out, ". %s\n", field->doc);
}

static void print_section(const struct method *method, struct buf *out)
{
	buf_printf(out, "\n## `%s`\n\n%s. For %s.\n\n", method->name, method->doc,
	           access_words[method->access]);
	for (size_t i = 0; method->params && i < method->params->n_fields; i++)
		print_param(&method->params->fields[i], out);
	if (method->params)
		buf_add_char(out, '\n');
	if (method->result)
		buf_printf(out, "Result: `%s`\n", method->result);
	else
		buf_add(out, "Result: see the documentation of what it is about.\n");
}

void describe_method(const struct method *method, struct buf *out)
{
	print_section(method, out);
}

void describe_markdown(struct buf *out)
{
	buf_add(out,
	        "<!-- SPDX-License-Identifier: AGPL-3.0-or-later -->\n"
	        "<!-- SPDX-FileCopyrightText: weft contributors -->\n"
	        "<!-- Made of the table of methods (src/api) by `make api`: do not edit. -->\n\n"
	        "# All methods\n\n"
	        "The same over HTTP (docs/wire/http.md), on the control socket "
	        "(docs/wire/control.md) and as `weft call METHOD NAME=VALUE...`. Parameters are "
	        "checked; one that is not known is refused. Of results later versions add "
	        "members, and never change what one means.\n");
	each_method(print_section, out);
	buf_add(out, "\n# Types\n\n");
	for (const struct type_name *type = api_types; type->name; type++)
		buf_printf(out, "`%s` = `%s`\n\n", type->name, type->text);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/json.h"

#include <inttypes.h>

#include "base/buf.h"

static void begin(struct json *json, const char *name)
{
	if (json->comma)
		buf_add_char(json->out, ',');
	json->comma = true;
	if (!name)
		return;
	buf_add_json(json->out, name);
	buf_add_char(json->out, ':');
}

void json_open(struct json *json, const char *name, char bracket)
{
	begin(json, name);
	buf_add_char(json->out, bracket);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	buf_add_char(json->out, bracket);
	json->comma = true;
}

void json_text(struct json *json, const char *name, const char *text)
{
	if (name && !text)
		return;
	begin(json, name);
	if (text)
		buf_add_json(json->out, text);
	else
		buf_add(json->out, "null");
}

void json_number(struct json *json, const char *name, int64_t number)
{
	begin(json, name);
	buf_printf(json->out, "%" PRId64, number);
}

void json_bool(struct json *json, const char *name, bool value)
{
	begin(json, name);
	buf_add(json->out, value ? "true" : "false");
}

void json_raw(struct json *json, const char *name, const char *text)
{
	if (!*text)
		return;
	begin(json, name);
	buf_add(json->out, text);
}

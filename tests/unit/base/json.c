/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/json.h"

#include "../test.h"
#include "base/buf.h"

static void commas_stand_where_they_belong(void **state)
{
	BUF_AUTO out = { 0 };
	struct json json = { .out = &out };

	(void)state;
	json_open(&json, NULL, '{');
	json_text(&json, "name", "a\"b");
	json_text(&json, "nothing", NULL);
	json_open(&json, "list", '[');
	json_close(&json, ']');
	json_open(&json, "more", '[');
	json_number(&json, NULL, -5);
	json_bool(&json, NULL, true);
	json_text(&json, NULL, NULL);
	json_open(&json, NULL, '{');
	json_raw(&json, NULL, "\"x\":1");
	json_raw(&json, NULL, "");
	json_raw(&json, "y", "[2]");
	json_close(&json, '}');
	json_close(&json, ']');
	json_bool(&json, "last", false);
	json_close(&json, '}');
	assert_string_equal(buf_text(&out),
	                    "{\"name\":\"a\\\"b\",\"list\":[],\"more\":[-5,true,null,"
	                    "{\"x\":1,\"y\":[2]}],\"last\":false}");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(commas_stand_where_they_belong) };

	return RUN(tests);
}

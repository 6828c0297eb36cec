/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "cli/show.h"

#include <json-c/json.h>

#include "../test.h"
#include "base/buf.h"

static void check(void (*show)(struct json_object *, struct buf *), const char *json,
                  const char *wanted)
{
	struct json_object *object = json_tokener_parse(json);
	BUF_AUTO out = { 0 };

	show(object, &out);
	assert_string_equal(buf_text(&out), wanted);
	json_object_put(object);
}

static void steps_and_their_absence_are_told(void **state)
{
	(void)state;
	check(show_steps, "{\"steps\":[],\"warnings\":[]}", "nothing to do\n");
	check(show_steps, "{\"steps\":[\"make a\",\"make b\"],\"warnings\":[\"hm\"]}",
	      "make a\nmake b\nhm\n");
}

static void events_read_as_sentences(void **state)
{
	(void)state;
	check(show_event, "{\"client\":\"here\",\"mac\":\"m\",\"port\":\"lan0\"}",
	      "client m is here, on lan0\n");
	check(show_event, "{\"client\":\"elsewhere\",\"mac\":\"m\",\"port\":\"bat0\"}",
	      "m is elsewhere in the cloud\n");
	check(show_event, "{\"client\":\"gone\",\"mac\":\"m\",\"port\":\"lan0\"}",
	      "client m is gone from lan0\n");
	check(show_event, "{ \"new\": 1 }", "{ \"new\": 1 }\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_and_their_absence_are_told),
		cmocka_unit_test(events_read_as_sentences),
	};

	return RUN(tests);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "base/diag.h"

#include "base/buf.h"

#include "../test.h"

static void every_message_names_its_place(void **state)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct origin origin = { "lime-node", 7, 2, "wifi.channel", "300" };
	BUF_AUTO out = { 0 };

	(void)state;
	diag_add(diag, DIAG_WARNING, NULL, "odd");
	assert_false(diag_has_errors(diag));
	diag_add(diag, DIAG_ERROR, &origin, "'%s' is no channel", "300");
	assert_true(diag_has_errors(diag));
	diag_print(diag, &out);
	assert_string_equal(out.text, "warning: odd\n"
	                              "lime-node:7:2: error: wifi.channel: '300' is no channel\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_message_names_its_place) };

	return RUN(tests);
}

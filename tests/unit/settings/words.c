/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/words.h"

#include "base/json.h"
#include "box.h"

/* What is told of a change of the box. */
static void tell(const char *change, struct buf *out)
{
	BOX_AUTO box;
	AUTO(diag_free) struct diag *nowhere = diag_new();
	AUTO(node_free) struct node *then = NULL;
	struct json json = { .out = out };
	struct changes changes;

	box_init(&box, OWN);
	assert_int_equal(box_read(&box, &changes, change, NULL), 0);
	edits_do(changes.edits, changes.n_edits, "lime-node", box.own);
	then = box_node(box.community, box.own, nowhere);
	assert_non_null(then->plan);
	json_open(&json, NULL, '{');
	words_print(box.node, then, &json);
	json_close(&json, '}');
}

static void assert_tells(const char *change, const char *text)
{
	BUF_AUTO said = { 0 };

	tell(change, &said);
	if (!strstr(said.text, text))
		fail_msg("'%s' is not in: %s", text, said.text);
}

static void assert_cuts(const char *change, bool cuts)
{
	assert_tells(change, cuts ? "\"cuts_off\":true" : "\"cuts_off\":false");
}

static void another_name_disturbs_nobody(void **state)
{
	BUF_AUTO said = { 0 };

	(void)state;
	assert_tells("name=escuela", "\"text\":\"The node is called escuela instead of casa.\"");
	tell("language=es", &said);
	assert_string_equal(said.text, "{\"effects\":[{\"kind\":\"nothing\",\"text\":\"The network "
	                               "stays as it is.\"}],\"interruptions\":[],"
	                               "\"cuts_off\":false}");
}

static void another_password_cuts_off_who_is_on_the_wifi(void **state)
{
	(void)state;
	assert_tells("wifi_password=another-secret", "has another password.");
	assert_tells("wifi_password=another-secret",
	             "Who is on the Wi-Fi of radio0 is without it for about 10 s.");
	assert_cuts("wifi_password=another-secret", true);
	assert_tells("network_password=first-secret", "needs a password from now on.");
}

static void another_channel_brings_phones_back_by_themselves(void **state)
{
	(void)state;
	assert_tells("channel_5ghz=36", "radio0: channel is 36 instead of 48.");
	assert_cuts("channel_5ghz=36", false);
}

static void another_network_has_other_addresses(void **state)
{
	(void)state;
	assert_tells("network_name=sur.example",
	             "The node belongs to the network sur.example instead of norte.example");
	assert_tells("network_name=sur.example", "\"kind\":\"address4\"");
	assert_tells("network_name=sur.example", "need about 60 s to get new addresses");
	assert_cuts("network_name=sur.example", true);
}

static void a_port_that_becomes_an_uplink_leaves_the_neighbourhood(void **state)
{
	(void)state;
	assert_tells("port.eth0=wan", "eth0 becomes a way to the Internet.");
	assert_tells("port.eth0=wan",
	             "Devices on eth0 are not in the neighbourhood's network any more.");
	assert_cuts("port.eth0=wan", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_name_disturbs_nobody),
		cmocka_unit_test(another_password_cuts_off_who_is_on_the_wifi),
		cmocka_unit_test(another_channel_brings_phones_back_by_themselves),
		cmocka_unit_test(another_network_has_other_addresses),
		cmocka_unit_test(a_port_that_becomes_an_uplink_leaves_the_neighbourhood),
	};

	return RUN(tests);
}

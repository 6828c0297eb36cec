/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "fixture.h"

static bool knows(const char *type, const char *name, const char *option)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	size_t n_schemas;
	const struct config_schema *schemas = node_schemas(arena, &n_schemas);
	const struct config_schema *schema = config_schema_of(schemas, n_schemas, type, name);

	assert_non_null(schema);
	return config_schema_field(schema, option);
}

static void options_of_protocols_and_modes_are_where_people_write_them(void **state)
{
	(void)state;
	assert_true(knows("lime", "network", "main_ipv4_address"));
	assert_true(knows("lime", "network", "batadv_orig_interval"));
	assert_true(knows("lime", "network", "anygw_dhcp_start"));
	assert_true(knows("net", "any", "linux_name"));
	assert_true(knows("net", "any", "static_gateway_ipv4"));
	assert_true(knows("lime", "wifi", "ap_ssid"));
	assert_true(knows("lime-wifi-band", "5ghz", "ieee80211s_mesh_id"));
	assert_true(knows("wifi", "radio7", "apbb_key"));
	assert_false(knows("lime", "network", "static_ipv4"));
	assert_false(knows("lime", "system", "ap_ssid"));
	assert_false(knows("net", "any", "batadv_orig_interval"));
}

/* Whatever a protocol or mode declares must not hide what the section itself has. */
static void no_option_has_two_meanings(void **state)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	size_t n_schemas;
	const struct config_schema *schemas = node_schemas(arena, &n_schemas);

	(void)state;
	for (size_t i = 0; i < n_schemas; i++) {
		for (size_t j = 0; j < schemas[i].n_parts; j++) {
			const struct config_schema_part *part = &schemas[i].parts[j];

			for (size_t k = 0; k < part->shape->n_fields; k++) {
				const char *option = arena_printf(arena, "%s%s", part->prefix,
				                                  part->shape->fields[k].name);

				assert_ptr_equal(config_schema_field(&schemas[i], option),
				                 &part->shape->fields[k]);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_of_protocols_and_modes_are_where_people_write_them),
		cmocka_unit_test(no_option_has_two_meanings),
	};

	return RUN(tests);
}

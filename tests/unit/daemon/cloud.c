/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/cloud.h"

#include "../test.h"

/* Devices of one node differ in the first three bytes, and nodes in the last three. */
static const struct mac first = { { 2, 0x92, 0x32, 0, 2, 1 } }, second = { { 2, 7, 0, 0, 2, 1 } },
			other = { { 2, 7, 0, 0, 3, 1 } };

static void a_node_is_found_by_any_of_its_devices(void **state)
{
	struct cloud_node nodes[] = { { .mac = first } };
	const struct cloud cloud = { .nodes = nodes, .n_nodes = 1 };

	(void)state;
	assert_ptr_equal(cloud_find(&cloud, &first), &nodes[0]);
	assert_ptr_equal(cloud_find(&cloud, &second), &nodes[0]);
	assert_null(cloud_find(&cloud, &other));
}

static void a_way_over_any_of_its_devices_is_direct(void **state)
{
	struct cloud_node node = { .mac = first, .via = first };

	(void)state;
	assert_true(cloud_node_is_direct(&node));
	node.via = second;
	assert_true(cloud_node_is_direct(&node));
	node.via = other;
	assert_false(cloud_node_is_direct(&node));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_is_found_by_any_of_its_devices),
		cmocka_unit_test(a_way_over_any_of_its_devices_is_direct),
	};

	return RUN(tests);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/residents.h"

#include "../test.h"

static struct residents residents;

static struct mac client(unsigned number)
{
	return (struct mac){ { 2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number } };
}

static int empty(void **state)
{
	(void)state;
	memset(&residents, 0, sizeof(residents));
	return 0;
}

static void who_stays_keeps_the_time_of_arrival(void **state)
{
	struct mac mac = client(1);

	(void)state;
	residents_see(&residents, &mac, 3, 1000);
	residents_see(&residents, &mac, 3, 2000);
	assert_int_equal(residents_since(&residents, &mac, 3), 1000);
	assert_int_equal(residents_since(&residents, &mac, 4), -1);
}

static void who_moves_or_leaves_begins_anew(void **state)
{
	struct mac mac = client(1);

	(void)state;
	residents_see(&residents, &mac, 3, 1000);
	residents_see(&residents, &mac, 4, 2000);
	assert_int_equal(residents_since(&residents, &mac, 4), 2000);
	residents_see(&residents, &mac, 0, 3000);
	assert_int_equal(residents_since(&residents, &mac, 4), -1);
	residents_see(&residents, &mac, 4, 4000);
	assert_int_equal(residents_since(&residents, &mac, 4), 4000);
}

static void the_oldest_makes_room(void **state)
{
	struct mac first = client(0), last = client(RESIDENTS_MAX);

	(void)state;
	for (unsigned i = 0; i <= RESIDENTS_MAX; i++) {
		struct mac mac = client(i);

		residents_see(&residents, &mac, 3, i + 1);
	}
	assert_int_equal(residents_since(&residents, &first, 3), -1);
	assert_int_equal(residents_since(&residents, &last, 3), RESIDENTS_MAX + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(who_stays_keeps_the_time_of_arrival, empty),
		cmocka_unit_test_setup(who_moves_or_leaves_begins_anew, empty),
		cmocka_unit_test_setup(the_oldest_makes_room, empty),
	};

	return RUN(tests);
}

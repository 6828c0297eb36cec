/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "gateway/hops.h"

#include "../test.h"

#define STEP_US  1500000
#define DELAY_US 4000

static struct ip address(uint8_t last)
{
	struct ip ip = { .family = IP_V4, .byte = { 10, 0, 0, last } };

	return ip;
}

/* A way of `length` routers; the one at `silent` never answers, one of three at `lossy` is lost. */
static void play(struct hops *hops, unsigned rounds, unsigned length, unsigned silent,
                 unsigned lossy)
{
	int64_t now = 1000000;

	for (unsigned round = 0; round < rounds; round++, now += STEP_US) {
		unsigned n = hops_wanted(hops);

		hops_round(hops);
		for (unsigned i = 0; i < n; i++) {
			unsigned at = i < length ? i : length - 1;
			struct ip from = address((uint8_t)(at + 1));

			hops_asked(hops, i, (uint16_t)(round * 16 + i + 1), now);
			if (at == silent || (at == lossy && round % 3 == 1))
				continue;
			hops_answered(hops, i, (uint16_t)(round * 16 + i + 1), &from,
			              at == length - 1, now + DELAY_US * (at + 1));
		}
	}
}

static void all_answer(void **state)
{
	struct hops hops = { 0 };

	(void)state;
	assert_int_equal(hops_wanted(&hops), 8);
	play(&hops, 6, 3, 99, 99);
	assert_int_equal(hops_wanted(&hops), 3);
	for (unsigned i = 0; i < 3; i++) {
		struct ip want = address((uint8_t)(i + 1));

		assert_true(ip_equal(&hops.hop[i].address, &want));
		assert_int_equal(hops.hop[i].delay_us, DELAY_US * (i + 1));
		assert_int_equal(hops_loss_percent(&hops.hop[i]), 0);
	}
	assert_true(hops.hop[2].arrived);
}

static void loss(void **state)
{
	struct hops hops = { 0 };

	(void)state;
	play(&hops, 12, 3, 99, 1);
	assert_in_range(hops_loss_percent(&hops.hop[1]), 25, 40);
	assert_int_equal(hops_loss_percent(&hops.hop[0]), 0);
}

static void one_that_never_answers_has_no_loss(void **state)
{
	struct hops hops = { 0 };

	(void)state;
	play(&hops, 12, 4, 1, 99);
	assert_int_equal(hops.hop[1].silent, 11);
	assert_int_equal(hops.hop[0].silent, 0);
	assert_int_equal(hops_loss_percent(&hops.hop[1]), -1);
	assert_int_equal(hops.hop[1].address.family, IP_NONE);
	assert_true(hops.hop[3].arrived);
}

/* Nobody at the end: a few more are asked than answer, and no more. */
static void a_way_without_an_end(void **state)
{
	struct hops hops = { 0 };
	struct ip from = address(1);

	(void)state;
	hops_round(&hops);
	assert_int_equal(hops_wanted(&hops), 3);
	hops_asked(&hops, 0, 7, 1000);
	hops_answered(&hops, 0, 7, &from, false, 2000);
	assert_int_equal(hops_wanted(&hops), 4);
}

static void answers_to_nothing(void **state)
{
	struct hops hops = { 0 };
	struct ip from = address(9);

	(void)state;
	hops_answered(&hops, 0, 7, &from, true, 2000);
	hops_round(&hops);
	hops_asked(&hops, 0, 7, 1000);
	hops_answered(&hops, 0, 8, &from, true, 2000);
	assert_int_equal(hops.hop[0].answered, 0);
	hops_answered(&hops, 0, 0, &from, false, 2000);
	hops_answered(&hops, 0, 7, &from, true, 3000);
	assert_int_equal(hops.hop[0].answered, 1);
	assert_false(hops.hop[0].arrived);
}

static void another_way(void **state)
{
	struct hops hops = { 0 };
	struct ip other = address(99);

	(void)state;
	play(&hops, 5, 4, 99, 99);
	hops_round(&hops);
	hops_asked(&hops, 1, 500, 90000000);
	hops_answered(&hops, 1, 500, &other, false, 90001000);
	assert_int_equal(hops.hop[0].answered, 5);
	assert_int_equal(hops.hop[1].answered, 1);
	assert_int_equal(hops.hop[1].sent, 1);
	assert_int_equal(hops.hop[3].answered, 0);
	assert_false(hops.hop[3].arrived);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_answer),
		cmocka_unit_test(loss),
		cmocka_unit_test(one_that_never_answers_has_no_loss),
		cmocka_unit_test(a_way_without_an_end),
		cmocka_unit_test(answers_to_nothing),
		cmocka_unit_test(another_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "gateway/health.h"

#include "../test.h"
#include "base/compiler.h"

/* What an uplink does from a moment on, until the next line. */
struct phase {
	int64_t from_ms;
	bool no_link;
	unsigned loss;          /* percent of questions that get no answer */
	uint32_t delay_ms;      /* of answers */
	uint32_t jitter_ms;     /* at most so much more */
	unsigned spike_percent; /* of answers that take ten times the jitter more */
	bool no_dns, forged_dns;
	bool only_dns;    /* whoever is asked for anything else says nothing */
	bool trapped;     /* connections to nobody are taken */
	bool dead_target; /* the first one */
};

/* What the verdict became, and when. */
struct change {
	int64_t ms;
	enum health_class class;
	enum health_reason reason;
};

#define CHANGES_MAX 64
#define FLYING_MAX  64

struct flying {
	uint32_t id;
	int64_t at_ms;
	enum health_answer answer;
};

struct world {
	struct health health;
	const struct phase *phases;
	size_t n_phases;
	struct flying flying[FLYING_MAX];
	struct change changes[CHANGES_MAX];
	size_t n_changes;
	unsigned questions, traps;
	uint32_t random;
	int64_t now_ms;
};

static const char *const target_texts[] = { "icmp:9.9.9.9",     "icmp:1.1.1.1", "tcp:8.8.8.8:443",
	                                    "dns:9.9.9.9",      "dns:8.8.8.8",  "icmp:2620:fe::fe",
	                                    "trap:192.0.2.1:80" };

static const struct phase *phase_at(const struct world *world)
{
	const struct phase *phase = world->phases;

	for (size_t i = 1; i < world->n_phases; i++) {
		if (world->phases[i].from_ms <= world->now_ms)
			phase = &world->phases[i];
	}
	return phase;
}

/* The same numbers on every machine (Numerical Recipes' constants). */
static unsigned percent(struct world *world)
{
	world->random = world->random * 1664525 + 1013904223;
	return (world->random >> 16) % 100;
}

static void fly(struct world *world, uint32_t id, int64_t at_ms, enum health_answer answer)
{
	for (size_t i = 0; i < FLYING_MAX; i++) {
		if (world->flying[i].id)
			continue;
		world->flying[i] = (struct flying){ id, at_ms, answer };
		return;
	}
	fail_msg("too many questions on their way");
}

static uint32_t delay(struct world *world, const struct phase *phase)
{
	uint32_t more = phase->jitter_ms * percent(world) / 100;

	if (phase->spike_percent && percent(world) < phase->spike_percent)
		more = 10 * phase->jitter_ms;
	return phase->delay_ms + more;
}

static void ask(struct world *world, const struct phase *phase, const struct health_question *q)
{
	bool dns = q->target->kind == PROBE_DNS;
	bool first = q->target == &world->health.targets[0].target;

	world->questions++;
	if (q->target->kind == PROBE_TRAP) {
		world->traps++;
		if (phase->trapped)
			fly(world, q->id, world->now_ms + 5, HEALTH_FORGED);
		return;
	}
	if (phase->only_dns && !dns)
		return;
	if (phase->forged_dns && dns)
		fly(world, q->id, world->now_ms + 5, HEALTH_FORGED);
	else if (percent(world) >= phase->loss && !(phase->no_dns && dns) &&
	         !(phase->dead_target && first))
		fly(world, q->id, world->now_ms + delay(world, phase), HEALTH_ANSWERED);
}

static void note(struct world *world)
{
	enum health_class class = health_class(&world->health);
	const struct change *last = &world->changes[world->n_changes ? world->n_changes - 1 : 0];

	if (world->n_changes && last->class == class)
		return;
	assert_true(world->n_changes < CHANGES_MAX);
	world->changes[world->n_changes++] = (struct change){ world->now_ms, class,
		                                              health_reason(&world->health) };
}

static void deliver(struct world *world)
{
	for (size_t i = 0; i < FLYING_MAX; i++) {
		struct flying *flying = &world->flying[i];

		if (!flying->id || flying->at_ms > world->now_ms)
			continue;
		health_answer(&world->health, flying->id, flying->answer, world->now_ms);
		flying->id = 0;
	}
}

static void begin(struct world *world, const struct phase *phases, size_t n_phases,
                  enum health_class was)
{
	struct probe_target targets[ARRAY_LENGTH(target_texts)];

	*world = (struct world){ .phases = phases, .n_phases = n_phases, .random = 1 };
	for (size_t i = 0; i < ARRAY_LENGTH(target_texts); i++)
		assert_true(probe_parse(target_texts[i], &targets[i]));
	health_init(&world->health, IP_V4, targets, ARRAY_LENGTH(targets), was, 0);
	assert_int_equal(world->health.n_targets, 6);
}

static void run(struct world *world, int64_t until_ms)
{
	struct health_question question;

	for (; world->now_ms < until_ms; world->now_ms += 10) {
		const struct phase *phase = phase_at(world);

		health_link(&world->health, !phase->no_link, world->now_ms);
		deliver(world);
		while (health_ask(&world->health, world->now_ms, &question))
			ask(world, phase, &question);
		note(world);
	}
}

#define PLAY(world_, phases_, was_, until_)                          \
	do {                                                         \
		begin(world_, phases_, ARRAY_LENGTH(phases_), was_); \
		run(world_, until_);                                 \
	} while (0)

static const struct change *last(const struct world *world)
{
	assert_true(world->n_changes > 0);
	return &world->changes[world->n_changes - 1];
}

/* Times of day at which it dies, to meet every moment between two questions. */
#define EVERY_PHASE(ms_) for (int64_t ms_ = 60000; ms_ < 61500; ms_ += 70)

static void a_good_uplink_is_taken_at_once_and_asked_politely(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 30 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 1000);
	assert_int_equal(health_class(&world.health), HEALTH_GOOD);
	world.questions = 0;
	run(&world, 601000);
	assert_int_equal(world.n_changes, 2);
	assert_in_range(world.questions, 390, 410);
	assert_in_range(health_delay_us(&world.health), 28000, 40000);
	assert_int_equal(health_loss_percent(&world.health), 0);
}

static void silence_is_noticed_within_five_seconds(void **state)
{
	static const uint32_t delays[] = { 3, 40, 200, 700 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(delays); i++) {
		EVERY_PHASE(death)
		{
			const struct phase phases[] = { { 0, .delay_ms = delays[i] },
				                        { death, .loss = 100 } };
			struct world world;

			PLAY(&world, phases, HEALTH_UNKNOWN, death + 10000);
			assert_int_equal(last(&world)->class, HEALTH_SICK);
			assert_int_equal(last(&world)->reason, HEALTH_NO_ANSWER);
			assert_in_range(last(&world)->ms - death, 2000, 4900);
		}
	}
}

static void a_cable_that_is_pulled_is_noticed_at_once(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 10 },
		                               { 20000, .no_link = true },
		                               { 40000, .delay_ms = 10 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 30000);
	assert_int_equal(last(&world)->class, HEALTH_SICK);
	assert_int_equal(last(&world)->reason, HEALTH_LINK_DOWN);
	assert_int_equal(last(&world)->ms, 20000);
	assert_true(health_next_ms(&world.health) == INT64_MAX);
	run(&world, 60000);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
	assert_in_range(last(&world)->ms, 40000 + HEALTH_HOLD_MS, 40000 + HEALTH_HOLD_MS + 2000);
}

static void what_is_mended_is_good_again(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 10 },
		                               { 60000, .loss = 100 },
		                               { 90000, .delay_ms = 10 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 120000);
	assert_int_equal(world.n_changes, 4);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
	assert_in_range(last(&world)->ms - 90000, HEALTH_HOLD_MS, HEALTH_HOLD_MS + 3000);
}

static void a_short_gap_is_no_death(void **state)
{
	(void)state;
	EVERY_PHASE(gap)
	{
		const struct phase phases[] = { { 0, .delay_ms = 20 },
			                        { gap, .loss = 100 },
			                        { gap + 1500, .delay_ms = 20 } };
		struct world world;

		PLAY(&world, phases, HEALTH_UNKNOWN, 120000);
		assert_int_equal(world.n_changes, 2);
	}
}

static void loss_makes_it_poor_and_not_dead(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 20 },
		                               { 60000, .delay_ms = 20, .loss = 40 },
		                               { 660000, .delay_ms = 20 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 660000);
	assert_int_equal(last(&world)->class, HEALTH_POOR);
	for (size_t i = 1; i < world.n_changes; i++) {
		assert_int_not_equal(world.changes[i].class, HEALTH_SICK);
		assert_true(i < 2 || world.changes[i].ms - 60000 < 30000);
	}
	run(&world, 960000);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

static void one_percent_of_loss_is_nothing(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 20, .loss = 1 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 3 * 3600000);
	assert_in_range(world.n_changes, 2, 6);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

static void a_slow_way_is_fair(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 620 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 300000);
	assert_int_equal(last(&world)->class, HEALTH_FAIR);
	assert_int_equal(health_reason(&world.health), HEALTH_DELAY);
}

/* 700 ms to a satellite and back, and a cloud now and then. */
static void a_satellite_is_fair_for_hours(void **state)
{
	static const struct phase phases[] = {
		{ 0, .delay_ms = 700, .jitter_ms = 60, .loss = 1 },
		{ 3600000, .delay_ms = 720, .jitter_ms = 60, .loss = 4 },
		{ 3900000, .delay_ms = 700, .jitter_ms = 60, .loss = 1 },
		{ 7200000, .loss = 100 },
	};
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 7200000);
	print_message("two hours by satellite: %zu verdicts\n", world.n_changes);
	assert_in_range(world.n_changes, 2, 3);
	assert_int_equal(last(&world)->class, HEALTH_FAIR);
	assert_int_equal(health_reason(&world.health), HEALTH_DELAY);
	run(&world, 7210000);
	assert_int_equal(last(&world)->class, HEALTH_SICK);
	assert_in_range(last(&world)->ms - 7200000, 2000, 4900);
}

/* A telephone mast: 40 to 120 ms, one answer in twenty after a second, 2 s of nothing when the
 * modem goes to another mast, and the evening in which everybody is at home. */
static void a_modem_with_jitter_is_good(void **state)
{
	static const struct phase phases[] = {
		{ 0, .delay_ms = 40, .jitter_ms = 80, .spike_percent = 5, .loss = 1 },
		{ 900000, .loss = 100 },
		{ 902000, .delay_ms = 40, .jitter_ms = 80, .spike_percent = 5, .loss = 1 },
		{ 1800000, .loss = 100 },
		{ 1802000, .delay_ms = 90, .jitter_ms = 120, .spike_percent = 8, .loss = 2 },
		{ 3600000, .delay_ms = 40, .jitter_ms = 80, .spike_percent = 5, .loss = 1 },
	};
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 4500000);
	print_message("75 minutes by a modem: %zu verdicts\n", world.n_changes);
	for (size_t i = 1; i < world.n_changes; i++)
		assert_true(world.changes[i].class >= HEALTH_FAIR);
	assert_true(world.n_changes <= 8);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

static void nothing_is_said_of_losses_before_enough_is_known(void **state)
{
	struct phase phases[] = { { 0, .delay_ms = 20 },
		                  { 0, .loss = 100 },
		                  { 0, .delay_ms = 20 },
		                  { 90000, .delay_ms = 20, .loss = 40 } };
	struct world world;

	(void)state;
	for (int64_t death = 3000; death < 5000; death += 100) {
		phases[1].from_ms = death;
		phases[2].from_ms = death + 200;
		begin(&world, phases, ARRAY_LENGTH(phases), HEALTH_UNKNOWN);
		for (int64_t ms = 1000; ms < 90000; ms += 1000) {
			run(&world, ms);
			assert_int_equal(health_loss_percent(&world.health), 0);
		}
		run(&world, 120000);
		assert_in_range(health_loss_percent(&world.health), 20, 60);
	}
}

static void without_names_it_is_poor(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 20 },
		                               { 60000, .delay_ms = 20, .no_dns = true },
		                               { 120000, .delay_ms = 20 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 119000);
	assert_int_equal(last(&world)->class, HEALTH_POOR);
	assert_int_equal(health_reason(&world.health), HEALTH_NO_NAMES);
	assert_true(last(&world)->ms - 60000 < 20000);
	run(&world, 240000);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

static void who_answers_in_anothers_place_is_a_portal(void **state)
{
	static const struct phase phases[] = { { 0, .loss = 100, .forged_dns = true } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 20000);
	assert_int_equal(last(&world)->class, HEALTH_SICK);
	assert_int_equal(health_reason(&world.health), HEALTH_PORTAL);
}

/* It tells true names, and takes every connection; then somebody logs in. */
static void a_portal_with_true_names_is_one_too(void **state)
{
	static const struct phase phases[] = {
		{ 0, .delay_ms = 20, .only_dns = true, .trapped = true },
		{ 60000, .delay_ms = 20 },
	};
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 60000);
	assert_int_equal(world.n_changes, 2);
	assert_int_equal(last(&world)->class, HEALTH_POOR);
	assert_int_equal(health_reason(&world.health), HEALTH_PORTAL);
	run(&world, 130000);
	assert_int_equal(world.n_changes, 3);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

/* The box on the wall remembers names, and there is no line behind it. */
static void who_only_answers_for_names_is_no_internet(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 20 },
		                               { 60000, .delay_ms = 2, .only_dns = true },
		                               { 120000, .delay_ms = 20 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 120000);
	assert_int_equal(last(&world)->class, HEALTH_POOR);
	assert_true(last(&world)->ms - 60000 < 15000);
	assert_int_equal(health_reason(&world.health), HEALTH_ONLY_NAMES);
	run(&world, 190000);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

/* Also one that was dead is not taken for well because names come back first. */
static void names_alone_do_not_bring_it_back(void **state)
{
	static const struct phase phases[] = {
		{ 0, .delay_ms = 20 },
		{ 30000, .loss = 100 },
		{ 40000, .delay_ms = 2, .only_dns = true },
	};
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 120000);
	for (size_t i = 2; i < world.n_changes; i++)
		assert_true(world.changes[i].class <= HEALTH_POOR);
}

/* A proxy at the provider that takes all connections to port 80 does no harm. */
static void a_trap_alone_is_no_portal(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 20, .trapped = true } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 120000);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
	assert_int_equal(world.traps, 0);
}

/* An evening on a bad radio link: bursts, quiet, a minute without. */
static void an_evening_by_radio_flaps_little(void **state)
{
	static const struct phase phases[] = {
		{ 0, .delay_ms = 30 },
		{ 60000, .delay_ms = 80, .loss = 6 },
		{ 180000, .delay_ms = 200, .loss = 12 },
		{ 240000, .delay_ms = 60, .loss = 3 },
		{ 420000, .delay_ms = 300, .loss = 18 },
		{ 480000, .loss = 100 },
		{ 540000, .delay_ms = 60, .loss = 2 },
		{ 660000, .delay_ms = 30 },
	};
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 900000);
	print_message("an evening by radio: %zu verdicts\n", world.n_changes);
	assert_true(world.n_changes <= 12);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

/* A telephone line that is dialled anew every night: a few seconds with nothing. */
static void a_nightly_redial_is_one_death(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 15 },
		                               { 60000, .no_link = true },
		                               { 64000, .loss = 100 },
		                               { 66000, .delay_ms = 15 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 120000);
	assert_int_equal(world.n_changes, 4); /* unknown, good, sick, good */
	assert_true(last(&world)->ms < 66000 + 6000);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

/* Uploads that fill the line make it slow, not dead. */
static void a_full_line_is_slow_and_not_dead(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 20 },
		                               { 60000, .delay_ms = 900, .loss = 3 },
		                               { 120000, .delay_ms = 20 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 240000);
	for (size_t i = 1; i < world.n_changes; i++)
		assert_true(world.changes[i].class >= HEALTH_FAIR);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

/* Providers exist that answer every name. */
static void false_names_alone_are_no_portal(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 20, .forged_dns = true } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 120000);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
}

static void a_target_that_is_dead_says_nothing(void **state)
{
	static const struct phase phases[] = { { 0, .delay_ms = 20 },
		                               { 60000, .delay_ms = 20, .dead_target = true } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 60000);
	world.questions = 0;
	run(&world, 660000);
	assert_int_equal(world.n_changes, 2);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
	assert_true(world.questions < 450);
}

/* Up and down in turn: 7 s each, for ten minutes. */
static void who_comes_and_goes_is_left_alone(void **state)
{
	struct phase phases[88] = { { 0, .delay_ms = 20 } };
	struct world world;
	unsigned lately = 0;

	(void)state;
	for (size_t i = 1; i < ARRAY_LENGTH(phases) - 1; i++)
		phases[i] = (struct phase){ .from_ms = 60000 + (int64_t)i * 7000,
			                    .delay_ms = 20,
			                    .loss = i % 2 ? 100 : 0 };
	phases[ARRAY_LENGTH(phases) - 1] = (struct phase){ .from_ms = 700000, .delay_ms = 20 };
	PLAY(&world, phases, HEALTH_UNKNOWN, 700000);
	for (size_t i = 0; i < world.n_changes; i++)
		lately += world.changes[i].ms > 150000;
	assert_true(world.n_changes < 20);
	assert_true(lately < 14);
	run(&world, 1000000);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
	assert_true(last(&world)->ms < 700000 + HEALTH_HOLD_MAX_MS + 5000);
}

static void what_was_known_before_holds_until_measured(void **state)
{
	static const struct phase well[] = { { 0, .delay_ms = 20 } };
	static const struct phase dead[] = { { 0, .loss = 100 } };
	struct world world;

	(void)state;
	PLAY(&world, well, HEALTH_GOOD, 60000);
	assert_int_equal(world.n_changes, 1);
	assert_int_equal(last(&world)->class, HEALTH_GOOD);
	PLAY(&world, dead, HEALTH_GOOD, 10000);
	assert_int_equal(last(&world)->class, HEALTH_SICK);
	assert_true(last(&world)->ms < 5000);
}

static void without_anybody_to_ask_being_connected_is_enough(void **state)
{
	struct health health;
	struct health_question question;

	(void)state;
	health_init(&health, IP_V6, NULL, 0, HEALTH_UNKNOWN, 0);
	assert_int_equal(health_class(&health), HEALTH_UNKNOWN);
	health_link(&health, true, 10);
	assert_int_equal(health_class(&health), HEALTH_GOOD);
	assert_false(health_ask(&health, 20, &question));
	health_link(&health, false, 30);
	assert_int_equal(health_class(&health), HEALTH_SICK);
}

static void answers_that_nobody_waits_for_are_passed_over(void **state)
{
	static const struct phase phases[] = { { 0, .loss = 100 } };
	struct world world;

	(void)state;
	PLAY(&world, phases, HEALTH_UNKNOWN, 20000);
	for (uint32_t id = 1000; id < 3000; id++)
		health_answer(&world.health, id, HEALTH_ANSWERED, 20000);
	health_answer(&world.health, 0, HEALTH_ANSWERED, 20000);
	assert_int_equal(health_class(&world.health), HEALTH_SICK);
}

static void words_are_read_back(void **state)
{
	(void)state;
	for (enum health_class class = HEALTH_UNKNOWN; class <= HEALTH_GOOD; class ++)
		assert_int_equal(health_class_parse(health_class_word(class)), class);
	assert_int_equal(health_class_parse("excellent"), HEALTH_UNKNOWN);
	for (enum health_reason reason = HEALTH_WELL; reason < HEALTH_N_REASONS; reason++)
		assert_non_null(health_reason_words(reason));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_uplink_is_taken_at_once_and_asked_politely),
		cmocka_unit_test(silence_is_noticed_within_five_seconds),
		cmocka_unit_test(a_cable_that_is_pulled_is_noticed_at_once),
		cmocka_unit_test(what_is_mended_is_good_again),
		cmocka_unit_test(a_short_gap_is_no_death),
		cmocka_unit_test(loss_makes_it_poor_and_not_dead),
		cmocka_unit_test(one_percent_of_loss_is_nothing),
		cmocka_unit_test(a_slow_way_is_fair),
		cmocka_unit_test(a_satellite_is_fair_for_hours),
		cmocka_unit_test(a_modem_with_jitter_is_good),
		cmocka_unit_test(nothing_is_said_of_losses_before_enough_is_known),
		cmocka_unit_test(without_names_it_is_poor),
		cmocka_unit_test(who_answers_in_anothers_place_is_a_portal),
		cmocka_unit_test(false_names_alone_are_no_portal),
		cmocka_unit_test(a_portal_with_true_names_is_one_too),
		cmocka_unit_test(who_only_answers_for_names_is_no_internet),
		cmocka_unit_test(names_alone_do_not_bring_it_back),
		cmocka_unit_test(a_trap_alone_is_no_portal),
		cmocka_unit_test(an_evening_by_radio_flaps_little),
		cmocka_unit_test(a_nightly_redial_is_one_death),
		cmocka_unit_test(a_full_line_is_slow_and_not_dead),
		cmocka_unit_test(a_target_that_is_dead_says_nothing),
		cmocka_unit_test(who_comes_and_goes_is_left_alone),
		cmocka_unit_test(what_was_known_before_holds_until_measured),
		cmocka_unit_test(without_anybody_to_ask_being_connected_is_enough),
		cmocka_unit_test(answers_that_nobody_waits_for_are_passed_over),
		cmocka_unit_test(words_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

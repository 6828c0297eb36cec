/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/ways.h"

#include "../../state/fixture.h"

#define PACKETS 64

static const struct mac phone = { { 2, 0, 0x5e, 0x10, 0, 7 } };

struct side {
	struct party party;
	struct ways *ways;
	struct gateway_facts gateways[4];
	struct net_choice choices[4];
	size_t n_gateways, n_choices, n_told;
};

static void said(void *data, const struct net_message *message)
{
	struct side *side = data;
	const struct net_gateways *gateways = message->body;
	const struct net_choices *choices = message->body;

	assert_true(net_message_is_valid(message, NET_SIDE_NET));
	side->n_told++;
	if (message->kind == NET_GATEWAYS) {
		assert_in_range(gateways->n, 0, 4);
		side->n_gateways = gateways->n;
		memcpy(side->gateways, gateways->items, gateways->n * sizeof(gateways->items[0]));
		return;
	}
	assert_in_range(choices->n, 0, 4);
	side->n_choices = choices->n;
	memcpy(side->choices, choices->items, choices->n * sizeof(choices->items[0]));
}

static void side_init(struct side *side, uint64_t number)
{
	*side = (struct side){ 0 };
	party_init(&side->party, number);
	side->ways = ways_new(side->party.store, said, side);
}

static void side_done(struct side *side)
{
	ways_free(side->ways);
	party_done(&side->party);
}

static void talk(struct side *from, struct side *to, uint64_t now)
{
	static struct packet packets[PACKETS];
	size_t n = packets_of(from->party.store, now, packets, PACKETS);

	for (size_t i = 0; i < n; i++)
		(void)packet_merge(to->party.store, &packets[i], now);
	ways_tick(to->ways, now);
}

static struct net_gateway a_gateway(const char *name)
{
	struct net_gateway gateway = { .there = 1 };

	strncpy(gateway.facts.name, name, sizeof(gateway.facts.name) - 1);
	memcpy(gateway.facts.words, "Fibre of the school", sizeof("Fibre of the school"));
	memcpy(gateway.facts.hours, "08:00-22:00", sizeof("08:00-22:00"));
	assert_true(ip_parse("fd00::7", &gateway.facts.ipv6));
	gateway.facts.sides[0] = (struct gateway_side){ HEALTH_GOOD, 18, 2 };
	gateway.facts.sides[1].health = HEALTH_SICK;
	gateway.facts.offer = GATEWAY_MEMBERS;
	gateway.facts.limit_kbps = 5000;
	return gateway;
}

static struct net_choice a_choice(const struct party *of, const char *by)
{
	struct net_choice choice = { .client = phone };

	if (of) {
		memcpy(choice.key, of->key.key, sizeof(choice.key));
		memcpy(choice.name, "escuela", sizeof("escuela"));
	}
	strncpy(choice.by, by, sizeof(choice.by) - 1);
	return choice;
}

static void a_gateway_is_known_to_the_others(void **state)
{
	struct net_gateway gateway = a_gateway("escuela");
	struct side a, b;

	(void)state;
	side_init(&a, 1);
	side_init(&b, 2);
	ways_set_own(a.ways, &gateway, 1000);
	talk(&a, &b, 31000);
	assert_int_equal(b.n_gateways, 1);
	assert_memory_equal(b.gateways[0].key, a.party.key.key, GATEWAY_KEY_SIZE);
	assert_string_equal(b.gateways[0].words, "Fibre of the school");
	assert_string_equal(b.gateways[0].hours, "08:00-22:00");
	assert_int_equal(b.gateways[0].sides[0].delay_ms, 18);
	assert_int_equal(b.gateways[0].sides[1].health, HEALTH_SICK);
	assert_int_equal(b.gateways[0].offer, GATEWAY_MEMBERS);
	assert_int_equal(b.gateways[0].since_s, 30);
	gateway.there = 0;
	ways_set_own(a.ways, &gateway, 32000);
	talk(&a, &b, 32000);
	assert_int_equal(b.n_gateways, 0);
	side_done(&a);
	side_done(&b);
}

static void nothing_new_is_told_once(void **state)
{
	struct side a;

	(void)state;
	side_init(&a, 1);
	ways_tick(a.ways, 1000);
	a.n_told = 0;
	ways_tick(a.ways, 2000);
	assert_int_equal(a.n_told, 0);
	side_done(&a);
}

static void the_last_choice_counts_wherever_it_was_made(void **state)
{
	struct net_choice first, second;
	struct side a, b;

	(void)state;
	side_init(&a, 1);
	side_init(&b, 2);
	first = a_choice(&a.party, "bea");
	second = a_choice(NULL, "luis");
	ways_choose(a.ways, &first, 1000);
	talk(&a, &b, 2000);
	assert_int_equal(b.n_choices, 1);
	assert_true(mac_equal(&b.choices[0].client, &phone));
	assert_memory_equal(b.choices[0].key, a.party.key.key, GATEWAY_KEY_SIZE);
	assert_int_equal(b.choices[0].own, 0);
	/* "None in particular", at the other node. */
	ways_choose(b.ways, &second, 10000);
	ways_tick(b.ways, 10000);
	talk(&b, &a, 11000);
	assert_int_equal(a.n_choices, 1);
	assert_string_equal(a.choices[0].by, "luis");
	assert_int_equal(a.choices[0].own, 0);
	/* The first node has taken its own word back. */
	assert_null(store_find(a.party.store, &state_table_choices, "02:00:5e:10:00:07",
	                       store_self(a.party.store)));
	side_done(&a);
	side_done(&b);
}

static void a_nodes_choice_is_its_own_business(void **state)
{
	struct net_choice choice;
	struct side a, b;

	(void)state;
	side_init(&a, 1);
	side_init(&b, 2);
	choice = a_choice(&b.party, "");
	memset(&choice.client, 0, sizeof(choice.client));
	ways_choose(a.ways, &choice, 1000);
	ways_tick(a.ways, 1000);
	assert_int_equal(a.n_choices, 1);
	assert_int_equal(a.choices[0].own, 1);
	talk(&a, &b, 2000);
	assert_int_equal(b.n_choices, 0);
	side_done(&a);
	side_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gateway_is_known_to_the_others),
		cmocka_unit_test(nothing_new_is_told_once),
		cmocka_unit_test(the_last_choice_counts_wherever_it_was_made),
		cmocka_unit_test(a_nodes_choice_is_its_own_business),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

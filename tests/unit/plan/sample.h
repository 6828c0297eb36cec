/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Plans for the tests of this folder: one made by hand, and random ones. */
#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "plan/numbers.h"
#include "plan/plan.h"

static inline struct prefix sample_prefix(const char *text)
{
	struct prefix prefix;

	assert_true(prefix_parse(text, &prefix));
	return prefix;
}

static inline struct ip sample_ip(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static inline struct mac sample_mac(const char *text)
{
	struct mac mac;

	assert_true(mac_parse(text, &mac));
	return mac;
}

static inline void sample_cloud(struct plan *plan)
{
	const struct origin lan = { "lime-defaults", 7, 2, "network.protocols", "lan" };
	const struct origin batadv = { "lime-community", 12, 2, "network.protocols", "batadv:%N1" };

	plan_because(plan, &lan, NULL);
	plan_add_link(plan, &(struct plan_link){ .name = "br-lan", .kind = PLAN_LINK_BRIDGE });
	plan_because(plan, &lan, "LAN port of this board");
	plan_add_link(plan, &(struct plan_link){ .name = "lan1", .master = "br-lan" });
	plan_because(plan, &batadv, NULL);
	plan_add_link(plan, &(struct plan_link){ .name = "bat0",
	                                         .kind = PLAN_LINK_BATADV,
	                                         .master = "br-lan",
	                                         .orig_interval = 2000,
	                                         .bridge_loop_avoidance = true,
	                                         .gateway_mode = PLAN_BATADV_GATEWAY_CLIENT });
	plan_add_link(plan, &(struct plan_link){ .name = "lan1_29",
	                                         .kind = PLAN_LINK_VLAN,
	                                         .parent = "lan1",
	                                         .master = "bat0",
	                                         .mac = sample_mac("02:95:03:ab:c0:01"),
	                                         .mtu = 1532,
	                                         .vlan_id = 29 });
}

static inline void sample_anygw(struct plan *plan)
{
	const struct origin anygw = { "lime-community", 13, 2, "network.protocols", "anygw" };

	plan_because(plan, &anygw, NULL);
	plan_add_link(plan, &(struct plan_link){ .name = "anygw",
	                                         .kind = PLAN_LINK_MACVLAN,
	                                         .parent = "br-lan",
	                                         .mac = sample_mac("aa:aa:aa:0d:fe:aa") });
	plan_add_sysctl(plan, "net/ipv4/conf/br-lan/arp_ignore", "1");
	plan_add_address(plan, &(struct plan_address){ .ifname = "anygw",
	                                               .address = sample_prefix("10.13.0.1/16"),
	                                               .no_prefix_route = true });
	plan_add_route(plan, &(struct plan_route){ .destination = sample_prefix("10.13.0.0/16"),
	                                           .ifname = "anygw",
	                                           .table = TABLE_ANYGW });
	plan_add_rule(plan, &(struct plan_rule){ .from = sample_prefix("10.13.0.1/32"),
	                                         .table = TABLE_ANYGW,
	                                         .priority = RULE_PRIORITY_ANYGW });
	plan_add_chain(plan, &(struct plan_chain){ "bridge", "forward_anygw", "filter", "forward",
	                                           "filter", "accept" });
	plan_add_filter(plan, "bridge", "forward_anygw", "ether daddr %s drop",
	                "aa:aa:aa:00:00:00/24");
	plan_add_dhcp(plan, &(struct plan_dhcp){ .ifname = "anygw",
	                                         .first = sample_ip("10.13.0.2"),
	                                         .last = sample_ip("10.13.255.254"),
	                                         .netmask = sample_ip("255.255.0.0"),
	                                         .lease = 3600,
	                                         .router = sample_ip("10.13.0.1"),
	                                         .mtu = 1350 });
	plan_add_anycast(plan, &(struct plan_anycast){ .ifname = "anygw",
	                                               .bridge = "br-lan",
	                                               .cloud = "bat0",
	                                               .ipv4 = sample_ip("10.13.0.1") });
}

static inline void sample_node(struct plan *plan)
{
	const struct origin hostname = { "lime-node", 3, 2, "system.hostname", "roof" };
	const struct origin lan = { "lime-defaults", 7, 2, "network.protocols", "lan" };

	plan_because(plan, &hostname, NULL);
	plan_add_hostname(plan, "roof");
	plan_because(plan, &lan, NULL);
	plan_add_address(plan,
	                 &(struct plan_address){ .ifname = "br-lan",
	                                         .address = sample_prefix("10.13.192.1/16") });
	plan_because(plan, NULL, "every node is found under its name");
	plan_add_name(plan,
	              &(struct plan_name){ .names = { (const char *[]){ "roof", "roof.lan" }, 2 },
	                                   .ipv4 = sample_ip("10.13.192.1") });
}

/* A node with one port in a cloud. */
static inline struct plan *sample_plan(void)
{
	struct plan *plan = plan_new();

	sample_cloud(plan);
	sample_anygw(plan);
	sample_node(plan);
	return plan;
}

static inline size_t sample_count(const struct plan *plan)
{
	size_t count = 0;

	for (const struct plan_item *item = plan->items; item; item = item->next)
		count++;
	return count;
}

/* A generator that is the same everywhere (xorshift32); the seed is never 0. */
static inline uint32_t sample_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static inline const char *sample_text(uint32_t *seed)
{
	static const char *const texts[] = {
		"a",           "b",  "br-lan", "bat0", "two words", "it's",  "\"quoted\"",
		"back\\slash", "\t", "ä€😀",    "",     "line\n",    "x=y,z", "\x1b[31m",
	};

	return texts[sample_random(seed) % ARRAY_LENGTH(texts)];
}

static inline void sample_bytes(uint32_t *seed, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(sample_random(seed) >> 8);
}

static inline struct ip sample_random_ip(uint32_t *seed)
{
	struct ip ip = { .family = sample_random(seed) % 2 ? IP_V4 : IP_V6 };

	sample_bytes(seed, ip.byte, ip.family == IP_V4 ? 4 : 16);
	return ip;
}

static inline struct string_list sample_list(uint32_t *seed, struct arena *arena)
{
	struct string_list list = { .count = 1 + sample_random(seed) % 3 };

	list.items = arena_array_of(arena, const char *, list.count);
	for (size_t i = 0; i < list.count; i++)
		list.items[i] = sample_text(seed);
	return list;
}

static inline void sample_fill(uint32_t *seed, struct arena *arena, const struct field *field,
                               void *object)
{
	void *member = (char *)object + field->at;
	size_t n_names = 0;

	switch (field->type) {
	case FIELD_TYPE_BOOL:
		*(bool *)member = true;
		break;
	case FIELD_TYPE_UINT:
		*(uint32_t *)member = sample_random(seed) % 5;
		break;
	case FIELD_TYPE_ENUM:
		do {
			n_names++;
		} while (field->names[n_names]);
		*(unsigned *)member = sample_random(seed) % (unsigned)n_names;
		break;
	case FIELD_TYPE_STRING:
		*(const char **)member = sample_text(seed);
		break;
	case FIELD_TYPE_MAC:
		sample_bytes(seed, ((struct mac *)member)->byte, MAC_SIZE);
		break;
	case FIELD_TYPE_IP:
		*(struct ip *)member = sample_random_ip(seed);
		break;
	case FIELD_TYPE_PREFIX:
		*(struct prefix *)member = (struct prefix){ sample_random_ip(seed), 24 };
		break;
	case FIELD_TYPE_LIST:
		*(struct string_list *)member = sample_list(seed, arena);
		break;
	}
}

static inline bool sample_is_key(enum plan_kind kind, const struct field *field)
{
	for (const struct plan_key *key = plan_kinds[kind].keys; key->field; key++) {
		if (strcmp(key->field, field->name) == 0)
			return true;
	}
	return false;
}

/* Items of every kind that is printed; nothing about them makes sense together. */
static inline struct plan *sample_random_plan(uint32_t *seed)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct plan *plan = plan_new();

	for (unsigned i = 0; i < 60; i++) {
		enum plan_kind kind = sample_random(seed) % PLAN_NETWORK;
		const struct shape *shape = plan_kinds[kind].shape;
		struct origin origin = { sample_text(seed), sample_random(seed) % 3, 1,
			                 sample_text(seed), sample_text(seed) };
		void *value = arena_alloc(arena, shape->size);

		for (size_t f = 0; f < shape->n_fields; f++) {
			if (sample_is_key(kind, &shape->fields[f]) || sample_random(seed) % 4)
				sample_fill(seed, arena, &shape->fields[f], value);
		}
		plan_because(plan, sample_random(seed) % 3 ? &origin : NULL,
		             sample_random(seed) % 2 ? sample_text(seed) : NULL);
		plan_add(plan, kind, NULL, value);
	}
	return plan;
}

#define SAMPLE_SEEDS 50

/* Runs the block for many seeds; the failing one is in the output before the failure. */
#define sample_each_seed(seed_)                                                    \
	for (uint32_t round_ = 1, seed_ = 1;                                       \
	     round_ <= SAMPLE_SEEDS && (print_message("seed %u\n", round_), true); \
	     seed_ = ++round_)

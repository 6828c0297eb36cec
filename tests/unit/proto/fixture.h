/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* A node made by hand, with protocols as a configuration would list them. */
#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "proto/proto.h"

#define FIXTURE_USES  8
#define FIXTURE_LINKS 8

struct fixture {
	struct arena *arena;
	struct plan *plan;
	struct diag *diag;
	struct identity id;
	struct facts facts;
	struct fact_link links[FIXTURE_LINKS];
	struct proto_use uses[FIXTURE_USES];
	const void *options[PROTOS_MAX];
	struct proto_node node;
};

static inline struct proto_use fixture_use(struct fixture *f, const char *text)
{
	char *rest = arena_strdup(f->arena, text);
	struct proto_use use = { .proto = proto_find(strsep(&rest, ":")) };

	assert_non_null(use.proto);
	while (rest)
		use.args[use.n_args++] = strsep(&rest, ":");
	use.origin = (struct origin){ "lime-node", 7, 2, "network.protocols",
		                      arena_strdup(f->arena, text) };
	return use;
}

static inline void *fixture_options(struct fixture *f, const char *name)
{
	for (size_t i = 0; protos[i]; i++) {
		void *object;

		if (strcmp(protos[i]->name, name) != 0 || !protos[i]->options)
			continue;
		object = arena_alloc(f->arena, protos[i]->options->size);
		shape_default(protos[i]->options, f->arena, object);
		f->options[i] = object;
		return object;
	}
	return NULL;
}

/* Sets an option of a protocol as a person would write it. */
static inline void fixture_set(struct fixture *f, const char *proto, const char *option,
                               const char *text)
{
	for (size_t i = 0; protos[i]; i++) {
		void *object = arena_alloc(f->arena, 4096);

		if (strcmp(protos[i]->name, proto) != 0)
			continue;
		memcpy(object, f->options[i], protos[i]->options->size);
		assert_int_equal(field_set(shape_field(protos[i]->options, option), f->arena,
		                           object, text, NULL, f->diag),
		                 0);
		f->options[i] = object;
	}
}

static inline void fixture_identity(struct identity *id)
{
	struct mac mac;

	assert_true(mac_parse("52:00:00:ab:c0:01", &mac));
	id->ap_ssid = "LibreMesh.org";
	id->ids = template_ids_of(id->ap_ssid, &mac);
	id->hostname = id->ids.hostname = "LiMe-abc001";
	id->domain = "thisnode.info";
	assert_true(prefix_parse("10.13.192.1/16", &id->ipv4));
	assert_true(prefix_parse("fd0d:fe46:8ce8::ab:c001/64", &id->ipv6));
	assert_true(prefix_parse("10.13.0.1/16", &id->anygw4));
	assert_true(prefix_parse("fd0d:fe46:8ce8::1/64", &id->anygw6));
	assert_true(mac_parse("aa:aa:aa:0d:fe:aa", &id->anygw_mac));
}

/* `uses`: the general list, ends with NULL. */
static inline struct fixture *fixture_new(const char *const *uses)
{
	struct arena *arena = arena_new();
	struct fixture *f = arena_new_of(arena, struct fixture);

	f->arena = arena;
	f->plan = plan_new();
	f->diag = diag_new();
	fixture_identity(&f->id);
	f->facts.links = f->links;
	for (size_t i = 0; protos[i]; i++)
		fixture_options(f, protos[i]->name);
	f->node = (struct proto_node){ .id = &f->id,
		                       .facts = &f->facts,
		                       .uses = f->uses,
		                       .options = f->options,
		                       .plan = f->plan,
		                       .diag = f->diag };
	for (; uses && *uses; uses++)
		f->uses[f->node.n_uses++] = fixture_use(f, *uses);
	return f;
}

static inline void fixture_free(struct fixture *f)
{
	if (!f)
		return;
	plan_free(f->plan);
	diag_free(f->diag);
	arena_free(f->arena);
}
AUTO_DEFINE(fixture_free, struct fixture);

/* What all protocols of the general list add once. */
static inline void fixture_plan_node(struct fixture *f)
{
	for (size_t i = 0; i < f->node.n_uses; i++) {
		plan_because(f->plan, &f->uses[i].origin, NULL);
		if (f->uses[i].proto->plan_node)
			f->uses[i].proto->plan_node(&f->node, &f->uses[i]);
	}
}

static inline struct proto_port fixture_port(struct fixture *f, const char *ifname, bool specific)
{
	struct fact_link *link = &f->links[f->facts.n_links++];

	snprintf(link->name, sizeof(link->name), "%s", ifname);
	return (struct proto_port){
		.ifname = link->name,
		.link = link,
		.wireless = name_is_radio_ifname(ifname),
		.specific = specific,
		.origin = { "lime-node", 9, 1, "section", NULL },
	};
}

static inline void fixture_plan_port(struct fixture *f, const char *text,
                                     const struct proto_port *port)
{
	struct proto_use use = fixture_use(f, text);

	plan_because(f->plan, &use.origin, NULL);
	if (use.proto->plan_port && proto_fits_port(use.proto, port))
		use.proto->plan_port(&f->node, &use, port);
}

/* What an item says, as `weft plan` prints it; NULL if there is no such item. */
static inline const char *fixture_item(struct fixture *f, enum plan_kind kind, const char *name)
{
	const struct plan_item *item = plan_find(f->plan, kind, name);
	BUF_AUTO text = { 0 };

	if (!item)
		return NULL;
	shape_print(plan_kinds[kind].shape, item->value, &text);
	return arena_strdup(f->arena, buf_text(&text));
}

#define assert_item(f_, kind_, name_, text_)                        \
	do {                                                        \
		const char *item_ = fixture_item(f_, kind_, name_); \
		assert_non_null(item_);                             \
		assert_string_equal(item_, text_);                  \
	} while (0)

#define assert_no_item(f_, kind_, name_) assert_null(fixture_item(f_, kind_, name_))

static inline size_t fixture_count(const struct fixture *f, enum plan_kind kind)
{
	const struct plan_item *item = NULL;
	size_t n = 0;

	while ((item = plan_next(f->plan, kind, item)))
		n++;
	return n;
}

static inline void assert_no_mistake(const struct fixture *f)
{
	BUF_AUTO text = { 0 };

	diag_print(f->diag, &text);
	assert_string_equal(buf_text(&text), "");
}

/* Exactly one mistake, with these words in it, at this line. */
static inline void assert_mistake(const struct fixture *f, const char *words, unsigned line)
{
	const struct diag_item *item = diag_first(f->diag);

	assert_non_null(item);
	assert_null(item->next);
	if (!strstr(item->text, words))
		fail_msg("'%s' is not in '%s'", words, item->text);
	assert_int_equal(item->origin.line, line);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Lists of protocols: `NAME[:ARG[:ARG...]]`. */
#include <string.h>

#include "base/arena.h"
#include "base/nearest.h"
#include "node/parts.h"

/* Protocols that LibreMesh has and weft has not; its default list names most of them. */
static const char *const foreign[] = { "bmx6" };

static bool is_foreign(const char *name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(foreign); i++) {
		if (strcmp(foreign[i], name) == 0)
			return true;
	}
	return false;
}

static void report_unknown(struct diag *diag, const struct origin *origin, const char *name)
{
	struct nearest nearest = { .word = name };
	const char *meant;

	for (size_t i = 0; protos[i]; i++)
		nearest_offer(&nearest, protos[i]->name);
	meant = nearest_result(&nearest);
	if (meant)
		diag_add(diag, DIAG_UNKNOWN, origin,
		         "there is no protocol '%s'; did you mean '%s'?", name, meant);
	else
		diag_add(diag, DIAG_UNKNOWN, origin, "there is no protocol '%s'", name);
}

/* Lists name protocols that a box need not have. */
static bool is_installed(const struct facts *facts, const struct proto *proto)
{
	return !proto->package || facts_has_package(facts, proto->package, !proto->extra);
}

static bool split(struct node_work *work, const struct config_value *value, struct proto_use *use)
{
	char *rest = arena_strdup(work->node->arena, value->text);
	const char *name = strsep(&rest, ":");

	*use = (struct proto_use){ .proto = proto_find(name), .origin = value->origin };
	if (!use->proto && !is_foreign(name))
		report_unknown(work->diag, &value->origin, name);
	if (!use->proto || !is_installed(work->facts, use->proto))
		return false;
	while (rest && use->n_args < PROTO_MAX_ARGS)
		use->args[use->n_args++] = strsep(&rest, ":");
	if (rest)
		diag_add(work->diag, DIAG_ERROR, &value->origin, "'%s' has more than %d arguments",
		         value->text, PROTO_MAX_ARGS);
	return !rest;
}

static bool is_same_use(const struct proto_use *a, const struct proto_use *b)
{
	if (a->n_args != b->n_args)
		return false;
	for (size_t i = 0; i < a->n_args; i++) {
		if (strcmp(a->args[i], b->args[i]) != 0)
			return false;
	}
	return true;
}

/* A protocol runs once; with other arguments it cannot be told which of them are meant. */
static bool is_repeated(struct node_work *work, const struct proto_use *uses, size_t n_uses,
                        const struct config_value *value)
{
	const struct proto_use *use = &uses[n_uses];

	for (size_t i = 0; i < n_uses; i++) {
		if (uses[i].proto != use->proto)
			continue;
		diag_add(work->diag, is_same_use(&uses[i], use) ? DIAG_WARNING : DIAG_ERROR,
		         &value->origin, "%s is in this list twice", use->proto->name);
		return true;
	}
	return false;
}

struct proto_use *node_uses(struct node_work *work, const struct config_option *option,
                            const struct string_list *fallback, size_t *n_uses)
{
	size_t n = option ? option->n_values : fallback ? fallback->count : 0;
	struct proto_use *uses = arena_array_of(work->node->arena, struct proto_use, n);

	*n_uses = 0;
	for (size_t i = 0; i < n; i++) {
		struct config_value built_in = { .origin.where = "network.protocols" };
		const struct config_value *value;

		if (!option)
			built_in.text = fallback->items[i];
		value = option ? &option->values[i] : &built_in;
		if (split(work, value, &uses[*n_uses]) && !is_repeated(work, uses, *n_uses, value))
			++*n_uses;
	}
	return uses;
}

struct proto_origins node_origins(struct arena *arena, const struct config_section *section)
{
	struct origin *list;
	size_t n = 0;

	for (const struct config_option *o = section ? section->options : NULL; o; o = o->next)
		n++;
	list = arena_array_of(arena, struct origin, n);
	n = 0;
	for (const struct config_option *o = section ? section->options : NULL; o; o = o->next)
		list[n++] = o->values[0].origin;
	return (struct proto_origins){ list, n };
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/filter_text.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "plan/numbers.h"

static const char *const families[] = { "bridge", "inet" };

static bool has_family(const struct filter_chain *chains, const char *family)
{
	while (chains && strcmp(chains->family, family) != 0)
		chains = chains->next;
	return chains != NULL;
}

static void add_rules(struct buf *out, const struct filter_chain *chain)
{
	for (const char *rule = chain->rules; *rule;) {
		size_t length = strcspn(rule, "\n");

		buf_printf(out, "add rule %s " NFT_TABLE " %s %.*s\n", chain->family, chain->name,
		           (int)length, rule);
		rule += length + (rule[length] == '\n');
	}
}

static void add_chain(struct buf *out, const struct filter_chain *chain)
{
	buf_printf(out, "add chain %s " NFT_TABLE " %s { %s }\n", chain->family, chain->name,
	           chain->head);
	add_rules(out, chain);
}

static void make_anew(struct buf *out, const char *family, bool there,
                      const struct filter_chain *wanted)
{
	if (there)
		buf_printf(out, "delete table %s " NFT_TABLE "\n", family);
	if (!has_family(wanted, family))
		return;
	buf_printf(out, "add table %s " NFT_TABLE "\n", family);
	for (const struct filter_chain *c = wanted; c; c = c->next) {
		if (!strcmp(c->family, family))
			add_chain(out, c);
	}
}

static void remove_chains(struct buf *out, const char *family, const struct filter_chain *is,
                          const struct filter_chain *wanted)
{
	for (const struct filter_chain *c = is; c; c = c->next) {
		const struct filter_chain *w = filter_chain_find(wanted, c->family, c->name);

		if (strcmp(c->family, family) != 0 || (w && !strcmp(w->head, c->head)))
			continue;
		buf_printf(out,
		           "flush chain %s " NFT_TABLE " %s\n"
		           "delete chain %s " NFT_TABLE " %s\n",
		           family, c->name, family, c->name);
	}
}

static void change_chains(struct buf *out, const char *family, const struct filter_chain *is,
                          const struct filter_chain *wanted)
{
	for (const struct filter_chain *c = wanted; c; c = c->next) {
		const struct filter_chain *old = filter_chain_find(is, c->family, c->name);

		if (strcmp(c->family, family) != 0)
			continue;
		if (!old || strcmp(old->head, c->head) != 0) {
			add_chain(out, c);
		} else if (strcmp(old->rules, c->rules) != 0) {
			buf_printf(out, "flush chain %s " NFT_TABLE " %s\n", family, c->name);
			add_rules(out, c);
		}
	}
}

static void change(struct buf *out, const char *family, bool there, const struct kernel_filter *is,
                   const struct filter_chain *wanted)
{
	bool needed = has_family(wanted, family);

	if (!is->known || !there || !needed) {
		make_anew(out, family, there, wanted);
		return;
	}
	remove_chains(out, family, is->chains, wanted);
	change_chains(out, family, is->chains, wanted);
}

const char *filter_commands(struct arena *arena, const struct kernel_filter *is,
                            const struct filter_chain *wanted)
{
	const bool there[] = { is->bridge_table, is->inet_table };
	BUF_AUTO out = { 0 };

	for (size_t i = 0; i < ARRAY_LENGTH(families); i++)
		change(&out, families[i], there[i], is, wanted);
	return out.length ? arena_strdup(arena, out.text) : NULL;
}

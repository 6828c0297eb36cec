/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * A plan told to somebody who sees it for the first time: what a thing is, what each
 * of its settings means, which line of the configuration brought it, and what
 * would go with it.
 */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "plan/plan.h"
#include "plan/print.h"

/* How well a name fits an item. */
enum match {
	MATCH_NONE,
	MATCH_PART, /* a member that its name is made of */
	MATCH_NAME,
};

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = strstr(text, word); length && at; at = strstr(at + 1, word)) {
		if ((at == text || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	}
	return false;
}

/* An address may be written without its length. */
static bool has_address(const struct field *field, const void *value, const char *text)
{
	struct prefix prefix;
	struct ip ip;

	if (field->type != FIELD_TYPE_PREFIX || !ip_parse(text, &ip))
		return false;
	memcpy(&prefix, (const char *)value + field->at, sizeof(prefix));
	return ip_equal(&prefix.ip, &ip);
}

static enum match match_item(const struct plan_item *item, const char *name)
{
	const struct plan_kind_info *info = &plan_kinds[item->kind];

	if (strcmp(item->name, name) == 0)
		return MATCH_NAME;
	for (const struct plan_key *key = info->keys; key->field; key++) {
		const struct field *field = shape_field(info->shape, key->field);
		BUF_AUTO text = { 0 };

		field_print(field, item->value, &text);
		if (has_word(buf_text(&text), name) || has_address(field, item->value, name))
			return MATCH_PART;
	}
	return MATCH_NONE;
}

static enum match best_match(const struct plan *plan, const char *name)
{
	enum match best = MATCH_NONE;

	for (const struct plan_item *item = plan->items; item; item = item->next) {
		enum match match = match_item(item, name);

		if (match > best)
			best = match;
	}
	return best;
}

/* Others need devices only. */
static bool can_be_needed(const struct plan_item *item)
{
	return item->kind == PLAN_LINK || item->kind == PLAN_WIFI;
}

/* In what way `item` needs the device; NULL if it does not. */
static const struct plan_need *need_of(const struct plan_item *item, const char *device)
{
	const struct plan_kind_info *info = &plan_kinds[item->kind];

	for (const struct plan_need *need = info->needs; need->field; need++) {
		BUF_AUTO text = { 0 };

		field_print(shape_field(info->shape, need->field), item->value, &text);
		if (strcmp(buf_text(&text), device) == 0)
			return need;
	}
	return NULL;
}

static void explain_fields(const struct plan_item *item, struct buf *out)
{
	const struct shape *shape = plan_kinds[item->kind].shape;

	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];
		BUF_AUTO text = { 0 };

		if (!plan_field_matters(item->kind, item->value, field))
			continue;
		print_value(field, item->value, &text);
		if (strcmp(text.text, item->name) == 0)
			continue;
		buf_printf(out, "  %s: %s\n      %s\n", field->name, text.text,
		           plan_field_doc(item->kind, item->value, field));
	}
}

static void explain_cause(const struct plan_item *item, struct buf *out)
{
	BUF_AUTO because = { 0 };

	plan_print_because(item, &because);
	if (because.length)
		buf_printf(out, "It is in the plan because of %s.\n", because.text);
	else
		buf_add(out, "Every node has it; no line of the configuration asks for it.\n");
	if (plan_kinds[item->kind].runtime)
		buf_add(out, "The daemon sees to it while it runs.\n");
}

static void explain_dependents(const struct plan *plan, const struct plan_item *item,
                               struct buf *out)
{
	bool any = false;

	for (const struct plan_item *other = plan->items; other; other = other->next) {
		const struct plan_need *need = need_of(other, item->name);

		if (!need)
			continue;
		if (!any)
			buf_add(out, "On it depend:\n");
		any = true;
		buf_printf(out, "  %s ", plan_kinds[other->kind].name);
		print_word(other->name, out);
		buf_printf(out, " %s.\n", need->says);
	}
	if (!any)
		buf_add(out, "Nothing else in the plan depends on it.\n");
}

static void explain_item(const struct plan *plan, const struct plan_item *item, struct buf *out)
{
	const struct plan_kind_info *info = &plan_kinds[item->kind];

	if (out->length)
		buf_add_char(out, '\n');
	print_word(item->name, out);
	buf_printf(out, " (%s) is %s.\n", info->name, info->shape->doc);
	explain_fields(item, out);
	explain_cause(item, out);
	if (can_be_needed(item))
		explain_dependents(plan, item, out);
}

static void explain_docs_json(const struct plan_item *item, struct buf *out)
{
	const struct shape *shape = plan_kinds[item->kind].shape;
	const char *comma = "";

	buf_add(out, ",\"means\":{");
	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];

		if (!plan_field_matters(item->kind, item->value, field))
			continue;
		buf_printf(out, "%s\"%s\":", comma, field->name);
		buf_add_json(out, plan_field_doc(item->kind, item->value, field));
		comma = ",";
	}
	buf_add_char(out, '}');
}

static void explain_dependents_json(const struct plan *plan, const struct plan_item *item,
                                    struct buf *out)
{
	const char *comma = "";

	buf_add(out, ",\"dependents\":[");
	for (const struct plan_item *other = plan->items; other; other = other->next) {
		const struct plan_need *need = NULL;

		if (can_be_needed(item))
			need = need_of(other, item->name);
		if (!need)
			continue;
		buf_printf(out, "%s{\"item\":\"%s\",\"id\":", comma, plan_kinds[other->kind].name);
		buf_add_json(out, other->name);
		buf_printf(out, ",\"by\":\"%s\"}", need->field);
		comma = ",";
	}
	buf_add_char(out, ']');
}

static void explain_item_json(const struct plan *plan, const struct plan_item *item,
                              struct buf *out)
{
	const struct plan_kind_info *info = &plan_kinds[item->kind];

	buf_printf(out, "{\"item\":\"%s\",\"is\":", info->name);
	buf_add_json(out, info->shape->doc);
	buf_add_char(out, ',');
	print_item_json(item, out);
	explain_docs_json(item, out);
	explain_dependents_json(plan, item, out);
	buf_add_char(out, '}');
}

int plan_explain(const struct plan *plan, const char *name, bool json, struct buf *out)
{
	enum match best = best_match(plan, name);
	const char *comma = "";

	if (best == MATCH_NONE)
		return -ENOENT;
	buf_add(out, json ? "[" : "");
	for (const struct plan_item *item = plan->items; item; item = item->next) {
		if (match_item(item, name) != best)
			continue;
		buf_add(out, json ? comma : "");
		comma = ",\n";
		if (json)
			explain_item_json(plan, item, out);
		else
			explain_item(plan, item, out);
	}
	buf_add(out, json ? "]\n" : "");
	return 0;
}

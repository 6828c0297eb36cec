/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * What is different between two plans: items are the same when kind and name are,
 * and are compared field by field.  Why an item is there makes no difference.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "plan/plan.h"
#include "plan/print.h"

static size_t count_items(const struct plan *plan)
{
	size_t count = 0;

	for (const struct plan_item *item = plan->items; item; item = item->next)
		count++;
	return count;
}

static uint32_t different_fields(const struct plan_item *a, const struct plan_item *b)
{
	const struct shape *shape = plan_kinds[a->kind].shape;
	uint32_t fields = 0;

	for (size_t i = 0; i < shape->n_fields; i++) {
		if (!field_equal(&shape->fields[i], a->value, b->value))
			fields |= 1U << i;
	}
	return fields;
}

static bool same_list(const struct plan_item *a, const struct plan_item *b)
{
	const struct plan_kind_info *info = &plan_kinds[a->kind];

	for (unsigned i = 0; i < info->order_keys; i++) {
		if (!field_equal(shape_field(info->shape, info->keys[i].field), a->value, b->value))
			return false;
	}
	return true;
}

/* The place of an item among those of its list that the other plan has too. */
static size_t place_of(const struct plan *plan, const struct plan_item *item,
                       const struct plan *other)
{
	const struct plan_item *i = NULL;
	size_t place = 0;

	while ((i = plan_next(plan, item->kind, i)) && i != item)
		place += same_list(i, item) && plan_find(other, i->kind, i->name);
	return place;
}

static bool is_moved(const struct plan *from, const struct plan_item *old, const struct plan *to,
                     const struct plan_item *item)
{
	return plan_kinds[item->kind].order_keys &&
	       place_of(from, old, to) != place_of(to, item, from);
}

static bool compare(const struct plan *from, const struct plan *to, const struct plan_item *item,
                    struct plan_difference *difference)
{
	const struct plan_item *old = plan_find(from, item->kind, item->name);

	if (plan_kinds[item->kind].openwrt)
		return false;
	*difference = (struct plan_difference){ .change = PLAN_ADDED, .from = old, .to = item };
	if (!old)
		return true;
	difference->change = PLAN_CHANGED;
	difference->fields = different_fields(old, item);
	if (difference->fields)
		return true;
	difference->change = PLAN_MOVED;
	return is_moved(from, old, to, item);
}

struct plan_diff plan_diff(const struct plan *from, const struct plan *to, struct arena *arena)
{
	size_t n_from = count_items(from), n_to = count_items(to), n_gone = 0;
	struct plan_difference *items = arena_array_of(arena, struct plan_difference,
	                                               n_from + n_to);
	struct plan_diff diff = { .items = items };

	for (const struct plan_item *item = from->items; item; item = item->next) {
		if (!plan_kinds[item->kind].openwrt && !plan_find(to, item->kind, item->name))
			items[n_gone++] = (struct plan_difference){ .change = PLAN_REMOVED,
				                                    .from = item };
	}
	for (size_t i = 0; i < n_gone / 2; i++) {
		struct plan_difference swap = items[i];

		items[i] = items[n_gone - 1 - i];
		items[n_gone - 1 - i] = swap;
	}
	diff.count = n_gone;
	for (const struct plan_item *item = to->items; item; item = item->next)
		diff.count += compare(from, to, item, &items[diff.count]);
	return diff;
}

static const struct plan_item *either(const struct plan_difference *difference)
{
	return difference->to ? difference->to : difference->from;
}

static void print_whole(const struct plan_item *item, struct buf *out)
{
	BUF_AUTO fields = { 0 }, because = { 0 };

	print_fields(item, &fields);
	if (fields.length)
		buf_printf(out, "  %s", fields.text);
	plan_print_because(item, &because);
	if (because.length)
		buf_printf(out, "  # %s", because.text);
}

static void print_changed_fields(const struct plan_difference *difference, struct buf *out)
{
	const struct shape *shape = plan_kinds[difference->to->kind].shape;
	const char *comma = ": ";

	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];

		if (!(difference->fields >> i & 1))
			continue;
		buf_printf(out, "%s%s ", comma, field->name);
		print_value(field, difference->from->value, out);
		buf_add(out, " -> ");
		print_value(field, difference->to->value, out);
		comma = ", ";
	}
}

static void print_difference(const struct plan_difference *difference, struct buf *out)
{
	const struct plan_item *item = either(difference);

	buf_printf(out, "%c %s ", "-+~~"[difference->change], plan_kinds[item->kind].name);
	buf_add_printable(out, item->name);
	switch (difference->change) {
	case PLAN_REMOVED:
	case PLAN_ADDED:
		print_whole(item, out);
		break;
	case PLAN_CHANGED:
		print_changed_fields(difference, out);
		break;
	case PLAN_MOVED:
		buf_add(out, ": another place in its list");
		break;
	}
	buf_add_char(out, '\n');
}

/* People look for what they know by its kind, not by the order it is made in. */
static void print_by_kind(const struct plan_diff *diff, struct buf *out)
{
	for (enum plan_kind kind = 0; kind < PLAN_N_KINDS; kind++) {
		for (size_t i = 0; i < diff->count; i++) {
			if (either(&diff->items[i])->kind == kind)
				print_difference(&diff->items[i], out);
		}
	}
}

static void print_fields_json(const struct plan_difference *difference, struct buf *out)
{
	const struct shape *shape = plan_kinds[difference->to->kind].shape;
	const char *comma = "";

	buf_add(out, ",\"fields\":{");
	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];

		if (!(difference->fields >> i & 1))
			continue;
		buf_printf(out, "%s\"%s\":{\"from\":", comma, field->name);
		field_print_json(field, difference->from->value, out);
		buf_add(out, ",\"to\":");
		field_print_json(field, difference->to->value, out);
		buf_add_char(out, '}');
		comma = ",";
	}
	buf_add_char(out, '}');
}

static void print_difference_json(const struct plan_difference *difference, struct buf *out)
{
	const struct plan_item *item = either(difference);

	buf_printf(out, "\n{\"item\":\"%s\",", plan_kinds[item->kind].name);
	print_item_json(item, out);
	if (difference->change == PLAN_CHANGED)
		print_fields_json(difference, out);
	buf_add_char(out, '}');
}

static void print_json(const struct plan_diff *diff, struct buf *out)
{
	static const char *const names[] = {
		[PLAN_REMOVED] = "removed",
		[PLAN_ADDED] = "added",
		[PLAN_CHANGED] = "changed",
		[PLAN_MOVED] = "moved",
	};

	buf_add_char(out, '{');
	for (size_t change = 0; change < ARRAY_LENGTH(names); change++) {
		const char *comma = "";

		buf_printf(out, "%s\n\"%s\":[", change ? "," : "", names[change]);
		for (size_t i = 0; i < diff->count; i++) {
			if (diff->items[i].change != change)
				continue;
			buf_add(out, comma);
			comma = ",";
			print_difference_json(&diff->items[i], out);
		}
		buf_add_char(out, ']');
	}
	buf_add(out, "\n}\n");
}

size_t plan_diff_print(const struct plan *from, const struct plan *to, bool json, struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct plan_diff diff = plan_diff(from, to, arena);

	if (json)
		print_json(&diff, out);
	else
		print_by_kind(&diff, out);
	return diff.count;
}

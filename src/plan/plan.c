/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "plan/plan.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

struct plan *plan_new(void)
{
	struct arena *arena = arena_new();
	struct plan *plan = arena_new_of(arena, struct plan);

	plan->arena = arena;
	plan->end = &plan->items;
	return plan;
}

void plan_free(struct plan *plan)
{
	if (plan)
		arena_free(plan->arena);
}

void plan_because(struct plan *plan, const struct origin *origin, const char *reason)
{
	plan->because = (struct origin){ 0 };
	if (origin) {
		plan->because = (struct origin){
			.file = arena_strdup(plan->arena, origin->file),
			.line = origin->line,
			.column = origin->column,
			.where = arena_strdup(plan->arena, origin->where),
			.value = arena_strdup(plan->arena, origin->value),
		};
	}
	plan->reason = arena_strdup(plan->arena, reason);
}

static void copy_list(struct arena *arena, struct string_list *list)
{
	const char **items = arena_array_of(arena, const char *, list->count);

	for (size_t i = 0; i < list->count; i++)
		items[i] = arena_strdup(arena, list->items[i]);
	list->items = items;
}

static void *copy_value(struct arena *arena, const struct shape *shape, const void *value)
{
	char *copy = arena_alloc(arena, shape->size);

	memcpy(copy, value, shape->size);
	for (size_t i = 0; i < shape->n_fields; i++) {
		const struct field *field = &shape->fields[i];
		void *member = copy + field->at;

		if (field->type == FIELD_TYPE_STRING)
			*(const char **)member = arena_strdup(arena, *(const char **)member);
		if (field->type == FIELD_TYPE_LIST)
			copy_list(arena, member);
	}
	return copy;
}

static void *append(struct plan *plan, enum plan_kind kind, const char *name, const void *value)
{
	struct plan_item *item = arena_new_of(plan->arena, struct plan_item);

	item->kind = kind;
	item->name = arena_strdup(plan->arena, name);
	item->because = plan->because;
	item->reason = plan->reason;
	item->value = copy_value(plan->arena, plan_kinds[kind].shape, value);
	*plan->end = item;
	plan->end = &item->next;
	return item->value;
}

void *plan_add(struct plan *plan, enum plan_kind kind, const char *name, const void *value)
{
	BUF_AUTO made = { 0 };
	const struct plan_item *old;

	if (!name) {
		plan_item_name(kind, value, &made);
		name = buf_text(&made);
	}
	old = plan_find(plan, kind, name);
	if (!old)
		return append(plan, kind, name, value);
	return shape_equal(plan_kinds[kind].shape, old->value, value) ? old->value : NULL;
}

struct plan_link *plan_add_link(struct plan *plan, const struct plan_link *link)
{
	return plan_add(plan, PLAN_LINK, NULL, link);
}

struct plan_address *plan_add_address(struct plan *plan, const struct plan_address *address)
{
	return plan_add(plan, PLAN_ADDRESS, NULL, address);
}

struct plan_route *plan_add_route(struct plan *plan, const struct plan_route *route)
{
	return plan_add(plan, PLAN_ROUTE, NULL, route);
}

struct plan_rule *plan_add_rule(struct plan *plan, const struct plan_rule *rule)
{
	return plan_add(plan, PLAN_RULE, NULL, rule);
}

bool plan_add_radio(struct plan *plan, const struct plan_radio *radio)
{
	return plan_add(plan, PLAN_RADIO, NULL, radio);
}

struct plan_wifi *plan_add_wifi(struct plan *plan, const struct plan_wifi *wifi)
{
	return plan_add(plan, PLAN_WIFI, NULL, wifi);
}

struct plan_dhcp *plan_add_dhcp(struct plan *plan, const struct plan_dhcp *dhcp)
{
	return plan_add(plan, PLAN_DHCP, NULL, dhcp);
}

struct plan_ra *plan_add_ra(struct plan *plan, const struct plan_ra *ra)
{
	return plan_add(plan, PLAN_RA, NULL, ra);
}

struct plan_probes *plan_add_probes(struct plan *plan, const struct plan_probes *probes)
{
	return plan_add(plan, PLAN_PROBES, NULL, probes);
}

struct plan_offer *plan_add_offer(struct plan *plan, const struct plan_offer *offer)
{
	return plan_add(plan, PLAN_OFFER, NULL, offer);
}

struct plan_order *plan_add_order(struct plan *plan, const struct plan_order *order)
{
	return plan_add(plan, PLAN_ORDER, NULL, order);
}

struct plan_state *plan_add_state(struct plan *plan, const struct plan_state *state)
{
	return plan_add(plan, PLAN_STATE, NULL, state);
}

struct plan_web *plan_add_web(struct plan *plan, const struct plan_web *web)
{
	return plan_add(plan, PLAN_WEB, NULL, web);
}

struct plan_dns *plan_add_dns(struct plan *plan, const struct plan_dns *dns)
{
	return plan_add(plan, PLAN_DNS, NULL, dns);
}

struct plan_name *plan_add_name(struct plan *plan, const struct plan_name *name)
{
	return plan_add(plan, PLAN_NAME, NULL, name);
}

struct plan_babel *plan_add_babel(struct plan *plan, const struct plan_babel *babel)
{
	return plan_add(plan, PLAN_BABEL, NULL, babel);
}

struct plan_babel_interface *plan_add_babel_interface(
	struct plan *plan, const struct plan_babel_interface *babel_interface)
{
	return plan_add(plan, PLAN_BABEL_INTERFACE, NULL, babel_interface);
}

struct plan_babel_filter *plan_add_babel_filter(struct plan *plan,
                                                const struct plan_babel_filter *babel_filter)
{
	return plan_add(plan, PLAN_BABEL_FILTER, NULL, babel_filter);
}

struct plan_uplink *plan_add_uplink(struct plan *plan, const struct plan_uplink *uplink)
{
	return plan_add(plan, PLAN_UPLINK, NULL, uplink);
}

struct plan_anycast *plan_add_anycast(struct plan *plan, const struct plan_anycast *anycast)
{
	return plan_add(plan, PLAN_ANYCAST, NULL, anycast);
}

struct plan_network *plan_add_network(struct plan *plan, const struct plan_network *network)
{
	return plan_add(plan, PLAN_NETWORK, NULL, network);
}

bool plan_add_setting(struct plan *plan, const char *package, const char *type, const char *section,
                      const char *const *options)
{
	struct plan_setting setting = { .package = package, .section = section, .type = type };

	while (options[setting.options.count])
		setting.options.count++;
	setting.options.items = arena_array_of(plan->arena, const char *, setting.options.count);
	for (size_t i = 0; i < setting.options.count; i++)
		setting.options.items[i] = options[i];
	return plan_add(plan, PLAN_SETTING, NULL, &setting);
}

bool plan_add_file(struct plan *plan, const char *path, const char *text)
{
	return plan_add(plan, PLAN_FILE, NULL, &(struct plan_file){ path, text });
}

bool plan_add_hostname(struct plan *plan, const char *hostname)
{
	return plan_add(plan, PLAN_HOSTNAME, NULL, &(struct plan_hostname){ hostname });
}

bool plan_add_sysctl(struct plan *plan, const char *path, const char *value)
{
	return plan_add(plan, PLAN_SYSCTL, NULL, &(struct plan_sysctl){ path, value });
}

bool plan_add_chain(struct plan *plan, const struct plan_chain *chain)
{
	return plan_add(plan, PLAN_CHAIN, NULL, chain);
}

void plan_add_filter(struct plan *plan, const char *family, const char *chain, const char *format,
                     ...)
{
	struct plan_filter filter = { .family = family, .chain = chain };
	va_list args;

	va_start(args, format);
	filter.rule = arena_vprintf(plan->arena, format, args);
	va_end(args);
	plan_add(plan, PLAN_FILTER, NULL, &filter);
}

const struct plan_item *plan_find(const struct plan *plan, enum plan_kind kind, const char *name)
{
	const struct plan_item *item = plan_next(plan, kind, NULL);

	while (item && strcmp(item->name, name) != 0)
		item = plan_next(plan, kind, item);
	return item;
}

struct plan_link *plan_link(const struct plan *plan, const char *name)
{
	const struct plan_item *item = plan_find(plan, PLAN_LINK, name);

	return item ? item->value : NULL;
}

const struct plan_item *plan_next(const struct plan *plan, enum plan_kind kind,
                                  const struct plan_item *item)
{
	item = item ? item->next : plan->items;
	while (item && item->kind != kind)
		item = item->next;
	return item;
}

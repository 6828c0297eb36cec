/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * What one protocol asks for and what another asks for can be impossible together:
 * found here, before anything is touched, and told with the line that asked for it.
 * Each check is a function of one item and a row in the table at the end.
 */
#include "plan/check.h"

#include <string.h>

#include "base/buf.h"
#include "net/names.h"
#include "plan/plan.h"

#define VLAN_ID_MAX 4094U

static bool is_device(const struct plan *plan, const char *name)
{
	return plan_find(plan, PLAN_LINK, name) || plan_find(plan, PLAN_WIFI, name);
}

/* Texts that are not set are empty. */
static bool is_same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool is_set(const char *text)
{
	return text && *text;
}

static void check_device_name(const struct plan *plan, const struct plan_item *item,
                              struct diag *diag)
{
	const char *fault = name_device_fault(item->name);

	(void)plan;
	if (fault)
		diag_add(diag, DIAG_ERROR, &item->because, "the name '%s' of a network device %s",
		         item->name, fault);
}

static void check_needs(const struct plan *plan, const struct plan_item *item, struct diag *diag)
{
	const struct plan_kind_info *info = &plan_kinds[item->kind];

	for (const struct plan_need *need = info->needs; need->field; need++) {
		const struct field *field = shape_field(info->shape, need->field);
		BUF_AUTO device = { 0 };

		if (!field_is_set(field, item->value))
			continue;
		field_print(field, item->value, &device);
		if (!is_device(plan, buf_text(&device)))
			diag_add(diag, DIAG_ERROR, &item->because,
			         "%s '%s' needs the device '%s', which is not in the plan",
			         info->name, item->name, device.text);
	}
}

static void check_parent(const struct plan *plan, const struct plan_item *item, struct diag *diag)
{
	const struct plan_link *link = item->value;
	bool sits = link->kind == PLAN_LINK_VLAN || link->kind == PLAN_LINK_MACVLAN;

	(void)plan;
	if (sits && !is_set(link->parent))
		diag_add(diag, DIAG_ERROR, &item->because,
		         "'%s' must sit on another device, and none is given", link->name);
	if (!sits && is_set(link->parent))
		diag_add(diag, DIAG_ERROR, &item->because,
		         "'%s' cannot sit on '%s': only a VLAN or a macvlan can", link->name,
		         link->parent);
}

static void check_master(const struct plan *plan, const struct plan_item *item, struct diag *diag)
{
	const struct plan_link *link = item->value, *master = NULL;

	if (is_set(link->master))
		master = plan_link(plan, link->master);
	if (!master)
		return;
	if (master->kind != PLAN_LINK_BRIDGE && master->kind != PLAN_LINK_BATADV)
		diag_add(diag, DIAG_ERROR, &item->because,
		         "'%s' cannot be a member of '%s', which is neither a bridge nor a mesh",
		         link->name, master->name);
	else if (master->kind == link->kind)
		diag_add(diag, DIAG_ERROR, &item->because,
		         "'%s' cannot be a member of '%s': both are of the same kind", link->name,
		         master->name);
}

static bool same_vlan(const struct plan_link *a, const struct plan_link *b)
{
	return b->kind == PLAN_LINK_VLAN && a->vlan_id == b->vlan_id &&
	       a->vlan_protocol == b->vlan_protocol && is_same(a->parent, b->parent);
}

static void check_vlan(const struct plan *plan, const struct plan_item *item, struct diag *diag)
{
	const struct plan_link *link = item->value;

	if (link->kind != PLAN_LINK_VLAN)
		return;
	if (link->vlan_id < 1 || link->vlan_id > VLAN_ID_MAX)
		diag_add(diag, DIAG_ERROR, &item->because,
		         "'%s' has the VLAN number %u; it must be from 1 to %u", link->name,
		         link->vlan_id, VLAN_ID_MAX);
	for (const struct plan_item *i = plan_next(plan, PLAN_LINK, NULL); i != item;
	     i = plan_next(plan, PLAN_LINK, i)) {
		if (same_vlan(link, i->value))
			diag_add(diag, DIAG_ERROR, &item->because,
			         "'%s' and '%s' are both VLAN %u of '%s'", i->name, item->name,
			         link->vlan_id, link->parent);
	}
}

static bool is_host(const struct prefix *prefix)
{
	return prefix->length == ip_bits(&prefix->ip);
}

/*
 * A node has its IPv4 address as a host on every device of Babel, and once in its
 * network: that is one address.  Two networks with the same address are not.
 */
static bool collides(const struct plan_address *a, const struct plan_address *b)
{
	if (a->address.ip.family == IP_NONE || !ip_equal(&a->address.ip, &b->address.ip))
		return false;
	return is_same(a->ifname, b->ifname) || (!is_host(&a->address) && !is_host(&b->address));
}

static void check_address(const struct plan *plan, const struct plan_item *item, struct diag *diag)
{
	for (const struct plan_item *i = plan_next(plan, PLAN_ADDRESS, NULL); i != item;
	     i = plan_next(plan, PLAN_ADDRESS, i)) {
		BUF_AUTO place = { 0 };

		if (!collides(i->value, item->value))
			continue;
		plan_print_because(i, &place);
		diag_add(diag, DIAG_ERROR, &item->because, "'%s' and '%s' are the same address%s%s",
		         item->name, i->name, place.length ? "; the other comes from " : "",
		         buf_text(&place));
	}
}

/* Whether a network of the device has the whole range. */
static bool network_has(const struct plan *plan, const char *ifname, const struct ip *first,
                        const struct ip *last)
{
	for (const struct plan_item *i = plan_next(plan, PLAN_ADDRESS, NULL); i;
	     i = plan_next(plan, PLAN_ADDRESS, i)) {
		const struct plan_address *address = i->value;

		if (is_same(address->ifname, ifname) && prefix_contains(&address->address, first) &&
		    prefix_contains(&address->address, last))
			return true;
	}
	return false;
}

static void check_dhcp(const struct plan *plan, const struct plan_item *item, struct diag *diag)
{
	const struct plan_dhcp *dhcp = item->value;
	char first[IP_TEXT_SIZE], last[IP_TEXT_SIZE];

	ip_format(&dhcp->first, first);
	ip_format(&dhcp->last, last);
	if (memcmp(dhcp->first.byte, dhcp->last.byte, sizeof(dhcp->first.byte)) > 0)
		diag_add(diag, DIAG_ERROR, &item->because,
		         "the addresses for clients on '%s' end (%s) before they begin (%s)",
		         dhcp->ifname, last, first);
	if (!network_has(plan, dhcp->ifname, &dhcp->first, &dhcp->last))
		diag_add(diag, DIAG_ERROR, &item->because,
		         "the addresses for clients, %s to %s, are in no network of '%s'", first,
		         last, dhcp->ifname);
}

static void check_ra(const struct plan *plan, const struct plan_item *item, struct diag *diag)
{
	const struct plan_ra *ra = item->value;
	char text[PREFIX_TEXT_SIZE];

	if (!network_has(plan, ra->ifname, &ra->prefix.ip, &ra->prefix.ip))
		diag_add(diag, DIAG_ERROR, &item->because,
		         "'%s' has no address in %s, which it should announce to clients",
		         ra->ifname, prefix_format(&ra->prefix, text));
}

/* Told once, at the first that is too many. */
static void check_uplink(const struct plan *plan, const struct plan_item *item, struct diag *diag)
{
	size_t n_before = 0;

	for (const struct plan_item *i = plan_next(plan, PLAN_UPLINK, NULL); i != item;
	     i = plan_next(plan, PLAN_UPLINK, i))
		n_before++;
	if (n_before == PLAN_UPLINKS_MAX)
		diag_add(diag, DIAG_ERROR, &item->because,
		         "'%s' is one too many: a node has at most %d ways to the Internet",
		         item->name, PLAN_UPLINKS_MAX);
}

static void check_filter(const struct plan *plan, const struct plan_item *item, struct diag *diag)
{
	const struct plan_filter *filter = item->value;
	const struct plan_chain key = { .family = filter->family, .chain = filter->chain };
	BUF_AUTO chain = { 0 };

	plan_item_name(PLAN_CHAIN, &key, &chain);
	if (!plan_find(plan, PLAN_CHAIN, buf_text(&chain)))
		diag_add(diag, DIAG_ERROR, &item->because,
		         "the rule '%s' is for the chain '%s', which is not in the plan",
		         filter->rule, buf_text(&chain));
}

/* Stands for every kind. */
#define ANY_KIND PLAN_N_KINDS

static const struct {
	enum plan_kind kind;
	void (*check)(const struct plan *plan, const struct plan_item *item, struct diag *diag);
} checks[] = {
	{ PLAN_LINK, check_device_name },
	{ PLAN_WIFI, check_device_name },
	{ ANY_KIND, check_needs },
	{ PLAN_LINK, check_parent },
	{ PLAN_LINK, check_master },
	{ PLAN_LINK, check_vlan },
	{ PLAN_ADDRESS, check_address },
	{ PLAN_DHCP, check_dhcp },
	{ PLAN_RA, check_ra },
	{ PLAN_UPLINK, check_uplink },
	{ PLAN_FILTER, check_filter },
};

void plan_check(const struct plan *plan, struct diag *diag)
{
	for (const struct plan_item *item = plan->items; item; item = item->next) {
		for (size_t i = 0; i < ARRAY_LENGTH(checks); i++) {
			if (checks[i].kind == item->kind || checks[i].kind == ANY_KIND)
				checks[i].check(plan, item, diag);
		}
	}
}

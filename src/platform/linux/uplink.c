/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/uplink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/number.h"

/* What dhcpcd(8) calls what happened. */
static const char *const have_words[] = {
	"BOUND", "RENEW", "REBIND", "REBOOT", "STATIC", "INFORM"
};
static const char *const lost_words[] = { "EXPIRE",  "FAIL",      "NAK",      "RELEASE", "STOP",
	                                  "STOPPED", "NOCARRIER", "DEPARTED", "TIMEOUT" };

static const char *const variables_wanted[] = {
	"reason",
	"interface",
	"ifcarrier",
	"new_ip_address",
	"new_subnet_cidr",
	"new_routers",
	"new_domain_name",
	"new_domain_name_servers",
	"new_dhcp_lease_time",
};

static bool is_one_of(const char *text, const char *const *words, size_t n_words)
{
	for (size_t i = 0; i < n_words; i++) {
		if (strcmp(words[i], text) == 0)
			return true;
	}
	return false;
}

bool uplink_variable_wanted(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_LENGTH(variables_wanted); i++) {
		if (strlen(variables_wanted[i]) == length &&
		    memcmp(variables_wanted[i], name, length) == 0)
			return true;
	}
	return false;
}

static const char *value_of(const char *const *variables, size_t n_variables, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < n_variables; i++) {
		if (strncmp(variables[i], name, length) == 0 && variables[i][length] == '=')
			return variables[i] + length + 1;
	}
	return "";
}

/* Calls `add` for each word of a list that spaces separate. */
static void each_ip(const char *list, struct uplink_family *family,
                    void (*add)(struct uplink_family *, const struct ip *))
{
	char word[IP_TEXT_SIZE];
	struct ip ip;

	while (*list) {
		size_t length = strcspn(list, " ");

		if (length && length < sizeof(word)) {
			snprintf(word, sizeof(word), "%.*s", (int)length, list);
			if (ip_parse(word, &ip) && ip.family == IP_V4)
				add(family, &ip);
		}
		list += length + strspn(list + length, " ");
	}
}

static void add_gateway(struct uplink_family *family, const struct ip *ip)
{
	if (family->gateway.family == IP_NONE)
		family->gateway = *ip;
}

static void add_dns(struct uplink_family *family, const struct ip *ip)
{
	if (family->n_dns < UPLINK_DNS_MAX)
		family->dns[family->n_dns++] = *ip;
}

static bool is_domain(const char *text)
{
	return strlen(text) < UPLINK_DOMAIN_SIZE &&
	       text[strspn(text,
	                   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")] ==
	               '\0';
}

static int read_lease(const char *const *variables, size_t n_variables, struct uplink *uplink,
                      struct diag *diag)
{
	struct uplink_family *family = &uplink->ipv4;
	const char *address = value_of(variables, n_variables, "new_ip_address");
	const char *domain = value_of(variables, n_variables, "new_domain_name");
	uint32_t length;

	if (!ip_parse(address, &family->address.ip) || family->address.ip.family != IP_V4 ||
	    !number_parse(value_of(variables, n_variables, "new_subnet_cidr"), 0, 32, &length)) {
		diag_add(diag, DIAG_ERROR, NULL, "the lease of %s has no usable address",
		         uplink->ifname);
		return -EINVAL;
	}
	family->address.length = (uint8_t)length;
	each_ip(value_of(variables, n_variables, "new_routers"), family, add_gateway);
	each_ip(value_of(variables, n_variables, "new_domain_name_servers"), family, add_dns);
	(void)number_parse(value_of(variables, n_variables, "new_dhcp_lease_time"), 0, UINT32_MAX,
	                   &family->lease);
	if (is_domain(domain))
		snprintf(uplink->domain, sizeof(uplink->domain), "%s", domain);
	return 0;
}

int uplink_event_parse(const char *const *variables, size_t n_variables, struct uplink_event *event,
                       struct diag *diag)
{
	const char *reason = value_of(variables, n_variables, "reason");
	const char *ifname = value_of(variables, n_variables, "interface");
	const char *carrier = value_of(variables, n_variables, "ifcarrier");

	*event = (struct uplink_event){ 0 };
	if (!*ifname || strlen(ifname) >= IFNAME_SIZE || !*reason ||
	    strlen(reason) >= sizeof(event->now.last_reason)) {
		diag_add(diag, DIAG_ERROR, NULL,
		         "an uplink's event names no interface or no reason");
		return -EINVAL;
	}
	snprintf(event->now.ifname, sizeof(event->now.ifname), "%s", ifname);
	snprintf(event->now.last_reason, sizeof(event->now.last_reason), "%s", reason);
	event->carrier_said = *carrier != '\0';
	event->now.carrier = strcmp(carrier, "up") == 0;
	if (is_one_of(reason, lost_words, ARRAY_LENGTH(lost_words)))
		event->ipv4 = UPLINK_NEWS_LOST;
	if (!is_one_of(reason, have_words, ARRAY_LENGTH(have_words)))
		return 0;
	event->ipv4 = UPLINK_NEWS_HAVE;
	return read_lease(variables, n_variables, &event->now, diag);
}

static bool families_equal(const struct uplink_family *a, const struct uplink_family *b)
{
	bool same = prefix_equal(&a->address, &b->address) && ip_equal(&a->gateway, &b->gateway) &&
	            a->n_dns == b->n_dns;

	for (size_t i = 0; same && i < a->n_dns; i++)
		same = ip_equal(&a->dns[i], &b->dns[i]);
	return same;
}

static bool family_apply(struct uplink_family *family, const struct uplink_family *now,
                         enum uplink_news news)
{
	struct uplink_family next = news == UPLINK_NEWS_HAVE ? *now : (struct uplink_family){ 0 };
	bool changed = news != UPLINK_NEWS_NONE && !families_equal(family, &next);

	if (news != UPLINK_NEWS_NONE)
		*family = next;
	return changed;
}

bool uplink_apply(struct uplink *uplink, const struct uplink_event *event)
{
	bool changed = event->carrier_said && uplink->carrier != event->now.carrier;

	if (event->carrier_said)
		uplink->carrier = event->now.carrier;
	changed |= family_apply(&uplink->ipv4, &event->now.ipv4, event->ipv4);
	changed |= family_apply(&uplink->ipv6, &event->now.ipv6, event->ipv6);
	memcpy(uplink->last_reason, event->now.last_reason, sizeof(uplink->last_reason));
	if (event->ipv4 == UPLINK_NEWS_HAVE)
		memcpy(uplink->domain, event->now.domain, sizeof(uplink->domain));
	return changed;
}

static bool family_is_up(const struct uplink_family *family)
{
	return family->address.ip.family != IP_NONE && family->gateway.family != IP_NONE;
}

bool uplink_is_up(const struct uplink *uplink)
{
	return uplink->carrier && (family_is_up(&uplink->ipv4) || family_is_up(&uplink->ipv6));
}

static size_t family_routes(const struct uplink_family *family, const char *ifname, uint32_t table,
                            bool healthy, struct plan_route *routes)
{
	struct plan_route route = {
		.destination = { { family->gateway.family, { 0 } }, 0 },
		.via = family->gateway,
		.ifname = ifname,
		.table = table,
	};

	if (!family_is_up(family))
		return 0;
	routes[0] = route;
	if (!healthy)
		return 1;
	route.table = UPLINK_MAIN_TABLE;
	route.metric = UPLINK_MAIN_METRIC;
	route.protocol = UPLINK_MAIN_PROTOCOL;
	routes[1] = route;
	return 2;
}

size_t uplink_routes(const struct uplink *uplink, const struct plan_uplink *plan, bool healthy,
                     struct plan_route routes[UPLINK_ROUTES_MAX])
{
	size_t n;

	if (!uplink->carrier)
		return 0;
	n = family_routes(&uplink->ipv4, uplink->ifname, plan->table, healthy, routes);
	return n + family_routes(&uplink->ipv6, uplink->ifname, plan->table, healthy, routes + n);
}

void uplink_print(const struct uplink *uplink, struct buf *out)
{
	char address[PREFIX_TEXT_SIZE], gateway[IP_TEXT_SIZE];

	if (!uplink->carrier)
		buf_printf(out, "%s: no cable\n", uplink->ifname);
	else if (!family_is_up(&uplink->ipv4))
		buf_printf(out, "%s: no lease (%s)\n", uplink->ifname, uplink->last_reason);
	else
		buf_printf(out, "%s: %s by %s\n", uplink->ifname,
		           prefix_format(&uplink->ipv4.address, address),
		           ip_format(&uplink->ipv4.gateway, gateway));
}

void uplink_print_json(const struct uplink *uplink, struct buf *out)
{
	char address[PREFIX_TEXT_SIZE], gateway[IP_TEXT_SIZE];

	buf_add(out, "\"interface\":");
	buf_add_json(out, uplink->ifname);
	buf_printf(out, ",\"carrier\":%s,\"up\":%s", uplink->carrier ? "true" : "false",
	           uplink_is_up(uplink) ? "true" : "false");
	if (family_is_up(&uplink->ipv4))
		buf_printf(out, ",\"address\":\"%s\",\"gateway\":\"%s\"",
		           prefix_format(&uplink->ipv4.address, address),
		           ip_format(&uplink->ipv4.gateway, gateway));
}

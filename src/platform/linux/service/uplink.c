/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/uplink.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "plan/numbers.h"

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* Routers that dhcpcd numbers: nd1_from, nd2_from ...; the first one that is a way out counts. */
#define ROUTERS_MAX 4

/* Nobody is given a larger part of the Internet. */
#define DELEGATED_MIN 16

/* What dhcpcd calls what happened.  A word that is not here changes nothing: PREINIT,
 * STOPPED (the lease may well stay in place), TEST and so on. */
static const struct reason {
	const char *word;
	enum uplink_source source;
	enum uplink_news news;
} reasons[] = {
	{ "BOUND", UPLINK_DHCP, UPLINK_NEWS_HAVE },
	{ "RENEW", UPLINK_DHCP, UPLINK_NEWS_HAVE },
	{ "REBIND", UPLINK_DHCP, UPLINK_NEWS_HAVE },
	{ "REBOOT", UPLINK_DHCP, UPLINK_NEWS_HAVE },
	{ "TIMEOUT", UPLINK_DHCP,
	  UPLINK_NEWS_HAVE }, /* nobody answers, the old lease still holds */
	{ "INFORM", UPLINK_DHCP, UPLINK_NEWS_HAVE },
	{ "STATIC", UPLINK_DHCP, UPLINK_NEWS_HAVE },
	{ "EXPIRE", UPLINK_DHCP, UPLINK_NEWS_LOST },
	{ "NAK", UPLINK_DHCP, UPLINK_NEWS_LOST },
	{ "RELEASE", UPLINK_DHCP, UPLINK_NEWS_LOST },
	{ "STOP", UPLINK_DHCP, UPLINK_NEWS_LOST },
	{ "ROUTERADVERT", UPLINK_RA, UPLINK_NEWS_HAVE },
	{ "BOUND6", UPLINK_DHCP6, UPLINK_NEWS_HAVE },
	{ "RENEW6", UPLINK_DHCP6, UPLINK_NEWS_HAVE },
	{ "REBIND6", UPLINK_DHCP6, UPLINK_NEWS_HAVE },
	{ "REBOOT6", UPLINK_DHCP6, UPLINK_NEWS_HAVE },
	{ "INFORM6", UPLINK_DHCP6, UPLINK_NEWS_HAVE },
	{ "EXPIRE6", UPLINK_DHCP6, UPLINK_NEWS_LOST },
	{ "RELEASE6", UPLINK_DHCP6, UPLINK_NEWS_LOST },
	{ "STOP6", UPLINK_DHCP6, UPLINK_NEWS_LOST },
	{ "CARRIER", UPLINK_DHCP, UPLINK_NEWS_CARRIER },
	{ "NOCARRIER", UPLINK_DHCP, UPLINK_NEWS_NO_CARRIER },
	{ "DEPARTED", UPLINK_DHCP, UPLINK_NEWS_NO_CARRIER },
};

/* '#' stands for a number from 1 to ROUTERS_MAX. */
static const char *const wanted[] = {
	"interface",
	"reason",
	"protocol",
	"new_ip_address",
	"new_subnet_cidr",
	"new_routers",
	"new_domain_name_servers",
	"new_domain_name",
	"new_dhcp_lease_time",
	"nd#_from",
	"nd#_lifetime",
	"nd#_addr1",
	"nd#_rdnss1_servers",
	"new_dhcp6_ia_na1_ia_addr1",
	"new_dhcp6_ia_na1_ia_addr1_vltime",
	"new_dhcp6_name_servers",
	"new_dhcp6_ia_pd1_prefix1",
	"new_dhcp6_ia_pd1_prefix1_length",
};

static bool name_matches(const char *pattern, const char *name, size_t length)
{
	if (strlen(pattern) != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		bool digit = pattern[i] == '#' && name[i] >= '1' && name[i] <= '0' + ROUTERS_MAX;

		if (name[i] != pattern[i] && !digit)
			return false;
	}
	return true;
}

bool uplink_variable_wanted(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
		if (name_matches(wanted[i], name, length))
			return true;
	}
	return false;
}

/* --- reading --- */

struct reader {
	const char *const *variables;
	size_t n_variables;
	struct diag *diag;
};

/* "" if there is no such variable. */
static const char *value_of(const struct reader *reader, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < reader->n_variables; i++) {
		const char *variable = reader->variables[i];

		if (strncmp(variable, name, length) == 0 && variable[length] == '=')
			return variable + length + 1;
	}
	return "";
}

static const char *router_value(const struct reader *reader, unsigned router, const char *name)
{
	char full[32];

	snprintf(full, sizeof(full), "nd%u_%s", router, name);
	return value_of(reader, full);
}

static int complain(const struct reader *reader, const char *name, const char *value,
                    const char *what)
{
	struct origin where = { .where = name, .value = value };

	diag_add(reader->diag, DIAG_ERROR, &where, "'%.100s' is not %s", value, what);
	return -EINVAL;
}

static bool parse_number(const char *text, uint32_t max, uint32_t *number)
{
	uint64_t value = 0;

	if (!*text || strlen(text) > 10 || strspn(text, "0123456789") != strlen(text))
		return false;
	for (; *text; text++)
		value = value * 10 + (uint64_t)(*text - '0');
	*number = (uint32_t)value;
	return value <= max;
}

/* Neither nothing, nor this machine, nor many, nor one that means something on one link only. */
static bool is_usable(const struct ip *ip)
{
	if (ip->family == IP_V4)
		return ip->byte[0] != 0 && ip->byte[0] != 127 && ip->byte[0] < 224 &&
		       !(ip->byte[0] == 169 && ip->byte[1] == 254);
	return ip->family == IP_V6 &&
	       ((ip->byte[0] & 0xe0) == 0x20 || (ip->byte[0] & 0xfe) == 0xfc);
}

static bool is_link_local(const struct ip *ip)
{
	return ip->family == IP_V6 && ip->byte[0] == 0xfe && (ip->byte[1] & 0xc0) == 0x80;
}

/* The next of words separated by spaces, or false at the end; one that is too long is cut, and then
 * no address any more. */
static bool next_word(const char **text, char word[IP_TEXT_SIZE])
{
	size_t length;

	*text += strspn(*text, " ");
	length = strcspn(*text, " ");
	snprintf(word, IP_TEXT_SIZE, "%.*s", (int)length, *text);
	*text += length;
	return length > 0;
}

/* What cannot be used is left out: a server too many, one of the other family, "fe80::1%eth0". */
static void read_dns(const char *text, enum ip_family family, struct uplink_lease *lease)
{
	char word[IP_TEXT_SIZE];
	struct ip ip;

	while (lease->n_dns < UPLINK_DNS_MAX && next_word(&text, word)) {
		if (ip_parse(word, &ip) && ip.family == family && is_usable(&ip))
			lease->dns[lease->n_dns++] = ip;
	}
}

static void read_gateway(const char *text, struct uplink_lease *lease)
{
	char word[IP_TEXT_SIZE];
	struct ip ip;

	while (lease->gateway.family == IP_NONE && next_word(&text, word)) {
		if (ip_parse(word, &ip) && ip.family == IP_V4 && is_usable(&ip) &&
		    !ip_equal(&ip, &lease->address.ip))
			lease->gateway = ip;
	}
}

static void read_domain(const char *text, char domain[UPLINK_DOMAIN_SIZE])
{
	size_t length = strspn(text, NAME_LETTERS);

	if (length && length < UPLINK_DOMAIN_SIZE && text[length] == '\0')
		memcpy(domain, text, length + 1);
}

static int read_dhcp(const struct reader *reader, struct uplink *now)
{
	struct uplink_lease *lease = &now->leases[UPLINK_DHCP];
	const char *address = value_of(reader, "new_ip_address");
	const char *length = value_of(reader, "new_subnet_cidr");
	uint32_t bits = 32;

	if (!ip_parse(address, &lease->address.ip) || lease->address.ip.family != IP_V4 ||
	    !is_usable(&lease->address.ip))
		return complain(reader, "new_ip_address", address, "an IPv4 address for a host");
	if (*length && !parse_number(length, 32, &bits))
		return complain(reader, "new_subnet_cidr", length, "a number from 0 to 32");
	lease->address.length = (uint8_t)bits;
	(void)parse_number(value_of(reader, "new_dhcp_lease_time"), UINT32_MAX, &lease->seconds);
	read_gateway(value_of(reader, "new_routers"), lease);
	read_dns(value_of(reader, "new_domain_name_servers"), IP_V4, lease);
	read_domain(value_of(reader, "new_domain_name"), now->domain);
	return 0;
}

/* The lifetime of a router that is a way out is more than 0 seconds. */
static bool read_router(const struct reader *reader, unsigned router, struct uplink_lease *lease)
{
	struct prefix address;
	uint32_t seconds = 0;
	struct ip from;

	if (!ip_parse(router_value(reader, router, "from"), &from) || !is_link_local(&from))
		return false;
	if (prefix_parse(router_value(reader, router, "addr1"), &address) &&
	    is_usable(&address.ip) && lease->address.ip.family == IP_NONE)
		lease->address = address;
	read_dns(router_value(reader, router, "rdnss1_servers"), IP_V6, lease);
	if (!parse_number(router_value(reader, router, "lifetime"), UINT32_MAX, &seconds) ||
	    seconds == 0)
		return false;
	lease->gateway = from;
	lease->seconds = seconds;
	return true;
}

static void read_ra(const struct reader *reader, struct uplink *now)
{
	bool found = false;

	for (unsigned router = 1; router <= ROUTERS_MAX && !found; router++)
		found = read_router(reader, router, &now->leases[UPLINK_RA]);
}

/*
 * A network of the global Internet that one of 64 bits fits into; of a larger one the first is
 * used.  What else a provider may say here is left out.
 */
static void read_delegated(const struct reader *reader, struct uplink_lease *lease)
{
	struct prefix network = { .length = 0 };
	uint32_t length;

	if (!ip_parse(value_of(reader, "new_dhcp6_ia_pd1_prefix1"), &network.ip) ||
	    !parse_number(value_of(reader, "new_dhcp6_ia_pd1_prefix1_length"), 64, &length) ||
	    length < DELEGATED_MIN || !ip_is_global6(&network.ip))
		return;
	network.length = (uint8_t)length;
	lease->delegated = prefix_network(&network);
}

static int read_dhcp6(const struct reader *reader, struct uplink *now)
{
	struct uplink_lease *lease = &now->leases[UPLINK_DHCP6];
	const char *address = value_of(reader, "new_dhcp6_ia_na1_ia_addr1");

	if (*address && (!ip_parse(address, &lease->address.ip) ||
	                 lease->address.ip.family != IP_V6 || !is_usable(&lease->address.ip)))
		return complain(reader, "new_dhcp6_ia_na1_ia_addr1", address,
		                "an IPv6 address for a host");
	lease->address.length = *address ? 128 : 0;
	(void)parse_number(value_of(reader, "new_dhcp6_ia_na1_ia_addr1_vltime"), UINT32_MAX,
	                   &lease->seconds);
	read_dns(value_of(reader, "new_dhcp6_name_servers"), IP_V6, lease);
	read_delegated(reader, lease);
	return 0;
}

static int read_lease(const struct reader *reader, struct uplink_event *event)
{
	switch (event->source) {
	case UPLINK_DHCP:
		return read_dhcp(reader, &event->now);
	case UPLINK_RA:
		read_ra(reader, &event->now);
		return 0;
	case UPLINK_DHCP6:
		return read_dhcp6(reader, &event->now);
	case UPLINK_N_SOURCES:
		break;
	}
	return -EINVAL;
}

static int read_name(const struct reader *reader, const char *name, const char *what, char *to,
                     size_t size)
{
	const char *value = value_of(reader, name);
	size_t length = strspn(value, NAME_LETTERS);

	if (length == 0 || value[length] || length >= size || value[0] == '.' || value[0] == '-')
		return complain(reader, name, value, what);
	memcpy(to, value, length + 1);
	return 0;
}

static int read_event(const struct reader *reader, struct uplink_event *event)
{
	int rc = read_name(reader, "interface", "the name of an interface", event->now.ifname,
	                   sizeof(event->now.ifname));
	int rc2 = read_name(reader, "reason", "one of dhcpcd's words", event->now.reason,
	                    sizeof(event->now.reason));

	if (rc < 0 || rc2 < 0)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LENGTH(reasons); i++) {
		if (strcmp(event->now.reason, reasons[i].word) != 0)
			continue;
		event->source = reasons[i].source;
		event->news = reasons[i].news;
	}
	return event->news == UPLINK_NEWS_HAVE ? read_lease(reader, event) : 0;
}

int uplink_event_parse(const char *const *variables, size_t n_variables, struct uplink_event *event,
                       struct diag *diag)
{
	const struct reader reader = { variables, n_variables, diag };

	memset(event, 0, sizeof(*event));
	if (n_variables > UPLINK_VARIABLES_MAX) {
		diag_add(diag, DIAG_ERROR, NULL, "more than %d variables in an event",
		         UPLINK_VARIABLES_MAX);
		return -E2BIG;
	}
	for (size_t i = 0; i < n_variables; i++) {
		if (strlen(variables[i]) >= UPLINK_VARIABLE_SIZE) {
			diag_add(diag, DIAG_ERROR, NULL, "%.40s... is longer than %d bytes",
			         variables[i], UPLINK_VARIABLE_SIZE - 1);
			return -E2BIG;
		}
	}
	return read_event(&reader, event);
}

/* --- files --- */

/* A cable that was pulled ends all leases, so it is read after them. */
static const char *const parts[] = {
	[UPLINK_DHCP] = "dhcp",
	[UPLINK_RA] = "ra",
	[UPLINK_DHCP6] = "dhcp6",
	[UPLINK_N_SOURCES] = "carrier",
	NULL,
};

const char *uplink_part(size_t index)
{
	return parts[index];
}

const char *uplink_part_of(const struct uplink_event *event)
{
	bool lease = event->news == UPLINK_NEWS_HAVE || event->news == UPLINK_NEWS_LOST;

	return parts[lease ? event->source : UPLINK_N_SOURCES];
}

void uplink_path(const char *folder, const char *ifname, const char *part, struct buf *out)
{
	buf_printf(out, "%s/uplink-%s.%s", folder, ifname, part);
}

/* --- state --- */

static bool lease_is_set(const struct uplink_lease *lease)
{
	return lease->address.ip.family != IP_NONE || lease->gateway.family != IP_NONE ||
	       lease->n_dns > 0 || lease->delegated.ip.family != IP_NONE;
}

static void take_event(struct uplink *uplink, const struct uplink_event *event)
{
	const struct uplink_lease *lease = &event->now.leases[event->source];

	switch (event->news) {
	case UPLINK_NEWS_NONE:
		break;
	case UPLINK_NEWS_HAVE:
		/* Also said when the last advertised router is gone, with nothing in it. */
		uplink->carrier = uplink->carrier || lease_is_set(lease);
		uplink->leases[event->source] = *lease;
		if (event->source == UPLINK_DHCP)
			memcpy(uplink->domain, event->now.domain, sizeof(uplink->domain));
		break;
	case UPLINK_NEWS_LOST:
		uplink->leases[event->source] = (struct uplink_lease){ 0 };
		break;
	case UPLINK_NEWS_CARRIER:
		uplink->carrier = true;
		break;
	case UPLINK_NEWS_NO_CARRIER:
		uplink->carrier = false;
		memset(uplink->leases, 0, sizeof(uplink->leases));
		break;
	}
}

static bool lease_equal(const struct uplink_lease *a, const struct uplink_lease *b)
{
	for (size_t i = 0; i < UPLINK_DNS_MAX; i++) {
		if (!ip_equal(&a->dns[i], &b->dns[i]))
			return false;
	}
	return prefix_equal(&a->address, &b->address) && ip_equal(&a->gateway, &b->gateway) &&
	       prefix_equal(&a->delegated, &b->delegated) && a->n_dns == b->n_dns;
}

bool uplink_apply(struct uplink *uplink, const struct uplink_event *event)
{
	struct uplink before = *uplink;
	bool changed = false;

	take_event(uplink, event);
	memcpy(uplink->ifname, event->now.ifname, sizeof(uplink->ifname));
	memcpy(uplink->reason, event->now.reason, sizeof(uplink->reason));
	for (size_t i = 0; i < UPLINK_N_SOURCES; i++)
		changed = changed || !lease_equal(&before.leases[i], &uplink->leases[i]);
	return changed || before.carrier != uplink->carrier ||
	       strcmp(before.domain, uplink->domain) != 0;
}

bool uplink_is_up(const struct uplink *uplink)
{
	return uplink_is_up_in(uplink, IP_V4) || uplink_is_up_in(uplink, IP_V6);
}

bool uplink_is_up_in(const struct uplink *uplink, enum ip_family family)
{
	for (size_t i = 0; i < UPLINK_N_SOURCES && uplink->carrier; i++) {
		if (uplink->leases[i].gateway.family == family)
			return true;
	}
	return false;
}

void uplink_set_static(struct uplink *uplink, const struct plan_uplink *plan)
{
	*uplink = (struct uplink){ .carrier = true };
	snprintf(uplink->ifname, sizeof(uplink->ifname), "%s", plan->ifname);
	/* Where an address came from does not matter to routes; each source has one gateway. */
	uplink->leases[UPLINK_DHCP].gateway = plan->gateway4;
	uplink->leases[UPLINK_DHCP].address = (struct prefix){ plan->gateway4, 32 };
	uplink->leases[UPLINK_RA].gateway = plan->gateway6;
}

/* --- routes --- */

/* A provider that gives single addresses (/32) has its gateway outside of them. */
static bool needs_way(const struct uplink_lease *lease)
{
	return lease->gateway.family == IP_V4 && !prefix_contains(&lease->address, &lease->gateway);
}

/*
 * Of several uplinks of one node, the one that its owner prefers, then the one that comes first;
 * but a poor one only where there is no better.
 */
static uint32_t rank(const struct plan_uplink *plan, uint32_t protocol)
{
	uint32_t priority = plan->priority;

	if (protocol == PROTOCOL_GATEWAY_POOR)
		priority += PLAN_UPLINK_PRIORITY_MAX + 1;
	return priority * PLAN_UPLINKS_MAX + (plan->table - TABLE_UPLINK);
}

struct prefix uplink_delegated(const struct uplink *uplink)
{
	struct prefix network = uplink->leases[UPLINK_DHCP6].delegated;

	if (network.length)
		network.length = 64;
	return network;
}

size_t uplink_routes(const struct uplink *uplink, const struct plan_uplink *plan,
                     uint32_t protocol4, uint32_t protocol6,
                     struct plan_route routes[UPLINK_ROUTES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < UPLINK_N_SOURCES && uplink->carrier; i++) {
		const struct uplink_lease *lease = &uplink->leases[i];
		struct plan_route route = {
			.destination = { .ip = { .family = lease->gateway.family } },
			.via = lease->gateway,
			.ifname = uplink->ifname,
			.table = plan->table,
			.learnt = true,
		};

		if (lease->gateway.family == IP_NONE)
			continue;
		if (needs_way(lease))
			routes[n++] = (struct plan_route){
				.destination = { lease->gateway, 32 },
				.ifname = uplink->ifname,
				.table = TABLE_MAIN,
				.learnt = true,
			};
		routes[n++] = route;
		route.protocol = lease->gateway.family == IP_V4 ? protocol4 : protocol6;
		route.metric = route.protocol ? METRIC_GATEWAY : METRIC_GATEWAY_PARKED;
		route.metric += rank(plan, route.protocol);
		route.table = TABLE_MAIN;
		routes[n++] = route;
		route.from = uplink_delegated(uplink);
		if (route.from.length && route.protocol && lease->gateway.family == IP_V6)
			routes[n++] = route;
	}
	return n;
}

/* --- printing --- */

static void print_lease(const char *name, const struct uplink_lease *lease, struct buf *out)
{
	char address[PREFIX_TEXT_SIZE], ip[IP_TEXT_SIZE];

	buf_printf(out, "  %s:", name);
	if (lease->address.ip.family != IP_NONE)
		buf_printf(out, " %s", prefix_format(&lease->address, address));
	if (lease->gateway.family != IP_NONE)
		buf_printf(out, " via %s", ip_format(&lease->gateway, ip));
	if (lease->delegated.ip.family != IP_NONE)
		buf_printf(out, " for the cloud %s", prefix_format(&lease->delegated, address));
	for (size_t i = 0; i < lease->n_dns; i++)
		buf_printf(out, "%s%s", i ? " " : " dns ", ip_format(&lease->dns[i], ip));
	buf_add_char(out, '\n');
}

void uplink_print(const struct uplink *uplink, struct buf *out)
{
	buf_printf(out, "%s: %s", uplink->ifname,
	           !uplink->carrier       ? "no cable or no signal"
	           : uplink_is_up(uplink) ? "has a way out"
	                                  : "connected, no way out yet");
	if (uplink->domain[0])
		buf_printf(out, " (%s)", uplink->domain);
	buf_add_char(out, '\n');
	for (size_t i = 0; i < UPLINK_N_SOURCES; i++) {
		if (lease_is_set(&uplink->leases[i]))
			print_lease(parts[i], &uplink->leases[i], out);
	}
}

static void print_lease_json(const char *name, const struct uplink_lease *lease, struct buf *out)
{
	char address[PREFIX_TEXT_SIZE], ip[IP_TEXT_SIZE];

	buf_printf(out, ",\"%s\":{", name);
	if (lease->address.ip.family != IP_NONE)
		buf_printf(out, "\"address\":\"%s\",", prefix_format(&lease->address, address));
	if (lease->gateway.family != IP_NONE)
		buf_printf(out, "\"gateway\":\"%s\",", ip_format(&lease->gateway, ip));
	if (lease->delegated.ip.family != IP_NONE)
		buf_printf(out, "\"delegated\":\"%s\",", prefix_format(&lease->delegated, address));
	buf_add(out, "\"dns\":[");
	for (size_t i = 0; i < lease->n_dns; i++)
		buf_printf(out, "%s\"%s\"", i ? "," : "", ip_format(&lease->dns[i], ip));
	buf_add(out, "]}");
}

void uplink_print_json(const struct uplink *uplink, struct buf *out)
{
	buf_add(out, "\"interface\":");
	buf_add_json(out, uplink->ifname);
	buf_printf(out, ",\"carrier\":%s,\"up\":%s", uplink->carrier ? "true" : "false",
	           uplink_is_up(uplink) ? "true" : "false");
	if (uplink->domain[0]) {
		buf_add(out, ",\"domain\":");
		buf_add_json(out, uplink->domain);
	}
	for (size_t i = 0; i < UPLINK_N_SOURCES; i++) {
		if (lease_is_set(&uplink->leases[i]))
			print_lease_json(parts[i], &uplink->leases[i], out);
	}
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/words.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "net/ip.h"
#include "node/node.h"
#include "plan/plan.h"

#define WORDS_MAX 64 /* sentences; more are no help */

struct telling {
	struct arena *arena;
	const struct node *from, *to;
	struct json *json;
	const char *said[WORDS_MAX]; /* so that nothing is said twice */
	size_t n_said;
	bool cuts_off;
};

static bool is_new(struct telling *t, const char *text)
{
	for (size_t i = 0; i < t->n_said; i++) {
		if (!strcmp(t->said[i], text))
			return false;
	}
	if (t->n_said == WORDS_MAX)
		return false;
	t->said[t->n_said++] = text;
	return true;
}

struct effect {
	const char *kind, *port, *from, *to;
};

static void say(struct telling *t, const struct effect *effect, const char *format, ...)
	PRINTF(3, 4);

static void say(struct telling *t, const struct effect *effect, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = arena_vprintf(t->arena, format, args);
	va_end(args);
	if (!is_new(t, text))
		return;
	json_open(t->json, NULL, '{');
	json_text(t->json, "kind", effect->kind);
	json_text(t->json, "text", text);
	json_text(t->json, "port", effect->port);
	json_text(t->json, "from", effect->from);
	json_text(t->json, "to", effect->to);
	json_close(t->json, '}');
}

/* As it shall be, or was. */
static const void *value_of(const struct plan_difference *d)
{
	const struct plan_item *item = d->to ? d->to : d->from;

	assert(item && item->value);
	return item->value;
}

/* ---- what will be different ---- */

static void say_hostname(struct telling *t, const struct plan_difference *d)
{
	const struct plan_hostname *from = d->from ? d->from->value : NULL;
	const struct plan_hostname *to = d->to ? d->to->value : NULL;

	if (from && to)
		say(t, &(struct effect){ "name", NULL, from->hostname, to->hostname },
		    "The node is called %s instead of %s.", to->hostname, from->hostname);
}

static const char *option_of(const struct plan_wifi *wifi, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < wifi->options.count; i++) {
		const char *item = wifi->options.items[i];

		if (!strncmp(item, name, length) && item[length] == '=')
			return item + length + 1;
	}
	return "";
}

static bool is_open(const struct plan_wifi *wifi)
{
	const char *encryption = option_of(wifi, "encryption");

	return !*encryption || !strcmp(encryption, "none");
}

static void say_password(struct telling *t, const struct plan_wifi *from,
                         const struct plan_wifi *to)
{
	const struct effect effect = { .kind = "wifi_password", .port = to->radio };

	if (is_open(from) == is_open(to) &&
	    (is_open(to) || !strcmp(option_of(from, "key"), option_of(to, "key"))))
		return;
	t->cuts_off = true;
	if (is_open(to))
		say(t, &effect, "The Wi-Fi %s needs no password any more: it is open.", to->ssid);
	else if (is_open(from))
		say(t, &effect, "The Wi-Fi %s needs a password from now on.", to->ssid);
	else
		say(t, &effect, "The Wi-Fi %s has another password.", to->ssid);
}

static void say_changed_wifi(struct telling *t, const struct plan_wifi *from,
                             const struct plan_wifi *to)
{
	bool is_ap = !strcmp(to->mode, "ap");

	if (strcmp(from->ssid, to->ssid) != 0) {
		t->cuts_off |= is_ap;
		say(t,
		    &(struct effect){ is_ap ? "wifi_name" : "radio", to->radio, from->ssid,
		                      to->ssid },
		    "%s %s is called %s.", is_ap ? "The Wi-Fi" : "The mesh", from->ssid, to->ssid);
	}
	if (is_ap)
		say_password(t, from, to);
	say(t, &(struct effect){ .kind = "radio", .port = to->radio }, "%s is set up anew for %s.",
	    to->radio, to->ssid);
}

static void say_wifi(struct telling *t, const struct plan_difference *d)
{
	const struct plan_wifi *from = d->from ? d->from->value : NULL;
	const struct plan_wifi *to = d->to ? d->to->value : NULL;

	if (from && to) {
		say_changed_wifi(t, from, to);
	} else if (to) {
		say(t, &(struct effect){ .kind = "radio", .port = to->radio, .to = to->ssid },
		    "%s: there is %s from now on.", to->radio, to->ssid);
	} else if (from) {
		t->cuts_off |= !strcmp(from->mode, "ap");
		say(t, &(struct effect){ .kind = "radio", .port = from->radio, .from = from->ssid },
		    "%s: there is no %s any more.", from->radio, from->ssid);
	}
}

static void say_radio(struct telling *t, const struct plan_difference *d)
{
	const struct plan_radio *from = d->from ? d->from->value : NULL;
	const struct plan_radio *to = d->to ? d->to->value : NULL;
	const struct plan_radio *any = value_of(d);

	say(t,
	    &(struct effect){ "radio", any->radio, from ? from->value : NULL,
	                      to ? to->value : NULL },
	    "%s: %s is %s instead of %s.", any->radio, any->option, to ? to->value : "not set",
	    from ? from->value : "not set");
}

static void say_made_link(struct telling *t, const struct plan_difference *d, const char *name)
{
	say(t, &(struct effect){ .kind = "other", .port = name }, "%s is %s.", name,
	    !d->to    ? "not needed any more"
	    : d->from ? "changed"
	              : "new");
}

static void say_link(struct telling *t, const struct plan_difference *d)
{
	const struct plan_link *from = d->from ? d->from->value : NULL;
	const struct plan_link *to = d->to ? d->to->value : NULL;
	const struct plan_link *any = value_of(d);
	const char *was = from ? from->master : NULL, *is = to ? to->master : NULL;
	const struct effect effect = { "port_role", any->name, was, is };

	if (any->kind != PLAN_LINK_PORT) {
		say_made_link(t, d, any->name);
		return;
	}
	if (is && (!was || strcmp(was, is) != 0))
		say(t, &effect, "Devices on %s are in the neighbourhood's network.", any->name);
	else if (was && !is)
		say(t, &effect, "Devices on %s are not in the neighbourhood's network any more.",
		    any->name);
	t->cuts_off |= was && (!is || strcmp(was, is) != 0);
}

static void say_uplink(struct telling *t, const struct plan_difference *d)
{
	const struct plan_item *item = d->to ? d->to : d->from;
	const struct plan_uplink *uplink = item->value;

	if (!d->from)
		say(t, &(struct effect){ .kind = "gateway", .port = uplink->ifname },
		    "%s becomes a way to the Internet.", uplink->ifname);
	else if (!d->to)
		say(t, &(struct effect){ .kind = "gateway", .port = uplink->ifname },
		    "%s is no way to the Internet any more.", uplink->ifname);
	else
		say(t, &(struct effect){ .kind = "gateway", .port = uplink->ifname },
		    "The way to the Internet on %s is another one.", uplink->ifname);
}

static void say_routing(struct telling *t, const struct plan_difference *d)
{
	(void)d;
	say(t, &(struct effect){ .kind = "routing" },
	    "What this node tells other nodes about ways changes.");
}

static void say_names(struct telling *t, const struct plan_difference *d)
{
	(void)d;
	say(t, &(struct effect){ .kind = "names" },
	    "What devices here are told (addresses, names) changes.");
}

static void say_filter(struct telling *t, const struct plan_difference *d)
{
	(void)d;
	say(t, &(struct effect){ .kind = "filter" }, "What is let through changes.");
}

/* NULL: the addresses below say it all, or it is of no interest to a person. */
static void (*const sayings[PLAN_N_KINDS])(struct telling *t, const struct plan_difference *d) = {
	[PLAN_HOSTNAME] = say_hostname,
	[PLAN_LINK] = say_link,
	[PLAN_WIFI] = say_wifi,
	[PLAN_RADIO] = say_radio,
	[PLAN_UPLINK] = say_uplink,
	[PLAN_ROUTE] = say_routing,
	[PLAN_RULE] = say_routing,
	[PLAN_BABEL] = say_routing,
	[PLAN_BABEL_INTERFACE] = say_routing,
	[PLAN_BABEL_FILTER] = say_routing,
	[PLAN_DHCP] = say_names,
	[PLAN_RA] = say_names,
	[PLAN_DNS] = say_names,
	[PLAN_NAME] = say_names,
	[PLAN_CHAIN] = say_filter,
	[PLAN_FILTER] = say_filter,
};

static const char *prefix_text(struct telling *t, const struct prefix *prefix)
{
	char text[PREFIX_TEXT_SIZE];

	return arena_strdup(t->arena, prefix_format(prefix, text));
}

static void say_address(struct telling *t, const char *kind, const char *family,
                        const struct prefix *from, const struct prefix *to)
{
	const char *was = prefix_text(t, from), *is = prefix_text(t, to);

	if (!strcmp(was, is))
		return;
	t->cuts_off = true;
	say(t, &(struct effect){ kind, NULL, was, is },
	    "The node's %s address is %s instead of %s.", family, is, was);
}

static void say_identity(struct telling *t)
{
	const struct identity *from = &t->from->identity, *to = &t->to->identity;
	const char *was = config_get(t->from->config, "wifi", "ap_ssid", "");
	const char *is = config_get(t->to->config, "wifi", "ap_ssid", "");

	if (strcmp(was, is) != 0) {
		t->cuts_off = true;
		say(t, &(struct effect){ "network_name", NULL, was, is },
		    "The node belongs to the network %s instead of %s: to other nodes, with other "
		    "addresses.",
		    is, was);
	}
	say_address(t, "address4", "IPv4", &from->ipv4, &to->ipv4);
	say_address(t, "address6", "IPv6", &from->ipv6, &to->ipv6);
}

static void tell_effects(struct telling *t, const struct plan_diff *diff)
{
	json_open(t->json, "effects", '[');
	say_identity(t);
	for (enum plan_kind kind = 0; kind < PLAN_N_KINDS; kind++) {
		for (size_t i = 0; i < diff->count; i++) {
			const struct plan_difference *d = &diff->items[i];

			if ((d->to ? d->to : d->from)->kind == kind && sayings[kind])
				sayings[kind](t, d);
		}
	}
	if (!t->n_said && !diff->count)
		say(t, &(struct effect){ .kind = "nothing" }, "The network stays as it is.");
	else if (!t->n_said)
		say(t, &(struct effect){ .kind = "other" }, "Only what nobody sees changes.");
	json_close(t->json, ']');
}

/* ---- who is without a connection ---- */

struct interruption {
	const char *kind, *port;
	unsigned seconds;
};

/*
 * How long it takes as a rule: an access point that starts again and a phone that comes back; a
 * bridge's port; batman-adv that finds its neighbours and its bridge loop avoidance that waits;
 * babeld that starts again; a DHCP client at a port that is an uplink now; devices that ask for
 * another address.
 */
#define WIFI_S    10
#define CABLE_S   3
#define MESH_S    30
#define BABEL_S   5
#define UPLINK_S  15
#define ADDRESS_S 60

static const struct {
	const char *kind;
	const char *port; /* the field that names it */
	unsigned seconds;
} disturbances[PLAN_N_KINDS] = {
	[PLAN_WIFI] = { "wifi", "radio", WIFI_S },
	[PLAN_RADIO] = { "wifi", "radio", WIFI_S },
	[PLAN_UPLINK] = { "internet", "ifname", UPLINK_S },
	[PLAN_BABEL] = { "mesh", NULL, BABEL_S },
	[PLAN_BABEL_INTERFACE] = { "mesh", NULL, BABEL_S },
	[PLAN_BABEL_FILTER] = { "mesh", NULL, BABEL_S },
};

static bool link_interrupts(const struct plan_difference *d, const struct plan_link *link,
                            struct interruption *out)
{
	if (link->kind == PLAN_LINK_PORT && d->change == PLAN_CHANGED)
		*out = (struct interruption){ "cable", link->name, CABLE_S };
	else if (link->kind == PLAN_LINK_BATADV || link->kind == PLAN_LINK_VLAN)
		*out = (struct interruption){ "mesh", NULL, MESH_S };
	return out->kind;
}

static bool interrupts(struct arena *arena, const struct plan_difference *d,
                       struct interruption *out)
{
	const struct plan_item *item = d->to ? d->to : d->from;
	const char *port = disturbances[item->kind].port;
	BUF_AUTO text = { 0 };

	*out = (struct interruption){ .kind = disturbances[item->kind].kind,
		                      .seconds = disturbances[item->kind].seconds };
	if (item->kind == PLAN_LINK)
		return link_interrupts(d, item->value, out);
	if (port) {
		field_print(shape_field(plan_kinds[item->kind].shape, port), item->value, &text);
		out->port = arena_strdup(arena, buf_text(&text));
	}
	return out->kind;
}

static const char *interruption_text(struct telling *t, const struct interruption *i)
{
	static const struct {
		const char *kind, *format;
	} texts[] = {
		{ "wifi", "Who is on the Wi-Fi of %s is without it for about %u s." },
		{ "cable", "Who is on the cable %s is without a connection for about %u s." },
		{ "internet", "The way to the Internet on %s takes about %u s to come up." },
		{ "mesh", "The connection to other nodes%s is away for up to %u s." },
		{ "all", "Devices%s need about %u s to get new addresses; their connections end." },
	};

	for (size_t n = 0; n < ARRAY_LENGTH(texts); n++) {
		BUF_AUTO text = { 0 };
		const char *port;

		if (strcmp(texts[n].kind, i->kind) != 0)
			continue;
		port = strstr(texts[n].format, "%s");
		buf_add_bytes(&text, texts[n].format, (size_t)(port - texts[n].format));
		buf_add(&text, i->port ? i->port : "");
		port += 2;
		buf_add_bytes(&text, port, (size_t)(strstr(port, "%u") - port));
		buf_printf(&text, "%u%s", i->seconds, strstr(port, "%u") + 2);
		return arena_strdup(t->arena, buf_text(&text));
	}
	return "";
}

static void tell_interruption(struct telling *t, const struct interruption *i)
{
	const char *text = interruption_text(t, i);

	if (!is_new(t, text))
		return;
	json_open(t->json, NULL, '{');
	json_text(t->json, "kind", i->kind);
	json_text(t->json, "port", i->port);
	json_number(t->json, "seconds", i->seconds);
	json_text(t->json, "text", text);
	json_close(t->json, '}');
}

static bool has_longer(struct arena *arena, const struct plan_diff *diff,
                       const struct interruption *one)
{
	for (size_t i = 0; i < diff->count; i++) {
		struct interruption other;

		if (interrupts(arena, &diff->items[i], &other) && !strcmp(other.kind, one->kind) &&
		    (!other.port || !one->port || !strcmp(other.port, one->port)) &&
		    other.seconds > one->seconds)
			return true;
	}
	return false;
}

static bool has_other_addresses(const struct telling *t)
{
	return !prefix_equal(&t->from->identity.ipv4, &t->to->identity.ipv4);
}

static void tell_interruptions(struct telling *t, const struct plan_diff *diff)
{
	json_open(t->json, "interruptions", '[');
	if (has_other_addresses(t))
		tell_interruption(t, &(struct interruption){ "all", NULL, ADDRESS_S });
	for (size_t i = 0; i < diff->count; i++) {
		struct interruption one;

		if (interrupts(t->arena, &diff->items[i], &one) &&
		    !has_longer(t->arena, diff, &one))
			tell_interruption(t, &one);
	}
	json_close(t->json, ']');
}

void words_print(const struct node *from, const struct node *to, struct json *json)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct telling t = { .arena = arena, .from = from, .to = to, .json = json };
	struct plan_diff diff = plan_diff(from->plan, to->plan, arena);

	tell_effects(&t, &diff);
	tell_interruptions(&t, &diff);
	json_bool(json, "cuts_off", t.cuts_off);
}

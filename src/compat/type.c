/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "compat/type.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/json_reader.h"
#include "state/tables/tables.h"

/* --- the types --- */

static const struct compat_member lease_members[] = {
	{ "hostname", "hostname", .absent = "*" },
};

static const struct compat_member coordinates_members[] = {
	{ "macs", "macs" },
	{ "coordinates.lat", "latitude", .absent = "FIXME" },
	{ "coordinates.lon", "longitude", .absent = "FIXME" },
	{ "links", "links" },
};

static const struct compat_member network_node_members[] = {
	{ "hostname", "hostname" }, { "member", "member" }, { "fw_version", "fw_version" },
	{ "board", "board" },       { "ipv4", "ipv4" },     { "ipv6", "ipv6" },
};

static const struct compat_member node_info_members[] = {
	{ "hostname", "hostname" },
	{ "firmware_version", "firmware_version" },
	{ "board", "board" },
	{ "ipv4", "ipv4" },
	{ "ipv6", "ipv6" },
	{ "coordinates.lat", "latitude", .absent = "FIXME" },
	{ "coordinates.long", "longitude", .absent = "FIXME" },
	{ "macs", "macs" },
	{ "uptime", "uptime_s" },
	{ "device", "device" },
};

static const struct compat_member wifi_link_members[] = {
	{ "src_mac", "src_mac" },
	{ "dst_mac", "dst_mac" },
	{ "signal", "signal", COMPAT_MEMBER_NEGATED },
	{ "chains", "chains", COMPAT_MEMBER_NUMBERS },
	{ "iface", "iface" },
	{ "rx_rate", "rx_rate" },
	{ "tx_rate", "tx_rate" },
	{ "freq", "freq" },
	{ "channel", "channel" },
};

static const struct compat_member bat_link_members[] = {
	{ "src_mac", "src_mac" },
	{ "dst_mac", "dst_mac" },
	{ "iface", "iface" },
	{ "tq", "tq" },
	{ "last_seen_msecs", "last_seen_msecs" },
};

static const struct compat_member babel_link_members[] = {
	{ "src_ip", "src_ip" },
	{ "dst_ip", "dst_ip" },
	{ "iface", "iface" },
};

static const struct compat_member host_members[] = { { "", "name" } };
static const struct compat_member server_members[] = { { "", "ip" } };

#define MEMBERS(members_) .members = (members_), .n_members = ARRAY_LENGTH(members_)
/* Lifetimes of the HTTP protocol are 30 bleaches of two minutes, and exchanges each five. */
#define BY_HTTP 3600, 300
/* Leases and names may come both ways: a node may have but one of the protocols. */
#define BOTH (COMPAT_ASYNC | COMPAT_HTTP)

const struct compat_type compat_types[] = {
	{ "dnsmasq-leases", BOTH, BY_HTTP, COMPAT_FORM_LEASE, &state_table_leases,
	  MEMBERS(lease_members) },
	{ "dnsmasq-hosts", BOTH, BY_HTTP, COMPAT_FORM_HOSTS, &state_table_names },
	{ "dnsmasq-servers", BOTH, BY_HTTP, COMPAT_FORM_TEXT, &state_table_dns_servers,
	  MEMBERS(server_members) },
	{ "babeld-hosts", BOTH, BY_HTTP, COMPAT_FORM_TEXT, &state_table_babel_hosts,
	  MEMBERS(host_members) },
	{ "nodes_and_links", BOTH, BY_HTTP, COMPAT_FORM_OBJECT, &state_table_coordinates,
	  MEMBERS(coordinates_members) },
	{ "pirania-vouchers", BOTH, BY_HTTP, COMPAT_FORM_DOCUMENT, &state_table_documents },
	{ "net-stats", COMPAT_ASYNC, 1200, 120, COMPAT_FORM_DOCUMENT, &state_table_documents },
	{ "network_nodes", COMPAT_MULTIWRITER, BY_HTTP, COMPAT_FORM_OBJECT,
	  &state_table_network_nodes, MEMBERS(network_node_members) },
	{ "bat-hosts", COMPAT_ASYNC, 2400, 30, COMPAT_FORM_TEXT, &state_table_bat_hosts,
	  MEMBERS(host_members) },
	{ "node_info", COMPAT_ASYNC, 2400, 33, COMPAT_FORM_OBJECT, &state_table_node_info,
	  MEMBERS(node_info_members) },
	{ "wifi_links_info", COMPAT_ASYNC, 2400, 33, COMPAT_FORM_LINKS, &state_table_wifi_links,
	  MEMBERS(wifi_link_members) },
	{ "bat_links_info", COMPAT_ASYNC, 2400, 30, COMPAT_FORM_LINKS, &state_table_bat_links,
	  MEMBERS(bat_link_members) },
	{ "babel_links_info", COMPAT_ASYNC, 2400, 30, COMPAT_FORM_LINKS, &state_table_babel_links,
	  MEMBERS(babel_link_members) },
	{ "node_info_ref", COMPAT_ASYNC, 2400, 50, COMPAT_FORM_OBJECT, &state_table_node_info_ref,
	  MEMBERS(node_info_members) },
	{ "wifi_links_info_ref", COMPAT_ASYNC, 2400, 50, COMPAT_FORM_LINKS,
	  &state_table_wifi_links_ref, MEMBERS(wifi_link_members) },
	{ "bat_links_info_ref", COMPAT_ASYNC, 2400, 50, COMPAT_FORM_LINKS,
	  &state_table_bat_links_ref, MEMBERS(bat_link_members) },
	{ "babel_links_info_ref", COMPAT_ASYNC, 2400, 50, COMPAT_FORM_LINKS,
	  &state_table_babel_links_ref, MEMBERS(babel_link_members) },
};
const size_t n_compat_types = ARRAY_LENGTH(compat_types);

const struct compat_type *compat_type_find(const char *name, enum compat_protocol protocol)
{
	for (size_t i = 0; i < n_compat_types; i++) {
		if ((compat_types[i].protocols & protocol) && !strcmp(compat_types[i].name, name))
			return &compat_types[i];
	}
	return NULL;
}

/* --- reading --- */

#define TEXT_MAX  256 /* bytes of any text that a field takes */
#define ITEMS_MAX 64  /* of any list */

struct reading {
	const struct compat_type *type;
	struct arena *arena;
	struct diag *diag; /* what was left out; nobody reads it */
	void *object;
};

static const struct field *field_of(const struct compat_type *type,
                                    const struct compat_member *member)
{
	const struct field *field = shape_field(type->table->shape, member->field);

	assert(field);
	return field;
}

static const struct compat_member *find_member(const struct compat_type *type, const char *path)
{
	for (size_t i = 0; i < type->n_members; i++) {
		if (!strcmp(type->members[i].path, path))
			return &type->members[i];
	}
	return NULL;
}

/* A number as the field has it: whole, and of NEGATED without its sign. */
static void trim_number(const struct field *field, const struct compat_member *member, char *text)
{
	if (field->type != FIELD_TYPE_UINT)
		return;
	text[strcspn(text, ".eE")] = '\0';
	if (member->form == COMPAT_MEMBER_NEGATED && *text == '-')
		memmove(text, text + 1, strlen(text));
}

static void set_small(const struct reading *reading, const struct compat_member *member,
                      struct json_reader *r)
{
	const struct field *field = field_of(reading->type, member);
	enum json_type type = json_reader_peek(r);
	char text[TEXT_MAX] = "";
	const char *bytes;
	size_t size;

	if (type == JSON_TEXT) {
		if (!json_reader_text(r, text, sizeof(text)))
			return;
	} else if (type != JSON_NUMBER && type != JSON_BOOL) {
		return;
	} else {
		(void)json_reader_raw(r, &bytes, &size);
		if (size >= sizeof(text))
			return;
		memcpy(text, bytes, size);
	}
	trim_number(field, member, text);
	if (member->absent && !strcmp(text, member->absent))
		return;
	if (*text &&
	    field_set(field, reading->arena, reading->object, text, NULL, reading->diag) < 0)
		return;
}

/* One value, which is valid JSON, into its field. */
static void set_member(const struct reading *reading, const struct compat_member *member,
                       const char *bytes, size_t size)
{
	const struct field *field = field_of(reading->type, member);
	struct json_reader r;
	size_t n = 0;

	json_reader_init(&r, bytes, size);
	if (json_reader_peek(&r) != JSON_ARRAY) {
		set_small(reading, member, &r);
		return;
	}
	if (field->type != FIELD_TYPE_LIST)
		return;
	json_reader_enter(&r, '[');
	while (n++ < ITEMS_MAX && json_reader_item(&r)) {
		struct json_reader item;
		const char *at;
		size_t length;

		(void)json_reader_raw(&r, &at, &length);
		json_reader_init(&item, at, length);
		set_small(reading, member, &item);
	}
}

/* Members of the object that was entered; `prefix` is "" or "coordinates.". */
static void read_members(const struct reading *reading, struct json_reader *r, const char *prefix)
{
	char name[32], path[64];

	while (json_reader_member(r, name, sizeof(name))) {
		const struct compat_member *member;
		const char *bytes;
		size_t size;

		snprintf(path, sizeof(path), "%s%s", prefix, name);
		member = find_member(reading->type, path);
		if (!member && !*prefix && json_reader_peek(r) == JSON_OBJECT) {
			snprintf(path, sizeof(path), "%s.", name);
			json_reader_enter(r, '{');
			read_members(reading, r, path);
			continue;
		}
		if (json_reader_raw(r, &bytes, &size) && member)
			set_member(reading, member, bytes, size);
	}
}

bool compat_read_object(const struct compat_type *type, const char *data, size_t size,
                        struct arena *arena, void *object)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct reading reading = { type, arena, diag, object };
	struct json_reader r;

	shape_default(type->table->shape, arena, object);
	if (type->form == COMPAT_FORM_TEXT) {
		set_member(&reading, &type->members[0], data, size);
		return field_is_set(field_of(type, &type->members[0]), object);
	}
	json_reader_init(&r, data, size);
	if (json_reader_peek(&r) != JSON_OBJECT)
		return false;
	json_reader_enter(&r, '{');
	read_members(&reading, &r, "");
	return !r.failed;
}

/* --- printing --- */

static const struct string_list *list_of(const struct field *field, const void *object)
{
	return (const struct string_list *)(const void *)((const char *)object + field->at);
}

static void print_value(const struct compat_member *member, const struct field *field,
                        const void *object, struct buf *out)
{
	if (!field_is_set(field, object) && member->absent) {
		buf_add_json(out, member->absent);
	} else if (member->form == COMPAT_MEMBER_NUMBERS) {
		const struct string_list *list = list_of(field, object);

		for (size_t i = 0; i < list->count; i++)
			buf_printf(out, "%s%s", i ? "," : "[", list->items[i]);
		buf_add_char(out, ']');
	} else {
		if (member->form == COMPAT_MEMBER_NEGATED)
			buf_add_char(out, '-');
		field_print_json(field, object, out);
	}
}

/* Bytes of "coordinates." in "coordinates.lat"; 0 of a member that is in no other. */
static size_t prefix_of(const char *path)
{
	const char *dot = strchr(path, '.');

	return dot ? (size_t)(dot + 1 - path) : 0;
}

void compat_print_members(const struct compat_type *type, const void *object, struct buf *out)
{
	const char *inside = ""; /* the path of a member that is in the same member as the next */
	bool comma = false;

	for (size_t i = 0; i < type->n_members; i++) {
		const struct compat_member *member = &type->members[i];
		const struct field *field = field_of(type, member);
		size_t prefix = prefix_of(member->path), open = prefix_of(inside);
		bool same = prefix == open && !strncmp(inside, member->path, prefix);

		if (!field_is_set(field, object) && !member->absent &&
		    field->type != FIELD_TYPE_BOOL && type->table != &state_table_coordinates)
			continue;
		if (!same && open)
			buf_add_char(out, '}');
		buf_add(out, comma ? "," : "");
		if (!same && prefix)
			buf_printf(out, "\"%.*s\":{", (int)prefix - 1, member->path);
		buf_printf(out, "\"%s\":", member->path + prefix);
		print_value(member, field, object, out);
		comma = true;
		inside = member->path;
	}
	if (prefix_of(inside))
		buf_add_char(out, '}');
}

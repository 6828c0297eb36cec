/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/hours.h"
#include "state/tables/tables.h"

/* As enum health_class of gateway/health.h has them, and enum gateway_offer. */
static const char *const healths[] = { "unknown", "sick", "poor", "fair", "good", NULL };
static const char *const offers[] = { "open", "members", "closed", NULL };

static const char *check_hours(const char *text)
{
	struct hours hours;

	return hours_parse(text, &hours) ? NULL : "is not a time of day like 08:00-22:00";
}

static const char *check_router(const char *text)
{
	return key_is_hex(text) ? NULL : "is no id of a router";
}

static const struct field fields[] = {
	FIELD_TEXT(struct gateway_row, hostname, 63, value_check_name, "Name of the node"),
	FIELD_IP(struct gateway_row, ipv4, NULL, "IPv4 address in the mesh"),
	FIELD_IP(struct gateway_row, ipv6, NULL, "IPv6 address in the mesh"),
	FIELD_TEXT(struct gateway_row, words, 160, NULL, "What its owner says about it"),
	FIELD_ENUM(struct gateway_row, offer, offers, 0, "Whom it takes that chose it"),
	FIELD_TEXT(struct gateway_row, hours, 11, check_hours, "When"),
	FIELD_UINT(struct gateway_row, limit_kbps, 0, UINT32_MAX, 0, "kbit/s for all others"),
	FIELD_ENUM(struct gateway_row, health4, healths, 0, "How well IPv4 works"),
	FIELD_ENUM(struct gateway_row, health6, healths, 0, "How well IPv6 works"),
	FIELD_UINT(struct gateway_row, delay4_ms, 0, 60000, 0, "To the Internet and back, IPv4"),
	FIELD_UINT(struct gateway_row, delay6_ms, 0, 60000, 0, "To the Internet and back, IPv6"),
	FIELD_UINT(struct gateway_row, loss4_percent, 0, 100, 0, "Of its questions, IPv4"),
	FIELD_UINT(struct gateway_row, loss6_percent, 0, 100, 0, "Of its questions, IPv6"),
	FIELD_UINT(struct gateway_row, down_kbps, 0, UINT32_MAX, 0,
	           "The most that came from the Internet of late"),
	FIELD_UINT(struct gateway_row, up_kbps, 0, UINT32_MAX, 0,
	           "The most that went to the Internet of late"),
	FIELD_UINT(struct gateway_row, load_kbps, 0, UINT32_MAX, 0, "What it carries"),
	FIELD_UINT(struct gateway_row, since_s, 0, UINT32_MAX, 0,
	           "Seconds since its health or its offer changed"),
	FIELD_TEXT(struct gateway_row, router, 23, check_router, "Its id in Babel"),
};
static SHAPE(shape, "gateways", "Ways to the Internet", struct gateway_row, fields);

const struct state_table state_table_gateways = {
	.name = "gateways",
	.doc = "Ways to the Internet",
	.id = 15,
	.shape = &shape,
	.key_check = key_is_name,
	.lifetime_s = 4200,
	.max_rows = 4,
	.max_value = 420,
	.urgent = true,
	.interval_s = 60,
};

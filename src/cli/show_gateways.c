/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "base/buf.h"
#include "cli/read.h"
#include "cli/show.h"

static void add_rate(struct json_object *gateway, const char *name, const char *words,
                     struct buf *out)
{
	int64_t rate = read_number(gateway, name);

	if (rate >= 10000)
		buf_printf(out, ", %s %" PRId64 " Mbit/s", words, rate / 1000);
	else if (rate)
		buf_printf(out, ", %s %" PRId64 " kbit/s", words, rate);
}

static void add_family(struct json_object *gateway, const char *name, const char *words,
                       struct buf *out)
{
	struct json_object *side = read_member(gateway, name);

	buf_printf(out, ", %s %s", words, read_text(side, "health"));
	if (read_number(side, "delay_ms"))
		buf_printf(out, " %" PRId64 " ms", read_number(side, "delay_ms"));
	if (read_number(side, "loss_percent"))
		buf_printf(out, " loses %" PRId64 " %%", read_number(side, "loss_percent"));
}

static void add_way(struct json_object *gateway, struct buf *out)
{
	struct json_object *path = read_member(gateway, "path");
	int64_t hops = read_number(path, "hops");

	if (read_bool(gateway, "self"))
		buf_add(out, "this node");
	else if (hops)
		buf_printf(out, "%" PRId64 " hop%s, %" PRId64 " ms", hops, hops == 1 ? "" : "s",
		           read_number(path, "delay_ms"));
	else
		buf_add(out, "not measured yet");
}

static void show_gateway(struct json_object *gateway, struct buf *out)
{
	const char *fault = read_text(gateway, "fault"), *words = read_text(gateway, "words");

	buf_printf(out, "%c %s: ", read_count(gateway, "used") ? '*' : ' ',
	           read_text(gateway, "name"));
	add_way(gateway, out);
	add_family(gateway, "ipv4", "IPv4", out);
	add_family(gateway, "ipv6", "IPv6", out);
	add_rate(gateway, "load_kbps", "carries", out);
	add_rate(gateway, "limit_kbps", "gives", out);
	buf_add(out, "\n");
	if (read_count(gateway, "used") == 1)
		buf_printf(out, "    for IPv%c alone\n",
		           strcmp(read_line(gateway, "used", 0), "ipv4") == 0 ? '4' : '6');
	if (*fault)
		buf_printf(out, "    %s\n", fault);
	if (strcmp(read_text(gateway, "offer"), "members") == 0)
		buf_add(out, "    for its members alone\n");
	if (*words) {
		buf_add(out, "    \"");
		buf_add_printable(out, words);
		buf_add(out, "\"\n");
	}
}

static void show_one_choice(struct json_object *choice, struct buf *out)
{
	const char *why = read_text(choice, "why");

	buf_printf(out, "  %s: %s%s%s\n", read_text(choice, "client"), read_text(choice, "gateway"),
	           *why ? "; " : "", why);
}

void show_gateways(struct json_object *result, struct buf *out)
{
	struct json_object *chosen = read_member(read_member(result, "node"), "chosen");
	const char *problem = read_text(result, "problem");

	if (*problem)
		buf_printf(out, "! %s\n", problem);
	buf_printf(out, "%s\n", read_text(result, "reason"));
	for (size_t i = 0; i < read_count(result, "gateways"); i++)
		show_gateway(read_element(result, "gateways", i), out);
	if (chosen && *read_text(chosen, "why"))
		buf_printf(out, "chosen for this node: %s\n", read_text(chosen, "why"));
	if (read_count(result, "choices"))
		buf_add(out, "chosen for clients:\n");
	for (size_t i = 0; i < read_count(result, "choices"); i++)
		show_one_choice(read_element(result, "choices", i), out);
}

void show_choice(struct json_object *result, struct buf *out)
{
	const char *client = read_text(result, "client"), *gateway = read_text(result, "gateway");
	const char *why = read_text(result, "why");

	buf_printf(out, "%s: %s", *client ? client : "this node", *gateway ? gateway : "automatic");
	if (*why)
		buf_printf(out, " (%s)", why);
	buf_add(out, "\n");
}

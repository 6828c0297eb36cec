/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * The state of the node as JSON (docs/wire/control.md).
 */
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/programs.h"
#include "daemon/runtime.h"
#include "daemon/self.h"
#include "net/identity.h"

static void add_prefix(struct json *json, const char *name, const struct prefix *prefix)
{
	char text[PREFIX_TEXT_SIZE];

	if (prefix->ip.family != IP_NONE)
		json_text(json, name, prefix_format(prefix, text));
}

/* The lines of a text, as an array. */
static void add_lines(struct json *json, const char *name, const struct buf *lines)
{
	const char *rest = buf_text(lines);

	json_open(json, name, '[');
	while (*rest) {
		const char *end = strchrnul(rest, '\n');
		BUF_AUTO line = { 0 };

		buf_add_bytes(&line, rest, (size_t)(end - rest));
		json_text(json, NULL, buf_text(&line));
		rest = *end ? end + 1 : end;
	}
	json_close(json, ']');
}

static void add_node(const struct daemon *daemon, struct json *json)
{
	const struct node *node = daemon->accepted.node;
	char mac[MAC_TEXT_SIZE];

	json_open(json, "node", '{');
	json_text(json, "version", WEFT_VERSION);
	json_number(json, "pid", getpid());
	json_number(json, "uptime_s", (clock_ms() - daemon->since_ms) / 1000);
	if (node) {
		json_text(json, "name", node->identity.hostname);
		json_text(json, "domain", node->identity.domain);
		json_text(json, "mac", mac_format(&node->identity.ids.mac, mac));
		add_prefix(json, "ipv4", &node->identity.ipv4);
		add_prefix(json, "ipv6", &node->identity.ipv6);
	}
	json_close(json, '}');
}

static void add_configuration(const struct daemon *daemon, struct json *json)
{
	static const char *const words[] = {
		[ACCEPTED_NOTHING] = "none",
		[ACCEPTED_FILES] = "current",
		[ACCEPTED_LAST_GOOD] = "last good",
	};

	json_open(json, "configuration", '{');
	json_text(json, "state", words[daemon->accepted.source]);
	json_bool(json, "applied", daemon->plan && !daemon->failure.length);
	add_lines(json, "mistakes", &daemon->accepted.mistakes);
	add_lines(json, "refused", &daemon->refused);
	add_lines(json, "failure", &daemon->failure);
	json_close(json, '}');
}

void daemon_status(struct daemon *daemon, struct buf *out)
{
	struct json json = { .out = out };

	json_open(&json, NULL, '{');
	add_node(daemon, &json);
	add_configuration(daemon, &json);
	programs_print_json(daemon->programs, &json);
	json_close(&json, '}');
}

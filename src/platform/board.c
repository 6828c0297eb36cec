/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * board.json: OpenWrt's description of a box.  Written by the box's own firmware, but a person may
 * edit it, and a lab does; so everything is looked at before it is believed.
 */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "net/facts.h"
#include "platform/read.h"

#define BOARD_LIMIT  (256 * 1024) /* bytes; those of OpenWrt have a few thousand */
#define BOARD_DEPTH  16
#define DEVICES_MAX  128
#define ROLES_MAX    32
#define BOARD_SUFFIX "/etc/board.json"

static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *member = NULL;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_string))
		return NULL;
	return json_object_get_string(member);
}

static struct json_object *member_of(struct json_object *object, const char *name,
                                     enum json_type type)
{
	struct json_object *member = NULL;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &member))
		return NULL;
	return json_object_is_type(member, type) ? member : NULL;
}

/* A name that a network device can have; "/dev/cdc-wdm0" is none. */
static bool is_device(const char *text)
{
	size_t length = text ? strlen(text) : 0;

	return length > 0 && length < IFNAME_SIZE && !strpbrk(text, "/ \t\n") &&
	       strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

static void role_devices(struct json_object *value, struct arena *arena, struct fact_role *role)
{
	struct json_object *ports = member_of(value, "ports", json_type_array);
	const char *device = text_of(value, "device");
	size_t n = ports ? json_object_array_length(ports) : 0;

	if (n > DEVICES_MAX)
		n = DEVICES_MAX;
	role->devices = arena_array_of(arena, const char *, n + 1);
	role->from_ports = n > 0;
	for (size_t i = 0; i < n; i++) {
		struct json_object *port = json_object_array_get_idx(ports, i);
		const char *name = json_object_is_type(port, json_type_string)
		                           ? json_object_get_string(port)
		                           : NULL;

		if (is_device(name))
			role->devices[role->n_devices++] = arena_strdup(arena, name);
	}
	if (!role->from_ports && is_device(device))
		role->devices[role->n_devices++] = arena_strdup(arena, device);
}

static void read_roles(struct json_object *board, struct arena *arena, struct facts *facts)
{
	struct json_object *network = member_of(board, "network", json_type_object);
	struct fact_role *roles = arena_array_of(arena, struct fact_role, ROLES_MAX);
	size_t n = 0;

	if (!network)
		return;
	json_object_object_foreach(network, name, value)
	{
		const char *protocol = text_of(value, "protocol");

		if (n == ROLES_MAX)
			break;
		roles[n].name = arena_strdup(arena, name);
		roles[n].protocol = arena_strdup(arena, protocol ? protocol : "");
		role_devices(value, arena, &roles[n]);
		n++;
	}
	facts->roles = roles;
	facts->n_roles = n;
}

static void read_switch(struct json_object *ports, struct arena *arena, struct facts *facts)
{
	size_t n = ports ? json_object_array_length(ports) : 0;

	for (size_t i = 0; i < n && facts->n_switch_cpu_ports < DEVICES_MAX; i++) {
		const char *device = text_of(json_object_array_get_idx(ports, i), "device");

		if (is_device(device))
			facts->switch_cpu_ports[facts->n_switch_cpu_ports++] = arena_strdup(arena,
			                                                                    device);
	}
}

static void read_switches(struct json_object *board, struct arena *arena, struct facts *facts)
{
	struct json_object *switches = member_of(board, "switch", json_type_object);

	facts->switch_cpu_ports = arena_array_of(arena, const char *, DEVICES_MAX);
	if (!switches)
		return;
	json_object_object_foreach(switches, name, value)
	{
		(void)name;
		read_switch(member_of(value, "ports", json_type_array), arena, facts);
	}
}

static void diag_at(struct diag *diag, const char *path, const char *text, size_t offset,
                    const char *why)
{
	struct origin origin = { .file = path, .line = 1, .column = 1 };

	for (size_t i = 0; i < offset && text[i]; i++) {
		origin.column = text[i] == '\n' ? 1 : origin.column + 1;
		origin.line += text[i] == '\n';
	}
	diag_add(diag, DIAG_ERROR, &origin, "%s", why);
}

static struct json_object *parse(const char *path, const struct buf *content, struct diag *diag)
{
	struct json_tokener *tokener = json_tokener_new_ex(BOARD_DEPTH);
	struct json_object *board = json_tokener_parse_ex(tokener, buf_text(content),
	                                                  (int)content->length + 1);
	enum json_tokener_error error = json_tokener_get_error(tokener);

	if (error != json_tokener_success) {
		diag_at(diag, path, buf_text(content), json_tokener_get_parse_end(tokener),
		        error == json_tokener_continue ? "the file ends too early"
		                                       : json_tokener_error_desc(error));
	} else if (!json_object_is_type(board, json_type_object)) {
		diag_at(diag, path, "", 0, "this is not a description of a board");
	}
	json_tokener_free(tokener);
	return board;
}

void read_board(const char *root, struct arena *arena, struct facts *facts, struct diag *diag)
{
	const char *path = arena_printf(arena, "%s" BOARD_SUFFIX, root);
	struct origin origin = { .file = path };
	BUF_AUTO content = { 0 };
	struct json_object *board;
	int rc = file_read(path, BOARD_LIMIT, &content);

	if (rc < 0 && rc != -ENOENT)
		diag_add(diag, DIAG_ERROR, &origin, "cannot be read: %s", file_fault(rc));
	if (rc < 0)
		return;
	board = parse(path, &content, diag);
	read_roles(board, arena, facts);
	read_switches(board, arena, facts);
	facts->board_name =
		arena_strdup(arena, text_of(member_of(board, "model", json_type_object), "name"));
	json_object_put(board);
}

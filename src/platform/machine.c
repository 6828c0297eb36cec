/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/machine.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "platform/read.h"
#include "uci/uci.h"

static struct uci_document *read_uci(struct machine *machine, const char *root, const char *name,
                                     struct diag *diag)
{
	const char *path = arena_printf(machine->arena, "%s/etc/config/%s", root, name);
	struct origin origin = { .file = path };
	BUF_AUTO content = { 0 };
	int rc = file_read(path, UCI_FILE_LIMIT, &content);

	if (rc == -ENOENT)
		return NULL;
	if (rc < 0) {
		diag_add(diag, DIAG_ERROR, &origin, "cannot be read: %s", file_fault(rc));
		return NULL;
	}
	return uci_parse(path, buf_text(&content), content.length, diag);
}

/* It is written by weft and no layer: a broken one must not keep good files from being used. */
static struct uci_document *read_autogen(struct machine *machine, const char *root,
                                         struct diag *diag)
{
	AUTO(diag_free) struct diag *mistakes = diag_new();
	AUTO(uci_free) struct uci_document *autogen = read_uci(machine, root, "lime-autogen",
	                                                       mistakes);

	if (!diag_has_errors(mistakes))
		return take(autogen);
	diag_add(diag, DIAG_WARNING, &diag_first(mistakes)->origin,
	         "not used, written anew when a configuration is accepted: %s",
	         diag_first(mistakes)->text);
	return NULL;
}

/* The interface that names lime-<mac>. */
static const struct fact_link *primary_of(const struct machine *machine)
{
	const char *wanted = machine->autogen
	                             ? uci_get(machine->autogen, "network", "primary_interface")
	                             : NULL;

	return facts_primary(&machine->facts, wanted ? wanted : "eth0");
}

static void read_mac_layer(struct machine *machine, const char *root, struct diag *diag)
{
	const struct fact_link *link = primary_of(machine);
	const uint8_t *b = machine->mac.byte;

	if (!link)
		return;
	machine->primary = link->name;
	machine->mac = link->mac;
	machine->layers[MACHINE_MAC] = read_uci(machine, root,
	                                        arena_printf(machine->arena,
	                                                     "lime-%02x%02x%02x%02x%02x%02x", b[0],
	                                                     b[1], b[2], b[3], b[4], b[5]),
	                                        diag);
}

static void read_layers(struct machine *machine, const char *root, struct diag *diag)
{
	struct uci_document **layers = machine->layers;

	layers[MACHINE_DEFAULTS] = read_uci(machine, root, "lime-defaults", diag);
	if (!layers[MACHINE_DEFAULTS])
		layers[MACHINE_DEFAULTS] = uci_parse("lime-defaults (built in)", lime_defaults,
		                                     strlen(lime_defaults), diag);
	layers[MACHINE_COMMUNITY] = read_uci(machine, root, "lime-community", diag);
	machine->autogen = read_autogen(machine, root, diag);
	read_mac_layer(machine, root, diag);
	layers[MACHINE_NODE] = read_uci(machine, root, "lime-node", diag);
}

struct machine *machine_read(const char *root, struct diag *diag)
{
	struct arena *arena = arena_new();
	struct machine *machine = arena_new_of(arena, struct machine);
	AUTO(uci_free) struct uci_document *wireless = NULL;
	size_t length = strlen(root);

	while (length && root[length - 1] == '/')
		length--;
	root = arena_strndup(arena, root, length);
	machine->arena = arena;
	read_board(root, arena, &machine->facts, diag);
	read_links(root, arena, &machine->facts);
	read_packages(root, arena, &machine->facts);
	wireless = read_uci(machine, root, "wireless", diag);
	read_radios(root, wireless, arena, &machine->facts);
	read_layers(machine, root, diag);
	return machine;
}

void machine_free(struct machine *machine)
{
	if (!machine)
		return;
	for (size_t i = 0; i < MACHINE_N_LAYERS; i++)
		uci_free(machine->layers[i]);
	uci_free(machine->autogen);
	arena_free(machine->arena);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What a person hands to `weft fleet check`: up to the first line of `---` a community's file,
 * behind it a list of MACs, each of which is used with and without a second community's file in
 * between.
 */
#include "fleet/fleet.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "fleet/list.h"
#include "fuzz.h"
#include "uci/uci.h"

#define BOXES_TRIED 64

static const char other[] = "config lime wifi\n\toption ap_ssid other\n";

static struct fleet_config *use(struct fleet *fleet, const char *text, size_t size,
                                struct diag *diag)
{
	AUTO(uci_free) struct uci_document *document = uci_parse("community", text, size, diag);
	struct uci_document *const layers[] = { document };

	return fleet_add_config(fleet, "community", layers, 1, diag);
}

static void check_problems(const struct fleet *fleet)
{
	for (const struct fleet_problem *p = fleet_problems(fleet); p; p = p->next) {
		assert(*p->text && *p->change);
		assert(p->n_nodes || p->n_options);
		assert(p->severity == DIAG_ERROR || p->severity == DIAG_WARNING);
	}
}

static void try_fleet(const char *community, size_t size, const struct fleet_box *boxes,
                      size_t n_boxes)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(fleet_free) struct fleet *fleet = fleet_new();
	struct fleet_config *configs[] = { use(fleet, community, size, diag),
		                           use(fleet, other, strlen(other), diag) };
	BUF_AUTO out = { 0 };

	for (size_t i = 0; i < n_boxes; i++) {
		struct origin listed = { .file = "macs", .line = boxes[i].line };

		fleet_add_node(fleet, configs[i % 2], &boxes[i].mac, &listed, diag);
	}
	fleet_compare(fleet);
	check_problems(fleet);
	fleet_print_clouds(fleet, &out);
	fleet_print_problems(fleet, &out);
	fleet_print_json(fleet, diag, &out);
	assert(out.length > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	char *text = arena_strndup(arena, (const char *)bytes, size);
	char *line = strstr(text, "\n---\n");
	const char *list = line ? line + strlen("\n---\n") : "";
	size_t n_boxes;
	struct fleet_box *boxes = fleet_read_list(arena, "macs", list, strlen(list), diag,
	                                          &n_boxes);

	if (line)
		line[1] = '\0';
	try_fleet(text, strlen(text), boxes, n_boxes < BOXES_TRIED ? n_boxes : BOXES_TRIED);
	return 0;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "fleet/fleet.h"
#include "fleet/list.h"
#include "main/command.h"
#include "platform/machine.h"
#include "uci/uci.h"

extern const struct command command_fleet;

/* Boxes with a configuration in common have its mistakes in common; so many are shown. */
#define MISTAKES_LIMIT 100

/* The command line, being worked off. */
struct work {
	struct arena *arena;
	struct diag *diag;
	struct fleet *fleet;
	struct uci_document *defaults;
	/* The cloud that lists belong to, until the next one. */
	const char *name;
	struct uci_document *community;
	struct fleet_config *config;
	bool has_list;
};

static bool read_text(struct work *work, const char *path, size_t limit, struct buf *text)
{
	struct origin origin = { .file = path };
	int rc = file_read_any(path, limit, text);

	if (rc < 0)
		diag_add(work->diag, DIAG_ERROR, &origin, "cannot be read: %s", file_fault(rc));
	return rc == 0;
}

/* A list has MACs where a configuration has this word. */
static bool is_community(const char *text)
{
	for (;;) {
		size_t length;

		text += strspn(text, " \t\r\n");
		length = strcspn(text, " \t\r\n");
		if (*text != '#')
			return (length == 6 && !strncmp(text, "config", 6)) ||
			       (length == 7 && !strncmp(text, "package", 7));
		text += strcspn(text, "\n");
	}
}

static struct fleet_config *add_config(struct work *work, const char *name,
                                       struct uci_document *own)
{
	AUTO(diag_free) struct diag *mistakes = diag_new();
	struct fleet_config *config;
	struct uci_document *const layers[] = { work->defaults, work->community, own };

	config = fleet_add_config(work->fleet, name, layers, ARRAY_LENGTH(layers), mistakes);
	diag_merge(work->diag, mistakes, MISTAKES_LIMIT);
	return config;
}

/* A cloud without a list still has a VLAN and a range. */
static void end_community(struct work *work)
{
	struct origin listed = { .file = work->name };

	if (work->config && !work->has_list)
		fleet_add_node(work->fleet, work->config, &(struct mac){ 0 }, &listed, work->diag);
	uci_free(work->community);
	work->community = NULL;
	work->config = NULL;
	work->has_list = false;
}

static void begin_community(struct work *work, const char *path, const struct buf *text)
{
	end_community(work);
	work->name = path;
	work->community = uci_parse(path, buf_text(text), text->length, work->diag);
	work->config = add_config(work, path, NULL);
}

/* The folder of a path, with its slash. */
static const char *folder_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_strndup(arena, path, (size_t)(slash - path) + 1) : "";
}

/* The file lime-MAC beside the list makes a configuration of the box's own. */
static struct fleet_config *config_of(struct work *work, const char *folder, const struct mac *mac)
{
	const uint8_t *b = mac->byte;
	const char *path = arena_printf(work->arena, "%slime-%02x%02x%02x%02x%02x%02x", folder,
	                                b[0], b[1], b[2], b[3], b[4], b[5]);
	AUTO(uci_free) struct uci_document *own = NULL;
	struct origin origin = { .file = path };
	BUF_AUTO text = { 0 };
	int rc = file_read(path, UCI_FILE_LIMIT, &text);

	if (rc == -ENOENT)
		return work->config;
	if (rc < 0) {
		diag_add(work->diag, DIAG_ERROR, &origin, "cannot be read: %s", file_fault(rc));
		return work->config;
	}
	own = uci_parse(path, buf_text(&text), text.length, work->diag);
	return add_config(work, path, own);
}

static void add_list(struct work *work, const char *path, const struct buf *text)
{
	const char *folder = folder_of(work->arena, path);
	size_t n_boxes;
	struct fleet_box *boxes = fleet_read_list(work->arena, path, buf_text(text), text->length,
	                                          work->diag, &n_boxes);

	work->has_list = true;
	for (size_t i = 0; i < n_boxes; i++) {
		AUTO(diag_free) struct diag *mistakes = diag_new();
		struct origin listed = { .file = path, .line = boxes[i].line };

		fleet_add_node(work->fleet, config_of(work, folder, &boxes[i].mac), &boxes[i].mac,
		               &listed, mistakes);
		diag_merge(work->diag, mistakes, MISTAKES_LIMIT);
	}
}

static void read_argument(struct work *work, const char *path)
{
	BUF_AUTO text = { 0 };

	if (!read_text(work, path, FLEET_LIST_LIMIT, &text))
		return;
	if (!work->config || is_community(buf_text(&text)))
		begin_community(work, path, &text);
	else
		add_list(work, path, &text);
}

static void add_count(struct buf *out, size_t count, const char *one, const char *many)
{
	if (count)
		buf_printf(out, "%s%zu %s", out->length ? ", " : "", count,
		           count == 1 ? one : many);
}

static size_t count_all(const struct work *work, enum diag_severity severity)
{
	size_t count = fleet_count(work->fleet, severity);

	for (const struct diag_item *item = diag_first(work->diag); item; item = item->next)
		count += item->severity == severity && !item->repeated;
	return count;
}

static void print_text(const struct work *work)
{
	BUF_AUTO clouds = { 0 }, problems = { 0 }, counts = { 0 };

	fleet_print_clouds(work->fleet, &clouds);
	fputs(buf_text(&clouds), stdout);
	fflush(stdout);
	diag_print(work->diag, &problems);
	fleet_print_problems(work->fleet, &problems);
	add_count(&counts, count_all(work, DIAG_ERROR), "error", "errors");
	add_count(&counts, count_all(work, DIAG_UNKNOWN), "ignored", "ignored");
	add_count(&counts, count_all(work, DIAG_WARNING), "warning", "warnings");
	fputs(buf_text(&problems), stderr);
	if (counts.length)
		fprintf(stderr, "%s\n", counts.text);
}

static int print(const struct work *work, bool json)
{
	bool good = !count_all(work, DIAG_ERROR) && !count_all(work, DIAG_UNKNOWN);
	BUF_AUTO out = { 0 };

	if (json) {
		fleet_print_json(work->fleet, work->diag, &out);
		fputs(buf_text(&out), stdout);
	} else {
		print_text(work);
	}
	if (good && !json)
		puts("Nothing collides.");
	return good ? EXIT_STATUS_OK : EXIT_STATUS_FAILED;
}

static int check(char **paths, int n_paths, bool json)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(fleet_free) struct fleet *fleet = fleet_new();
	AUTO(uci_free) struct uci_document *defaults = uci_parse("lime-defaults", lime_defaults,
	                                                         strlen(lime_defaults), diag);
	struct work work = { .arena = arena, .diag = diag, .fleet = fleet, .defaults = defaults };

	for (int i = 0; i < n_paths; i++)
		read_argument(&work, paths[i]);
	end_community(&work);
	fleet_compare(fleet);
	return print(&work, json);
}

static int run_fleet(const struct command_context *context, int argc, char **argv)
{
	bool json = command_take_flag(&argc, argv, "--json");
	const char *unknown = command_unknown_option(argc, argv);

	(void)context;
	if (unknown)
		return command_usage(&command_fleet, "there is no option '%s'", unknown);
	if (argc < 2 || strcmp(argv[1], "check") != 0)
		return command_usage(&command_fleet, "say check");
	if (argc < 3)
		return command_usage(&command_fleet,
		                     "check wants a file lime-community and a list");
	return check(argv + 2, argc - 2, json);
}

const struct command command_fleet = {
	.name = "fleet",
	.args = "check [--json] COMMUNITY [MACLIST] [COMMUNITY [MACLIST]]...",
	.doc = "Finds what will collide in a whole network, before its boxes are flashed",
	.help = "COMMUNITY  a file lime-community: the configuration of all boxes of its lists\n"
		"MACLIST    the boxes, a line each: the MAC of the primary interface (as a rule eth0,\n"
		"           the MAC on the label), with colons, dashes or nothing between the bytes.\n"
		"           What stands behind a # is a remark. A list belongs to the COMMUNITY before\n"
		"           it; one without a list is compared as a cloud\n"
		"\n"
		"A file lime-MAC beside the list (lime-a840411f73aa) is that box's own configuration,\n"
		"as it would be in its /etc/config.\n"
		"\n"
		"Found are nodes with the same address, name or MACs in a cloud, addresses that were\n"
		"reserved, networks that are too small, clouds that share a VLAN or addresses or that\n"
		"Babel cannot join; each with the lines it comes from, and what to change.\n"
		"Status 0: nothing collides (warnings may be shown), 1: something does\n"
		"\n"
		"--json  for programs\n",
	.run = run_fleet,
};

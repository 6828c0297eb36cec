/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "main/command.h"
#include "node/node.h"
#include "plan/plan.h"
#include "platform/machine.h"

extern const struct command command_plan;

/* The node of a root folder; what is wrong with it goes to stderr.  NULL if it has no plan. */
static struct node *read_node(const char *root)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(machine_free) struct machine *machine = machine_read(root, diag);
	struct node_input input = { machine->layers, MACHINE_N_LAYERS, &machine->facts };
	AUTO(node_free) struct node *node = node_new(&input, diag);
	BUF_AUTO text = { 0 };

	diag_print(diag, &text);
	fputs(buf_text(&text), stderr);
	if (node->plan)
		return take(node);
	fprintf(stderr, "weft plan: no plan can be made of %s\n", root);
	return NULL;
}

static int show(const char *root, bool json)
{
	AUTO(node_free) struct node *node = read_node(root);
	BUF_AUTO out = { 0 };

	if (!node)
		return EXIT_STATUS_FAILED;
	if (json)
		plan_print_json(node->plan, &out);
	else
		plan_print(node->plan, &out);
	fputs(buf_text(&out), stdout);
	return EXIT_STATUS_OK;
}

static void report_missing(const struct plan *plan, const char *name)
{
	struct nearest nearest = { .word = name };
	BUF_AUTO shown = { 0 };

	for (const struct plan_item *item = plan->items; item; item = item->next)
		nearest_offer(&nearest, item->name);
	buf_add_printable(&shown, name);
	fprintf(stderr, "weft plan: nothing in the plan is called '%s'", buf_text(&shown));
	if (nearest_result(&nearest))
		fprintf(stderr, "; did you mean '%s'?", nearest_result(&nearest));
	fputc('\n', stderr);
}

static int explain(const char *root, const char *name, bool json)
{
	AUTO(node_free) struct node *node = read_node(root);
	BUF_AUTO out = { 0 };

	if (!node)
		return EXIT_STATUS_FAILED;
	if (plan_explain(node->plan, name, json, &out) < 0) {
		report_missing(node->plan, name);
		return EXIT_STATUS_FAILED;
	}
	fputs(buf_text(&out), stdout);
	return EXIT_STATUS_OK;
}

static int diff(const char *root, const char *other, bool json)
{
	AUTO(node_free) struct node *from = read_node(root);
	AUTO(node_free) struct node *to = command_has_folder(other) ? read_node(other) : NULL;
	BUF_AUTO out = { 0 };

	if (!from || !to)
		return EXIT_STATUS_FAILED;
	if (plan_diff_print(from->plan, to->plan, json, &out) == 0 && !json)
		buf_add(&out, "The plans are the same.\n");
	fputs(buf_text(&out), stdout);
	return EXIT_STATUS_OK;
}

static int run_plan(const struct command_context *context, int argc, char **argv)
{
	bool json = command_take_flag(&argc, argv, "--json");
	const char *unknown = command_unknown_option(argc, argv);
	const char *verb = argc > 1 ? argv[1] : NULL;

	if (unknown)
		return command_usage(&command_plan, "there is no option '%s'", unknown);
	if (!verb)
		return show(context->root, json);
	if (!strcmp(verb, "explain") && argc == 3)
		return explain(context->root, argv[2], json);
	if (!strcmp(verb, "diff") && argc == 3)
		return diff(context->root, argv[2], json);
	if (!strcmp(verb, "explain"))
		return command_usage(&command_plan, "explain wants one name");
	if (!strcmp(verb, "diff"))
		return command_usage(&command_plan, "diff wants one folder");
	return command_usage(&command_plan, "'%s' is neither explain nor diff", verb);
}

const struct command command_plan = {
	.name = "plan",
	.args = "[--json] [explain NAME | diff OTHER]",
	.doc = "Shows what the configuration makes of the network, without doing it",
	.help = "weft plan               all of it, a line each, with the cause behind the #\n"
		"weft plan explain NAME  what the device, address or rule NAME is, why it is there\n"
		"                        and what depends on it\n"
		"weft plan diff OTHER    what would change if this box had the files of the folder\n"
		"                        OTHER, another root as for --root:\n"
		"                          - goes   + comes   ~ changes\n"
		"\n"
		"--json  for programs\n"
		"\n"
		"Only files are read, nothing is touched.\n",
	.run = run_plan,
};

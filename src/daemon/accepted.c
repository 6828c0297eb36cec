/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/accepted.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "platform/machine.h"
#include "uci/uci.h"

void accepted_done(struct accepted *accepted)
{
	node_free(accepted->node);
	machine_free(accepted->machine);
	buf_done(&accepted->mistakes);
	*accepted = (struct accepted){ 0 };
}

static struct node *node_of_files(const struct machine *machine, bool guest, struct diag *diag)
{
	struct node_input input = { machine->layers, MACHINE_N_LAYERS, &machine->facts, guest };

	return node_new(&input, diag);
}

static struct node *node_of_last(const struct machine *machine, bool guest, struct diag *diag)
{
	struct node_input input = { &machine->autogen, 1, &machine->facts, guest };

	return node_new(&input, diag);
}

static void take_node(struct accepted *accepted, struct node **node, enum accepted_source source)
{
	node_free(accepted->node);
	accepted->node = take(*node);
	accepted->source = source;
}

int accepted_read_strictly(const char *root, bool guest, struct accepted *accepted,
                           struct diag *diag)
{
	AUTO(node_free) struct node *node = NULL;

	*accepted = (struct accepted){ .machine = machine_read(root, diag) };
	node = node_of_files(accepted->machine, guest, diag);
	if (!node->plan || diag_has_errors(diag) || diag_count(diag, DIAG_UNKNOWN)) {
		accepted_done(accepted);
		return -EINVAL;
	}
	take_node(accepted, &node, ACCEPTED_FILES);
	return 0;
}

static void use_last(bool guest, struct accepted *accepted)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(node_free) struct node *node = NULL;

	if (!accepted->machine->autogen)
		return;
	node = node_of_last(accepted->machine, guest, diag);
	if (node->plan && !diag_has_errors(diag))
		take_node(accepted, &node, ACCEPTED_LAST_GOOD);
}

void accepted_read(const char *root, bool guest, struct accepted *accepted)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(node_free) struct node *node = NULL;

	*accepted = (struct accepted){ .machine = machine_read(root, diag) };
	node = node_of_files(accepted->machine, guest, diag);
	diag_print(diag, &accepted->mistakes);
	if (node->plan && !diag_has_errors(diag))
		take_node(accepted, &node, ACCEPTED_FILES);
	else
		use_last(guest, accepted);
}

/* The files count only while they say what was accepted: then each item knows its own line. */
void accepted_read_again(const char *root, bool guest, struct accepted *accepted)
{
	BUF_AUTO now = { 0 };
	BUF_AUTO then = { 0 };

	accepted_read(root, guest, accepted);
	if (accepted->source != ACCEPTED_FILES || !accepted->machine->autogen)
		return;
	config_print_autogen(accepted->node->config, &now);
	uci_print(accepted->machine->autogen, &then);
	if (strcmp(buf_text(&now), buf_text(&then)) != 0)
		use_last(guest, accepted);
}

int accepted_write(const char *root, const struct accepted *accepted)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO text = { 0 };

	if (accepted->source != ACCEPTED_FILES)
		return 0;
	buf_printf(&path, "%s/etc/config/lime-autogen", strcmp(root, "/") ? root : "");
	config_print_autogen(accepted->node->config, &text);
	/* Passwords of radios are in it. */
	return file_update(path.text, text.text, text.length, 0600, NULL);
}

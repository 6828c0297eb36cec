/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What is known of gateways and choices, in a file of the run folder: for the next daemon, which
 * hears the rest of it from its neighbours within a minute.  It is this program's own, so plain
 * structs; one of another build is passed over.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/clock.h"
#include "daemon/gateways_parts.h"
#include "daemon/log.h"
#include "daemon/self.h"

#define KEPT       "gateways.kept"
#define KEPT_MAGIC 0x77677431U /* changed with what is in it */
#define KEPT_LIMIT (1 << 20)

struct head {
	uint32_t magic, gateway_size, choice_size;
	uint32_t n_gateways, n_choices;
	uint8_t slots[STEER_SLOTS_MAX][GATEWAY_KEY_SIZE];
	struct net_choice node;
	uint32_t node_chosen, was_well;
};

struct kept_gateway {
	struct gateway_facts facts;
	uint32_t state; /* enum path_state */
	uint32_t self;
};

static void path_of(const char *folder, struct buf *path)
{
	buf_printf(path, "%s/" KEPT, folder);
}

void gateways_keep(const struct gateways *gateways)
{
	struct head head = { KEPT_MAGIC, sizeof(struct kept_gateway), sizeof(struct net_choice),
		             (uint32_t)gateways->n_items, (uint32_t)gateways->n_choices };
	BUF_AUTO path = { 0 };
	BUF_AUTO bytes = { 0 };
	int r;

	memcpy(head.slots, gateways->slots, sizeof(head.slots));
	head.node = gateways->node.is;
	head.node_chosen = gateways->node_chosen;
	head.was_well = gateways->own.was_well;
	buf_add_bytes(&bytes, &head, sizeof(head));
	for (size_t i = 0; i < gateways->n_items; i++) {
		const struct known_gateway *known = &gateways->items[i];
		struct kept_gateway kept;

		memset(&kept, 0, sizeof(kept));
		kept.facts = known->facts;
		kept.state = known->path.state;
		kept.self = known->self;
		buf_add_bytes(&bytes, &kept, sizeof(kept));
	}
	for (size_t i = 0; i < gateways->n_choices; i++)
		buf_add_bytes(&bytes, &gateways->choices[i].is, sizeof(struct net_choice));
	path_of(gateways->daemon->folder, &path);
	r = file_write(path.text, bytes.text, bytes.length, 0600);
	if (r < 0)
		log_line(LOG_PRIORITY_WARNING, "cannot write %s: %s", path.text, strerror(-r));
}

static bool fits(const struct head *head, size_t size)
{
	return head->magic == KEPT_MAGIC && head->gateway_size == sizeof(struct kept_gateway) &&
	       head->choice_size == sizeof(struct net_choice) && head->n_gateways <= GATEWAYS_MAX &&
	       head->n_choices <= STEER_CLIENTS_MAX &&
	       size == sizeof(*head) + head->n_gateways * sizeof(struct kept_gateway) +
	                       head->n_choices * sizeof(struct net_choice);
}

void gateways_recall(struct gateways *gateways)
{
	BUF_AUTO path = { 0 };
	BUF_AUTO bytes = { 0 };
	struct head head;
	const char *at;

	path_of(gateways->daemon->folder, &path);
	if (file_read(path.text, KEPT_LIMIT, &bytes) < 0 || bytes.length < sizeof(head))
		return;
	memcpy(&head, bytes.text, sizeof(head));
	if (!fits(&head, bytes.length))
		return;
	at = bytes.text + sizeof(head);
	memcpy(gateways->slots, head.slots, sizeof(head.slots));
	gateways->node.is = head.node;
	gateways->node_chosen = head.node_chosen;
	gateways->own.was_well = head.was_well;
	gateways->own.well_ms = clock_ms();
	for (size_t i = 0; i < head.n_gateways; i++, at += sizeof(struct kept_gateway)) {
		struct known_gateway *known = &gateways->items[i];
		struct kept_gateway kept;

		memcpy(&kept, at, sizeof(kept));
		*known = (struct known_gateway){ .facts = kept.facts,
			                         .told_ms = clock_ms(),
			                         .self = kept.self };
		path_init(&known->path, (enum path_state)kept.state, clock_ms());
	}
	gateways->n_items = head.n_gateways;
	for (size_t i = 0; i < head.n_choices; i++, at += sizeof(struct net_choice)) {
		struct net_choice choice;

		memcpy(&choice, at, sizeof(choice));
		gateways_put_choice(gateways, &choice);
	}
}

void gateways_forget_kept(const char *folder)
{
	BUF_AUTO path = { 0 };

	path_of(folder, &path);
	(void)unlink(path.text);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What somebody wants, made a row that all nodes hear.
 */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/nearest.h"
#include "daemon/gateways_parts.h"
#include "daemon/net/root.h"
#include "daemon/self.h"

static void refuse_unknown(const struct gateways *gateways, const char *name, struct diag *diag)
{
	struct nearest nearest = { .word = name };
	const char *meant;

	for (size_t i = 0; i < gateways->n_items; i++)
		nearest_offer(&nearest, gateways->items[i].facts.name);
	meant = nearest_result(&nearest);
	if (meant)
		diag_add(diag, DIAG_ERROR, NULL, "there is no gateway '%.63s'; did you mean '%s'?",
		         name, meant);
	else
		diag_add(diag, DIAG_ERROR, NULL,
		         "there is no gateway '%.63s'; `weft gateway` lists those that are known",
		         name);
}

static int find(const struct gateways *gateways, const char *name, struct diag *diag,
                const struct known_gateway **found)
{
	struct gateway_view view;
	BUF_AUTO fault = { 0 };
	size_t n;

	*found = gateways_by_name(gateways, name, &n);
	if (!n) {
		refuse_unknown(gateways, name, diag);
		return -ENOENT;
	}
	if (n > 1) {
		diag_add(diag, DIAG_ERROR, NULL, "%zu nodes call themselves '%s'", n, name);
		return -EEXIST;
	}
	view = gateways_view(gateways, *found);
	if (gateway_is_choosable(&view))
		return 0;
	gateway_fault(&view, &fault);
	diag_add(diag, DIAG_ERROR, NULL, "%s %s", name, fault.text);
	return -EACCES;
}

static void print_result(const struct gateways *gateways, const struct gateways_wish *wish,
                         const struct known_gateway *known, struct buf *out)
{
	struct json json = { .out = out };
	char mac[MAC_TEXT_SIZE];
	BUF_AUTO why = { 0 };

	json_open(&json, NULL, '{');
	if (!mac_is_zero(&wish->client))
		json_text(&json, "client", mac_format(&wish->client, mac));
	if (known) {
		struct gateway_view view = gateways_view(gateways, known);

		gateway_fault(&view, &why);
		json_text(&json, "gateway", known->facts.name);
		json_bool(&json, "in_use", gateway_is_usable_at_all(&view));
		if (why.length)
			json_text(&json, "why", why.text);
	}
	json_close(&json, '}');
}

int gateways_choose(struct gateways *gateways, const struct gateways_wish *wish, struct diag *diag,
                    struct buf *out)
{
	const struct known_gateway *known = NULL;
	struct net_choice choice;
	int r = wish->gateway ? find(gateways, wish->gateway, diag, &known) : 0;

	if (r < 0)
		return r;
	if (gateways->daemon->owner.guest) {
		diag_add(diag, DIAG_ERROR, NULL,
		         "netifd makes this node's network, and sends nobody elsewhere");
		return -EPERM;
	}
	if (!gateways->daemon->net) {
		diag_add(diag, DIAG_ERROR, NULL, "there is no shared state on this node");
		return -ENOTCONN;
	}
	memset(&choice, 0, sizeof(choice));
	choice.client = wish->client;
	choice.own = 1;
	if (known) {
		memcpy(choice.key, known->facts.key, sizeof(choice.key));
		memcpy(choice.name, known->facts.name, sizeof(choice.name));
	}
	strncpy(choice.by, wish->by, sizeof(choice.by) - 1);
	net_root_tell_choice(gateways->daemon->net, &choice);
	print_result(gateways, wish, known, out);
	return 0;
}

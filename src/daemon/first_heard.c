/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/first_heard.h"

#include <assert.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/json.h"
#include "daemon/babel.h"
#include "daemon/clock.h"
#include "daemon/fetch.h"
#include "daemon/names.h"
#include "daemon/self.h"
#include "platform/linux/service/babel_monitor.h"
#include "settings/community.h"
#include "uci/uci.h"

#define HEARD_MAX  16
#define ASKING_MAX 4     /* at once */
#define AGAIN_MS   15000 /* until the same node is asked again */

struct heard_all {
	struct daemon *daemon;
	struct buf folder; /* an empty one */
	struct heard all[HEARD_MAX];
	size_t n;
};

struct heard_all *heard_new(struct daemon *daemon)
{
	struct heard_all *all = calloc(1, sizeof(*all));

	assert(all);
	all->daemon = daemon;
	buf_printf(&all->folder, "%s/empty", daemon->folder);
	return all;
}

static void forget(struct heard *heard)
{
	fetch_free(heard->fetch);
	uci_free(heard->community);
	heard->fetch = NULL;
	heard->community = NULL;
}

void heard_free(struct heard_all *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->n; i++)
		forget(&all->all[i]);
	buf_done(&all->folder);
	free(all);
}

static void on_fetched(void *data, const struct buf *body)
{
	struct heard *heard = data;
	AUTO(diag_free) struct diag *diag = diag_new();

	uci_free(heard->community);
	heard->community = body ? uci_parse("lime-community", buf_text(body), body->length, diag)
	                        : NULL;
	if (!body)
		heard->state = HEARD_SILENT;
	else if (diag_has_errors(diag) || !community_name(heard->community))
		heard->state = HEARD_NEW;
	else
		heard->state = HEARD_READY;
	fetch_free(heard->fetch);
	heard->fetch = NULL;
}

static size_t n_asking(const struct heard_all *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->all[i].fetch != NULL;
	return n;
}

static void ask(struct heard *heard)
{
	struct heard_all *all = heard->all;
	const struct fetch_question question = {
		.folder = all->folder.text,
		.ip = heard->ip,
		.device = heard->device,
		.path = "/cgi-bin/lime/lime-community",
		.done = on_fetched,
		.data = heard,
	};

	if (heard->fetch || n_asking(all) >= ASKING_MAX ||
	    (heard->asked_ms && clock_ms() - heard->asked_ms < AGAIN_MS))
		return;
	if (file_make_folder(all->folder.text, 0555) < 0)
		return;
	heard->fetch = fetch_new(all->daemon->base, &question);
	heard->asked_ms = clock_ms();
}

static struct heard *place_of(struct heard_all *all, const struct ip *ip, unsigned device)
{
	struct heard *oldest = &all->all[0];

	for (size_t i = 0; i < all->n; i++) {
		struct heard *heard = &all->all[i];

		if (ip_equal(&heard->ip, ip) && heard->device == device)
			return heard;
		if (heard->asked_ms < oldest->asked_ms)
			oldest = heard;
	}
	if (all->n < HEARD_MAX)
		oldest = &all->all[all->n++];
	else
		forget(oldest);
	*oldest = (struct heard){ .ip = *ip, .device = device, .all = all };
	return oldest;
}

void heard_add(struct heard_all *all, const struct ip *ip, const char *port)
{
	unsigned device = if_nametoindex(port);
	struct heard *heard;

	if (!device)
		return;
	heard = place_of(all, ip, device);
	snprintf(heard->port, sizeof(heard->port), "%s", port);
	ask(heard);
}

void heard_look(struct heard_all *all)
{
	const struct babel_state *babel = babel_state(all->daemon->babel);

	for (size_t i = 0; babel && i < babel->n_neighbours; i++)
		heard_add(all, &babel->neighbours[i].address, babel->neighbours[i].ifname);
}

static const char *name_of(const struct heard *heard)
{
	return heard->community ? community_name(heard->community) : NULL;
}

static bool is_called(const struct heard_all *all, const struct heard *heard, const char *network)
{
	char id[24];

	snprintf(id, sizeof(id), "n%zu", (size_t)(heard - all->all) + 1);
	return !strcmp(id, network) || (name_of(heard) && !strcmp(name_of(heard), network));
}

const struct heard *heard_find(const struct heard_all *all, const char *network)
{
	const struct heard *found = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct heard *heard = &all->all[i];

		if (is_called(all, heard, network) && (!found || heard->state == HEARD_READY))
			found = heard;
	}
	return found;
}

bool heard_is_searching(const struct heard_all *all)
{
	return n_asking(all) > 0;
}

static void print_one(const struct heard_all *all, const struct heard *heard, struct json *json)
{
	static const char *const states[] = {
		[HEARD_ASKING] = "asking",
		[HEARD_READY] = "ready",
		[HEARD_SILENT] = "no answer",
		[HEARD_NEW] = "not configured",
	};
	static const char *const texts[] = {
		[HEARD_ASKING] = "The node is asked for its network.",
		[HEARD_READY] = "This network can be joined.",
		[HEARD_SILENT] = "The node does not answer.",
		[HEARD_NEW] = "The node belongs to no network itself.",
	};
	char address[IP_TEXT_SIZE], text[32];

	json_open(json, NULL, '{');
	snprintf(text, sizeof(text), "n%zu", (size_t)(heard - all->all) + 1);
	json_text(json, "id", text);
	json_text(json, "network_name", name_of(heard));
	json_text(json, "node", names_of(all->daemon->names, &heard->ip, heard->device));
	json_text(json, "address", ip_format(&heard->ip, address));
	json_text(json, "port", heard->port);
	json_text(json, "by", strncmp(heard->port, "wlan", 4) ? "cable" : "air");
	if (heard->community)
		json_bool(json, "needs_secret", community_needs_secret(heard->community));
	json_text(json, "state", states[heard->state]);
	json_text(json, "text", texts[heard->state]);
	json_close(json, '}');
}

void heard_print(const struct heard_all *all, struct json *json)
{
	for (size_t i = 0; i < all->n; i++)
		print_one(all, &all->all[i], json);
}

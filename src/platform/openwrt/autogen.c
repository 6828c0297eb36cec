/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* lime-autogen: the merged layers, which scripts and LimeApp read, and what radios are there. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "config/config.h"
#include "config/schema/schema.h"
#include "net/facts.h"
#include "plan/plan.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

#define PATH "etc/config/lime-autogen"

static const struct config_option *option_of(const struct render *render,
                                             const struct fact_radio *radio, const char *name)
{
	const char *const sections[] = { radio->name, facts_band(radio), "wifi" };
	const struct config_option *option = NULL;

	for (size_t i = 0; i < ARRAY_LENGTH(sections) && !option; i++) {
		const struct config_section *s = config_section(render->config, sections[i]);

		option = s ? config_option(s, name) : NULL;
	}
	return option;
}

/* LibreMesh notes it of the radios that it asked to measure distances. */
static bool is_noted(const struct render *render, const struct fact_radio *radio)
{
	return plan_find(render->plan, PLAN_RADIO,
	                 arena_printf(render->arena, "%s disabled", radio->name)) &&
	       wifi_wants_measuring(option_of(render, radio, "distance"),
	                            option_of(render, radio, "distance_use_auto_if_available"));
}

static void add_radio(const struct fact_radio *radio, struct uci_document *document)
{
	const struct uci_section *old = uci_section(document, radio->name);
	struct uci_section *section = uci_add_section(document, old ? old->type : "wifi",
	                                              radio->name);
	char mac[MAC_TEXT_SIZE];

	if (!mac_is_zero(&radio->mac)) {
		mac_format(&radio->mac, mac);
		uci_set(document, section, "phy_macaddr", mac);
	}
	uci_set(document, section, "dynack", radio->measures_distance ? "1" : "0");
}

/* A device that is not there: what reads the file is told that another was taken. */
static void correct_primary(const struct render *render, struct uci_document *document)
{
	struct uci_section *network = uci_section(document, "network");
	const char *wanted = uci_get(document, "network", "primary_interface");
	const struct fact_link *link = wanted ? facts_primary(render->facts, wanted) : NULL;

	/* "eth0.1" is made of eth0. */
	if (link && !facts_link(render->facts, wanted) &&
	    (strlen(link->name) != strcspn(wanted, ".") ||
	     strncmp(link->name, wanted, strlen(link->name)) != 0))
		uci_set(document, network, "primary_interface", "auto");
}

static void render_autogen(const struct render *render, struct uci_document *document)
{
	AUTO(uci_free) struct uci_document *autogen = NULL;
	BUF_AUTO merged = { 0 };
	BUF_AUTO out = { 0 };

	(void)document;
	config_print_autogen(render->config, &merged);
	autogen = uci_parse(PATH, buf_text(&merged), merged.length, render->diag);
	correct_primary(render, autogen);
	for (size_t i = 0; i < render->facts->n_radios; i++) {
		if (is_noted(render, &render->facts->radios[i]))
			add_radio(&render->facts->radios[i], autogen);
	}
	uci_print(autogen, &out);
	files_set_text(render->files, PATH, buf_text(&out), 0644);
}

extern const struct renderer renderer_autogen;
const struct renderer renderer_autogen = {
	.render = render_autogen,
};

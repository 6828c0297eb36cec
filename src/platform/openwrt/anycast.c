/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * The bridge's filter, as a file that firewall4 loads behind its own rules: it keeps the shared
 * address, and what gives clients their addresses, inside of the node.  LibreMesh has a link of
 * that name there.
 */
#include <string.h>

#include "base/buf.h"
#include "plan/numbers.h"
#include "plan/plan.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"

#define PATH   "usr/share/nftables.d/ruleset-post/lime-proto-anygw_anycast-rules.nft"
#define FAMILY "bridge"

static void add_rules(const struct plan *plan, const char *chain, struct buf *out)
{
	const struct plan_item *item = NULL;

	while ((item = plan_next(plan, PLAN_FILTER, item))) {
		const struct plan_filter *filter = item->value;

		if (strcmp(filter->family, FAMILY) == 0 && strcmp(filter->chain, chain) == 0)
			buf_printf(out, "\t\t%s\n", filter->rule);
	}
}

static void add_chain(const struct plan *plan, const struct plan_chain *chain, struct buf *out)
{
	buf_printf(out, "\n\tchain %s {\n\t\ttype %s hook %s priority %s; policy %s;\n",
	           chain->chain, chain->type, chain->hook, chain->priority, chain->policy);
	add_rules(plan, chain->chain, out);
	buf_add(out, "\t}\n");
}

static void render_filter(const struct render *render, struct uci_document *document)
{
	const struct plan_item *item = NULL;
	BUF_AUTO chains = { 0 }, out = { 0 };

	(void)document;
	while ((item = plan_next(render->plan, PLAN_CHAIN, item))) {
		const struct plan_chain *chain = item->value;

		if (strcmp(chain->family, FAMILY) == 0)
			add_chain(render->plan, chain, &chains);
	}
	if (!chains.length) {
		files_remove(render->files, PATH);
		return;
	}
	/* Made and taken away first, so that it can be loaded again and again. */
	buf_printf(&out,
	           "table " FAMILY " " NFT_TABLE " {}\ndelete table " FAMILY " " NFT_TABLE
	           "\n\ntable " FAMILY " " NFT_TABLE " {%s}\n",
	           chains.text);
	files_set_text(render->files, PATH, out.text, 0644);
}

extern const struct renderer renderer_anycast;
const struct renderer renderer_anycast = {
	.render = render_filter,
};

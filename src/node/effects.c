/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * What people wrote in vain.  Nobody keeps a list of what depends on what: each value is taken away
 * in turn, and a node is made without it.  If it is the same node, the value has no effect here.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "config/config.h"
#include "node/node.h"
#include "plan/plan.h"
#include "proto/proto.h"
#include "shape/shape.h"
#include "uci/uci.h"
#include "wifi/mode.h"

/* One value, as a file has it and as it has been merged. */
struct written {
	const struct uci_document *document;
	const struct config_section *section;
	const struct config_option *option;
	struct origin origin;
};

struct effects {
	const struct node_input *input;
	const struct node *node;
	struct diag *diag;
	size_t layer;
};

/* What is not for the plan: other files of OpenWrt, other programs, notes.  NULL: any. */
static const struct {
	const char *type, *option;
} elsewhere[] = {
	{ "generic_uci_config", NULL },
	{ "copy_asset", NULL },
	{ "run_asset", NULL },
	{ "lime", "keep_on_upgrade" },
	{ "lime", "language" },
	{ "lime", "limeapp_edits" },
	{ "lime", "community_check" },
	{ "lime", "firstbootwizard_configured" },
	{ "lime", "firstbootwizard_dismissed" },
	{ "lime", "root_password_policy" },
	{ "lime", "root_password_secret" },
	{ "lime", "use_odhcpd" },
	{ "lime", "gateway_classes" },
	{ "lime", "unstuck_interval" },
	{ "lime", "unstuck_timeout" },
	{ "net", "eth_role" },
	{ NULL, "comment" },
};

static bool is_elsewhere(const struct written *w)
{
	for (size_t i = 0; i < ARRAY_LENGTH(elsewhere); i++) {
		const char *type = elsewhere[i].type, *option = elsewhere[i].option;

		if ((!type || !strcmp(type, w->section->type)) &&
		    (!option || !strcmp(option, w->option->name)))
			return true;
	}
	return false;
}

static bool is_at(const struct origin *origin, const struct origin *other)
{
	return origin->line == other->line && origin->column == other->column && origin->file &&
	       strcmp(origin->file, other->file) == 0;
}

/* False if a higher file says something else: `explain` names both. */
static bool find_merged(const struct config *config, struct written *w)
{
	for (const struct config_section *s = config->sections; s; s = s->next) {
		for (const struct config_option *o = s->options; o; o = o->next) {
			for (size_t i = 0; i < o->n_values; i++) {
				if (!is_at(&o->values[i].origin, &w->origin))
					continue;
				w->section = s;
				w->option = o;
				w->origin = o->values[i].origin;
				return true;
			}
		}
	}
	return false;
}

/* Said once more what a lower file says: no mistake, and `explain` shows it. */
static bool is_repetition(const struct config_option *option)
{
	const struct config_option *lost = option->lost;

	if (!lost || lost->n_values != option->n_values)
		return false;
	for (size_t i = 0; i < lost->n_values; i++) {
		if (strcmp(lost->values[i].text, option->values[i].text) != 0)
			return false;
	}
	return true;
}

static bool is_said(const struct diag *diag, const struct origin *origin)
{
	for (const struct diag_item *item = diag_first(diag); item; item = item->next) {
		if (item->origin.line == origin->line && item->origin.file &&
		    strcmp(item->origin.file, origin->file) == 0)
			return true;
	}
	return false;
}

/* ---- a node without it ---- */

static void remove_value(struct uci_document *document, const struct written *w)
{
	for (struct uci_section *s = document->sections; s; s = s->next) {
		for (struct uci_option *o = s->options; o; o = o->next) {
			AUTO(arena_free) struct arena *arena = arena_new();
			const char **left = arena_array_of(arena, const char *, UCI_ITEM_LIMIT);
			size_t n = 0, n_all = 0;

			for (const struct uci_value *v = o->values; v; v = v->next, n_all++) {
				if (v->line != w->origin.line || v->column != w->origin.column)
					left[n++] = v->text;
			}
			if (n == n_all)
				continue;
			uci_set_list(document, s, o->name, left, n);
			return;
		}
	}
}

static struct node *node_without(const struct effects *e, const struct written *w)
{
	AUTO(uci_free) struct uci_document *less = NULL;
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(diag_free) struct diag *nowhere = diag_new();
	struct node_input input = *e->input;
	struct uci_document **layers = arena_array_of(arena, struct uci_document *, input.n_layers);
	BUF_AUTO text = { 0 };

	uci_print(w->document, &text);
	less = uci_parse(w->document->name, buf_text(&text), text.length, nowhere);
	remove_value(less, w);
	memcpy(layers, input.layers, input.n_layers * sizeof(struct uci_document *));
	layers[e->layer] = less;
	input.layers = layers;
	return node_new(&input, nowhere);
}

static bool is_same_plan(const struct plan *a, const struct plan *b)
{
	const struct plan_item *i = a->items, *j = b->items;

	for (; i && j; i = i->next, j = j->next) {
		if (i->kind != j->kind || strcmp(i->name, j->name) != 0 ||
		    !shape_equal(plan_kinds[i->kind].shape, i->value, j->value))
			return false;
	}
	return !i && !j;
}

static bool has_effect(const struct effects *e, const struct written *w)
{
	AUTO(node_free) struct node *less = node_without(e, w);

	return !less->plan || !is_same_plan(less->plan, e->node->plan);
}

/* ---- why ---- */

static bool is_about(const struct config_section *section, const struct fact_radio *radio)
{
	if (strcmp(section->type, "lime-wifi-band") == 0)
		return strcmp(section->name, facts_band(radio)) == 0;
	return strcmp(section->type, "wifi") != 0 || strcmp(section->name, radio->name) == 0;
}

/* `wifi`, a band or a radio. */
static bool is_radio_section(const struct config_section *section)
{
	return strcmp(section->type, "lime-wifi-band") == 0 || strcmp(section->type, "wifi") == 0 ||
	       (strcmp(section->type, "lime") == 0 && strcmp(section->name, "wifi") == 0);
}

/* The higher section of a radio that says the same option, or NULL. */
static const struct config_option *higher(const struct config *config,
                                          const struct fact_radio *radio, const struct written *w)
{
	const char *const names[] = { radio->name, facts_band(radio) };

	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		const struct config_section *s = config_section(config, names[i]);
		const struct config_option *o = s ? config_option(s, w->option->name) : NULL;

		if (s == w->section)
			return NULL;
		if (o)
			return o;
	}
	return NULL;
}

static void report_radio(const struct effects *e, const struct written *w)
{
	const struct wifi_mode *mode = wifi_option_mode(w->option->name);
	const struct facts *facts = e->input->facts;
	const struct config_option *used = NULL;
	bool is_here = false;

	for (size_t i = 0; i < facts->n_radios && !used; i++) {
		if (!is_about(w->section, &facts->radios[i]))
			continue;
		is_here = true;
		used = higher(e->node->config, &facts->radios[i], w);
	}
	if (!is_here)
		diag_add(e->diag, DIAG_WARNING, &w->origin,
		         "no effect: this node has no such radio");
	else if (used)
		diag_add(e->diag, DIAG_WARNING, &w->origin, "no effect: %s (%s:%u) is used instead",
		         used->values[0].origin.where, used->values[0].origin.file,
		         used->values[0].origin.line);
	else if (mode)
		diag_add(e->diag, DIAG_WARNING, &w->origin,
		         "no effect: no radio of this node uses it for mode %s", mode->name);
	else
		diag_add(e->diag, DIAG_WARNING, &w->origin,
		         "no effect: no radio of this node uses it");
}

/* The protocol whose option it is and that this node does not have, or NULL. */
static const char *missing_protocol(const struct effects *e, const struct written *w)
{
	const struct config_option *list = config_option(w->section, "protocols");

	for (size_t i = 0; protos[i]; i++) {
		const struct proto *proto = protos[i];
		size_t length = strlen(proto->name);

		if (!proto->options || !proto->prefix || !*proto->prefix ||
		    strncmp(w->option->name, proto->prefix, strlen(proto->prefix)) != 0)
			continue;
		for (size_t j = 0; list && j < list->n_values; j++) {
			const char *text = list->values[j].text;

			if (strncmp(text, proto->name, length) == 0 &&
			    (text[length] == ':' || text[length] == '\0') &&
			    (!proto->package ||
			     facts_has_package(e->input->facts, proto->package, !proto->extra)))
				return NULL;
		}
		return proto->name;
	}
	return NULL;
}

static void report(const struct effects *e, const struct written *w)
{
	const char *type = w->section->type;
	const char *device, *protocol;

	if (is_radio_section(w->section)) {
		report_radio(e, w);
		return;
	}
	device = config_get(e->node->config, w->section->name, "linux_name", NULL);
	if (strcmp(type, "net") == 0 && device && !facts_link(e->input->facts, device) &&
	    !plan_link(e->node->plan, device))
		diag_add(e->diag, DIAG_WARNING, &w->origin,
		         "no effect: this node has no device '%s'", device);
	else if (strcmp(type, "lime") == 0 && (protocol = missing_protocol(e, w)))
		diag_add(e->diag, DIAG_WARNING, &w->origin,
		         "no effect: this node does not have the protocol %s", protocol);
	else
		diag_add(e->diag, DIAG_WARNING, &w->origin,
		         "no effect: this node is the same without it");
}

static void check_value(const struct effects *e, struct written *w)
{
	if (find_merged(e->node->config, w) && !is_elsewhere(w) && !is_repetition(w->option) &&
	    !is_said(e->diag, &w->origin) && !has_effect(e, w))
		report(e, w);
}

static void check_layer(const struct effects *e, const struct uci_document *document)
{
	for (const struct uci_section *s = document->sections; s; s = s->next) {
		for (const struct uci_option *o = s->options; o; o = o->next) {
			for (const struct uci_value *v = o->values; v; v = v->next) {
				struct written w = { .document = document };

				w.origin = (struct origin){ .file = document->name,
					                    .line = v->line,
					                    .column = v->column };
				check_value(e, &w);
			}
		}
	}
}

static void explain_radio(const struct config *config, const struct fact_radio *radio,
                          const char *name, struct buf *out)
{
	const char *const sections[] = { radio->name, facts_band(radio), "wifi" };
	const struct config_option *used = NULL;

	for (size_t i = 0; i < ARRAY_LENGTH(sections) && !used; i++) {
		const struct config_section *s = config_section(config, sections[i]);

		used = s ? config_option(s, name) : NULL;
	}
	if (!used)
		return;
	buf_printf(out, "  %s takes %s (%s:%u):", radio->name, used->values[0].origin.where,
	           used->values[0].origin.file, used->values[0].origin.line);
	for (size_t i = 0; i < used->n_values; i++) {
		buf_add_char(out, ' ');
		buf_add_printable(out, used->values[i].text);
	}
	buf_add_char(out, '\n');
}

void node_explain_radios(const struct node *node, const struct facts *facts, const char *what,
                         struct buf *out)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	const char *dot = strchr(what, '.');
	const struct config_section *section;

	section = dot ? config_section(node->config,
	                               arena_strndup(arena, what, (size_t)(dot - what)))
	              : NULL;
	if (!section || !is_radio_section(section))
		return;
	for (size_t i = 0; i < facts->n_radios; i++) {
		if (is_about(section, &facts->radios[i]))
			explain_radio(node->config, &facts->radios[i], dot + 1, out);
	}
}

void node_check_effects(const struct node_input *input, size_t first, const struct node *node,
                        struct diag *diag)
{
	struct effects e = { input, node, diag, first };

	if (!node->plan)
		return;
	for (; e.layer < input->n_layers; e.layer++) {
		if (input->layers[e.layer])
			check_layer(&e, input->layers[e.layer]);
	}
}

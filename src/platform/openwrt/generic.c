/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * Settings of other programs: `list uci_set 'PACKAGE.SECTION.OPTION=VALUE'`, or
 * 'PACKAGE.SECTION=TYPE' for a section that may have to be made.
 *
 * It comes last, because what people ask for wins over what weft writes by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "config/config.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

/* One setting, split; option NULL: about the section itself. */
struct setting {
	const char *package, *section, *option, *value;
	const struct origin *origin;
};

/* A mistake in the form has been told when the configuration was checked. */
static bool split(struct arena *arena, const struct config_value *value, struct setting *setting)
{
	char *left = arena_strdup(arena, value->text);
	char *equals = strchr(left, '=');
	char *section = strchr(left, '.');
	char *option;

	if (!equals || !equals[1] || !section || section > equals)
		return false;
	*equals = '\0';
	*section++ = '\0';
	option = strchr(section, '.');
	if (option)
		*option++ = '\0';
	*setting = (struct setting){ left, section, option, equals + 1, &value->origin };
	return *left && *section && (!option || *option);
}

/* "@type[2]", counted from the end if the number is negative. */
static struct uci_section *find_by_place(const struct uci_document *document, const char *text)
{
	size_t length = strcspn(text, "[");
	char *end;
	long place, count = 0;

	if (text[length] != '[')
		return NULL;
	place = strtol(text + length + 1, &end, 10);
	if (end == text + length + 1 || strcmp(end, "]") != 0)
		return NULL;
	for (const struct uci_section *s = document->sections; place < 0 && s; s = s->next)
		count += strlen(s->type) == length && !strncmp(s->type, text, length);
	place += place < 0 ? count : 0;
	for (struct uci_section *s = document->sections; place >= 0 && s; s = s->next) {
		if (strlen(s->type) == length && !strncmp(s->type, text, length) && place-- == 0)
			return s;
	}
	return NULL;
}

static struct uci_section *find(const struct uci_document *document, const char *section)
{
	return section[0] == '@' ? find_by_place(document, section + 1)
	                         : uci_section(document, section);
}

static bool is_text(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' && *text != '\t' && *text != '\n')
			return false;
	}
	return true;
}

/* What is wrong with a setting about a section that is not there, or that has to be made. */
static const char *make_section(struct uci_document *document, const struct setting *setting)
{
	if (!uci_is_name(setting->section))
		return "there is no such section";
	if (!uci_is_type(setting->value))
		return "this is no type of a section";
	uci_add_section(document, setting->value, setting->section);
	return NULL;
}

static const char *apply(struct uci_document *document, const struct setting *setting)
{
	struct uci_section *section = find(document, setting->section);

	if (!setting->option && section && section->anonymous)
		return strcmp(section->type, setting->value)
		               ? "the type of a section without a name cannot be changed"
		               : NULL;
	if (!setting->option)
		return make_section(document, setting);
	if (!section)
		return "there is no such section";
	if (!uci_is_name(setting->option))
		return "this is no name of an option";
	if (!is_text(setting->value))
		return "a value has no control characters";
	uci_set(document, section, setting->option, setting->value);
	return NULL;
}

static void render_setting(const struct render *render, const struct config_value *value)
{
	struct uci_document *document;
	struct setting setting;
	const char *wrong;

	if (!split(render->arena, value, &setting))
		return;
	if (strchr(setting.package, '/') || setting.package[0] == '.' ||
	    strcmp(setting.package, "lime-autogen") == 0) {
		diag_add(render->diag, DIAG_UNKNOWN, setting.origin,
		         "'%s' is no package that can be set", setting.package);
		return;
	}
	document = files_uci(render->files, setting.package);
	if (!document) {
		diag_add(render->diag, DIAG_UNKNOWN, setting.origin,
		         "there is no file /etc/config/%s; is the package installed?",
		         setting.package);
		return;
	}
	wrong = apply(document, &setting);
	if (wrong)
		diag_add(render->diag, DIAG_UNKNOWN, setting.origin, "%s", wrong);
}

static void render_generic(const struct render *render, struct uci_document *document)
{
	(void)document;
	for (const struct config_section *s = render->config->sections; s; s = s->next) {
		const struct config_option *option;

		if (strcmp(s->type, "generic_uci_config") != 0)
			continue;
		option = config_option(s, "uci_set");
		for (size_t i = 0; option && i < option->n_values; i++)
			render_setting(render, &option->values[i]);
	}
}

extern const struct renderer renderer_generic;
const struct renderer renderer_generic = {
	.render = render_generic,
};

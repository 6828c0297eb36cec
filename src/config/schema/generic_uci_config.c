/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* config generic_uci_config NAME: settings of other programs, on OpenWrt. */
#include <string.h>

#include "config/schema/schema.h"

struct generic_options {
	struct string_list uci_set;
};

/* package.section=type or package.section.option=value; "@type[0]" is a section, too. */
static const char *check_setting(const char *text)
{
	const char *equals = strchr(text, '=');
	const char *dot = strchr(text, '.');
	size_t dots = 0;

	for (const char *c = text; equals && c < equals; c++)
		dots += *c == '.';
	if (!equals || !equals[1] || dots < 1 || dots > 2 || dot == text || dot + 1 == equals ||
	    equals[-1] == '.')
		return "is neither PACKAGE.SECTION=TYPE nor PACKAGE.SECTION.OPTION=VALUE";
	return NULL;
}

static const struct field fields[] = {
	{
		.name = "uci_set",
		.doc = "PACKAGE.SECTION=TYPE or PACKAGE.SECTION.OPTION=VALUE",
		.type = FIELD_TYPE_LIST,
		.at = FIELD_AT(struct generic_options, uci_set, struct string_list),
		.check = check_setting,
	},
};
static const SHAPE(shape, "generic_uci_config", "Settings of other programs",
                   struct generic_options, fields);

static const struct config_schema_part parts[] = { { "", &shape } };

const struct config_schema schema_generic_uci_config = {
	.type = "generic_uci_config",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.dispensable = true,
	.doc = "Settings of other programs, on OpenWrt",
};

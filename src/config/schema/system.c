/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* config lime system: the node's names and its password. */
#include "config/schema/schema.h"
#include "config/schema/text.h"

static const char *const policies[] = { "DO_NOTHING", "SET_SECRET", "RANDOM", NULL };

/* Those that the phone's page knows. */
static const char *const languages[] = {
	"auto", "en", "es", "pt", "it", "ca", "fr", "de", NULL,
};

/* What else stands in /etc/shadow must not be changed by it (shadow(5)). */
static const char *check_secret(const char *text)
{
	for (; *text; text++) {
		if (*text <= ' ' || *text >= 127 || *text == ':')
			return "is not what crypt(3) gives";
	}
	return NULL;
}

static const struct field fields[] = {
	{
		.name = "hostname",
		.doc = "The node's name; %M4 and the like are bytes of its MAC",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct system_options, hostname, const char *),
		.def_text = "LiMe-%M4%M5%M6",
		.check = text_check_utf8,
	},
	{
		.name = "domain",
		.doc = "What stands behind the names of nodes and clients",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct system_options, domain, const char *),
		.def_text = "thisnode.info",
		.check = text_check_domain,
	},
	FIELD_STRING(struct system_options, keep_on_upgrade,
	             "libremesh dropbear minimum-essential /etc/sysupgrade.conf",
	             "Lists of files that survive an upgrade"),
	FIELD_ENUM(struct system_options, root_password_policy, policies, ROOT_PASSWORD_DO_NOTHING,
	           "Whether root's password is left alone, set to the secret, or random"),
	{
		.name = "root_password_secret",
		.doc = "Root's password as /etc/shadow has it",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct system_options, root_password_secret, const char *),
		.check = check_secret,
	},
	FIELD_BOOL(struct system_options, firstbootwizard_configured, false,
	           "Whether the node has found its community"),
	FIELD_BOOL(struct system_options, firstbootwizard_dismissed, false,
	           "Whether the owner does not want to be asked for a community"),
	{
		.name = "community_check",
		.doc = "What the secret of who wants to join is tried against (Argon2id)",
		.type = FIELD_TYPE_STRING,
		.at = FIELD_AT(struct system_options, community_check, const char *),
		.check = check_secret,
	},
	FIELD_BOOL(struct system_options, limeapp_edits, false,
	           "Whether anybody may write notes, the place and the ports' roles with LimeApp"),
	FIELD_ENUM(struct system_options, language, languages, 0,
	           "Of the phone's page, for who has none in the browser that it knows"),
};
const SHAPE(system_shape, "system", "The node's names and its password", struct system_options,
            fields);

/* Nothing reads these. */
struct foreign_options {
	uint32_t deferrable_reboot_uptime_s;
};

static const struct field foreign_fields[] = {
	FIELD_UINT(struct foreign_options, deferrable_reboot_uptime_s, 0, UINT32_MAX, 97200,
	           "Of LibreMesh's deferrable reboot, which weft does not need"),
};
static const SHAPE(foreign_shape, "foreign", "Of packages that weft does not have",
                   struct foreign_options, foreign_fields);

static const struct config_schema_part parts[] = { { "", &system_shape }, { "", &foreign_shape } };

const struct config_schema schema_system = {
	.type = "lime",
	.name = "system",
	.parts = parts,
	.n_parts = ARRAY_LENGTH(parts),
	.doc = "The node's names and its password",
};

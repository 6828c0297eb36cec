/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* /etc/shadow: root's password, where the configuration has a say in it (shadow(5)). */
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "config/config.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"

#define SHADOW "etc/shadow"
#define BACKUP "etc/shadow-"
#define NAME   "root:"

/* Root's line: where its secret is, and the day on which it was changed. */
struct line {
	const char *secret;
	size_t secret_length;
	const char *day;
	size_t day_length;
};

static bool find_root(const char *shadow, struct line *line)
{
	const char *at = shadow;

	while (strncmp(at, NAME, strlen(NAME)) != 0) {
		at = strchr(at, '\n');
		if (!at)
			return false;
		at++;
	}
	line->secret = at + strlen(NAME);
	line->secret_length = strcspn(line->secret, ":\n");
	if (line->secret[line->secret_length] != ':')
		return false;
	line->day = line->secret + line->secret_length + 1;
	line->day_length = strcspn(line->day, ":\n");
	return true;
}

static void replace(const struct render *render, const char *shadow, const struct line *line,
                    const char *secret)
{
	BUF_AUTO after = { 0 };

	buf_add_bytes(&after, shadow, (size_t)(line->secret - shadow));
	buf_printf(&after, "%s:%u", secret, render->today);
	buf_add(&after, line->day + line->day_length);
	files_set_text(render->files, BACKUP, shadow, 0600);
	files_set_text(render->files, SHADOW, buf_text(&after), 0600);
}

/* What the secret shall be; NULL: what it is. */
static const char *wanted(const struct render *render, const struct line *line)
{
	const char *policy = config_get(render->config, "system", "root_password_policy",
	                                "DO_NOTHING");
	const char *secret = config_get(render->config, "system", "root_password_secret", NULL);

	/* Nobody can log in with a secret of one letter; a longer one somebody has chosen. */
	if (strcmp(policy, "RANDOM") == 0 && line->secret_length <= 1)
		return render->make_secret(render->arena);
	if (strcmp(policy, "SET_SECRET") != 0 || !secret ||
	    (strlen(secret) == line->secret_length &&
	     strncmp(secret, line->secret, line->secret_length) == 0))
		return NULL;
	return secret;
}

static void render_password(const struct render *render, struct uci_document *document)
{
	const char *shadow = files_text(render->files, SHADOW);
	const struct origin origin = { .file = SHADOW };
	struct line line;
	const char *secret;

	(void)document;
	if (!shadow)
		return;
	if (!find_root(shadow, &line)) {
		diag_add(render->diag, DIAG_WARNING, &origin, "there is no line for root");
		return;
	}
	secret = wanted(render, &line);
	if (secret)
		replace(render, shadow, &line, secret);
}

extern const struct renderer renderer_password;
const struct renderer renderer_password = {
	.render = render_password,
};

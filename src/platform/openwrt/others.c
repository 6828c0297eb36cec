/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Files that are no UCI, and which services of OpenWrt start at boot. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "config/config.h"
#include "plan/plan.h"
#include "platform/openwrt/edit.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/network.h"
#include "platform/openwrt/render.h"

#define SYSCTL "etc/sysctl.conf"

/* Packets arrive by another way than answers leave. */
static const char *const sysctls[] = {
	"net.ipv4.conf.default.rp_filter=2",
	"net.ipv4.conf.all.rp_filter=2",
};

static void render_sysctl(const struct render *render)
{
	const char *text = files_text(render->files, SYSCTL);
	BUF_AUTO out = { 0 };

	while (text && *text) {
		size_t length = strcspn(text, "\n");
		const char *line = arena_strndup(render->arena, text, length);

		if (!strstr(line, ".rp_filter"))
			buf_printf(&out, "%s\n", line);
		text += length + (text[length] == '\n');
	}
	for (size_t i = 0; i < ARRAY_LENGTH(sysctls); i++)
		buf_printf(&out, "%s\n", sysctls[i]);
	files_set_text(render->files, SYSCTL, out.text, 0644);
}

/* An old program that fights over router advertisements; its file is emptied as long as there are
 * boxes with it. */
static void render_6relayd(const struct render *render)
{
	files_set_text(render->files, "etc/config/6relayd", "", 0644);
}

/* "START=19" of a service's script: where in the order of the boot it is; -1: nowhere. */
static int place_of(const char *script, const char *word)
{
	size_t length = strlen(word);

	for (const char *line = script; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, word, length) == 0 && isdigit((unsigned char)line[length]))
			return (int)strtol(line + length, NULL, 10) % 100;
	}
	return -1;
}

static void link_service(const struct render *render, const char *name, char letter, int place,
                         bool on)
{
	const char *path;

	if (place < 0)
		return;
	path = arena_printf(render->arena, "etc/rc.d/%c%02d%s", letter, place, name);
	if (on)
		files_set_link(render->files, path,
		               arena_printf(render->arena, "../init.d/%s", name));
	else
		files_remove(render->files, path);
}

/* As `/etc/init.d/NAME enable` does it; without the script there is nothing to do. */
static void set_service(const struct render *render, const char *name, bool on)
{
	const char *script = files_text(render->files,
	                                arena_printf(render->arena, "etc/init.d/%s", name));

	if (!script)
		return;
	link_service(render, name, 'S', place_of(script, "START="), on);
	link_service(render, name, 'K', place_of(script, "STOP="), on);
}

static void render_all_others(const struct render *render, struct uci_document *document)
{
	(void)document;
	render_sysctl(render);
	render_6relayd(render);
	set_service(render, "odhcpd",
	            edit_is_yes(config_get(render->config, "network", "use_odhcpd", "")));
	if (plan_find(render->plan, PLAN_NETWORK, NETWORK_ANYGW))
		set_service(render, "dnsmasq", true);
}

extern const struct renderer renderer_others;
const struct renderer renderer_others = {
	.render = render_all_others,
};

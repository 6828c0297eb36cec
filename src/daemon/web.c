/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What the daemon does for those who ask over HTTP.
 */
#include "daemon/web.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "daemon/asker.h"
#include "daemon/log.h"
#include "daemon/net/root.h"
#include "daemon/self.h"
#include "daemon/web/calls.h"
#include "daemon/web/near.h"
#include "daemon/web/site.h"

static void say(void *data, const struct net_message *message)
{
	const struct daemon *daemon = data;

	net_root_send(daemon->net, message);
}

static bool find_asker(void *data, const struct ip *from, struct mac *asker, bool *near)
{
	const struct daemon *daemon = data;

	*near = false;
	if (!daemon->plan || !asker_find(daemon->plan, from, asker))
		return false;
	*near = near_is(daemon->plan, asker);
	return true;
}

static bool lets_limeapp_edit(void *data)
{
	const struct daemon *daemon = data;
	const struct node *node = daemon->accepted.node;
	const char *word = node ? config_get(node->config, "system", "limeapp_edits", NULL) : NULL;

	return word && (!strcmp(word, "1") || !strcmp(word, "true") || !strcmp(word, "yes") ||
	                !strcmp(word, "on"));
}

void web_start(struct daemon *daemon)
{
	daemon->calls =
		calls_new(&(struct calls_options){ .base = daemon->base,
	                                           .host = &daemon->host,
	                                           .root = daemon->root,
	                                           .say = say,
	                                           .data = daemon,
	                                           .find_asker = find_asker,
	                                           .lets_limeapp_edit = lets_limeapp_edit });
	web_load_site(daemon);
}

/* --www, $WEFT_WWW, or where it is installed. */
void web_load_site(struct daemon *daemon)
{
	const char *folder = daemon->www ? daemon->www : getenv("WEFT_WWW");
	size_t size = 0;
	int fd = site_load(folder ? folder : SITE_FOLDER, &size);

	if (fd >= 0)
		net_root_set_site(daemon->net, fd, size);
	else if (folder || fd != -ENOENT)
		log_line(LOG_PRIORITY_ERROR, "cannot serve the page in %s: %s",
		         folder ? folder : SITE_FOLDER, strerror(-fd));
}

void web_take(void *data, const struct net_message *message)
{
	struct daemon *daemon = data;

	if (!daemon->calls)
		return;
	if (message)
		calls_take(daemon->calls, message);
	else
		calls_restart(daemon->calls);
}

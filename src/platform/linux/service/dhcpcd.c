/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/dhcpcd.h"

#include <signal.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "platform/linux/service/service.h"

static void add_uplink(struct service_work *work, const struct plan_item *item)
{
	const struct plan_uplink *uplink = item->value;
	const char *ifname = service_ifname(work, item, uplink->ifname);
	const char *name = arena_printf(work->arena, "dhcpcd-%s", ifname);
	const char *file = arena_printf(work->arena, "%s.conf", name);
	BUF_AUTO config = { 0 };
	const char *hook = service_path(work, DHCPCD_HOOK);
	struct child_spec *spec;

	if (!*ifname)
		return;
	spec = service_spec(work, name, "dhcpcd-base");
	if (!spec)
		return;
	buf_add(&config, "nogateway\nnoipv4ll\nnodelay\npersistent\n");
	buf_add(&config, "option domain_name_servers, domain_name\n");
	buf_printf(&config, "script %s\n", hook);
	/* Asked for by name, DHCPv6 is tried whatever the router advertises. */
	if (uplink->delegate)
		buf_printf(&config, "interface %s\nia_na 1\nia_pd 1\n", ifname);
	spec->argv = service_argv(work, "dhcpcd", "--nobackground", "--quiet", "--config",
	                          service_path(work, file), ifname, NULL);
	spec->stop_signal = SIGALRM; /* gives the lease back */
	service_file(work, spec, file, CHILD_CHANGE_RESTART, &config);
}

void dhcpcd_add(struct service_work *work)
{
	const struct plan_item *i;

	for (i = plan_next(work->plan, PLAN_UPLINK, NULL); i;
	     i = plan_next(work->plan, PLAN_UPLINK, i)) {
		const struct plan_uplink *uplink = i->value;

		if (uplink->method && strcmp(uplink->method, "dhcp") == 0)
			add_uplink(work, i);
	}
}

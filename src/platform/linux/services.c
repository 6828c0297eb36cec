/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/services.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "plan/plan.h"
#include "platform/linux/babeld.h"
#include "platform/linux/child.h"
#include "platform/linux/conf.h"
#include "platform/linux/dnsmasq.h"

#define WORDS_MAX 12

/* What is being put together. */
struct services {
	const struct plan *plan;
	const struct services_context *context;
	struct arena *arena;
	struct diag *diag;
	struct child_spec *specs;
	size_t n_specs;
};

static const char *keep(struct services *services, const struct buf *text)
{
	return arena_strdup(services->arena, buf_text(text));
}

static struct child_file *add_file(struct child_spec *spec, const char *name, const char *content)
{
	struct child_file *file = &spec->files[spec->n_files++];

	*file = (struct child_file){ .name = name, .content = content };
	return file;
}

static struct child_spec *add_spec(struct services *services, const char *name, const char *package,
                                   const char *const *words)
{
	struct child_spec *spec = &services->specs[services->n_specs++];
	const char **argv = arena_array_of(services->arena, const char *, WORDS_MAX);

	for (size_t i = 0; words[i]; i++)
		argv[i] = words[i];
	*spec = (struct child_spec){ .name = name, .argv = argv, .package = package };
	return spec;
}

static const char *path_of(struct services *services, const char *file)
{
	return arena_printf(services->arena, "%s/%s", services->context->folder, file);
}

/*
 * Killed rather than asked to end when another one follows at once: its routes then stay in the
 * kernel until the next one has learned them anew.
 */
static int add_babeld(struct services *services)
{
	const char *argv[] = { "babeld",
		               "-c",
		               path_of(services, "babeld.conf"),
		               "-I",
		               path_of(services, "babeld.own.pid"),
		               NULL };
	BUF_AUTO text = { 0 };
	struct child_spec *spec;
	int rc = babeld_render(services->plan, services->context->folder, &text, services->diag);

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	spec = add_spec(services, "babeld", "babeld", argv);
	add_file(spec, "babeld.conf", keep(services, &text));
	spec->restart_signal = SIGKILL;
	return 0;
}

static int add_dnsmasq(struct services *services)
{
	const struct services_context *context = services->context;
	const char *argv[] = { "dnsmasq", "--keep-in-foreground", "-C",
		               path_of(services, "dnsmasq.conf"), NULL };
	BUF_AUTO text = { 0 };
	BUF_AUTO servers = { 0 };
	struct child_spec *spec;
	struct child_file *file;
	int rc = dnsmasq_render(services->plan, context->folder, &text, services->diag);

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	dnsmasq_render_servers(services->plan, context->uplinks, context->n_uplinks, &servers);
	spec = add_spec(services, "dnsmasq", "dnsmasq-base", argv);
	add_file(spec, "dnsmasq.conf", keep(services, &text));
	file = add_file(spec, "dnsmasq.servers", keep(services, &servers));
	file->change = CHILD_CHANGE_SIGNAL;
	file->signal = SIGHUP;
	return 0;
}

/* It finds out, and tells the hook: routes, names and resolvers are not its business. */
static int add_dhcpcd(struct services *services, const struct plan_item *item)
{
	const struct plan_uplink *uplink = item->value;
	const char *name, *conf;
	struct child_spec *spec;

	if (strcmp(uplink->method, "dhcp") != 0)
		return 0;
	if (!conf_word(uplink->ifname, item, services->diag))
		return -EINVAL;
	name = arena_printf(services->arena, "dhcpcd-%s", uplink->ifname);
	conf = arena_printf(services->arena, "%s.conf", name);
	spec = add_spec(services, name, "dhcpcd-base",
	                (const char *[]){ "dhcpcd", "--nobackground", "--config",
	                                  path_of(services, conf), "--script",
	                                  path_of(services, "uplink-event"), uplink->ifname,
	                                  NULL });
	add_file(spec, conf,
	         "# Written by weft.\nipv4only\nnogateway\nnoipv4ll\npersistent\nhostname_short\n"
	         "option domain_name_servers, domain_name, classless_static_routes\n"
	         "option interface_mtu\nrequire dhcp_server_identifier\n");
	return 0;
}

static size_t count_uplinks(const struct plan *plan)
{
	size_t count = 0;

	for (const struct plan_item *i = plan_next(plan, PLAN_UPLINK, NULL); i;
	     i = plan_next(plan, PLAN_UPLINK, i))
		count++;
	return count;
}

int services_of_plan(const struct plan *plan, const struct services_context *context,
                     struct arena *arena, struct child_spec **specs, size_t *n_specs,
                     struct diag *diag)
{
	struct services services = { plan, context, arena, diag, NULL, 0 };
	int rc, worst = 0;

	services.specs = arena_array_of(arena, struct child_spec, 2 + count_uplinks(plan));
	rc = add_babeld(&services);
	worst = rc < 0 ? rc : worst;
	rc = add_dnsmasq(&services);
	worst = rc < 0 ? rc : worst;
	for (const struct plan_item *i = plan_next(plan, PLAN_UPLINK, NULL); i;
	     i = plan_next(plan, PLAN_UPLINK, i)) {
		rc = add_dhcpcd(&services, i);
		worst = rc < 0 ? rc : worst;
	}
	if (worst < 0)
		return worst;
	*specs = services.specs;
	*n_specs = services.n_specs;
	return 0;
}

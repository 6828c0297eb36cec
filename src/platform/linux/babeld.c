/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/babeld.h"

#include <errno.h>

#include "base/buf.h"
#include "plan/plan.h"
#include "platform/linux/conf.h"

/* Babel's routes stand behind everything that this node knows by itself: with babeld's own 0 they
 * would keep an uplink's default from coming back. */
#define KERNEL_PRIORITY 2000u

static void add_interface(const struct plan_item *item, struct buf *out, struct diag *diag)
{
	const struct plan_babel_interface *babel = item->value;

	if (!conf_word(babel->ifname, item, diag) || !conf_word(babel->type, item, diag))
		return;
	buf_printf(out, "interface %s type %s", babel->ifname, babel->type);
	if (babel->hello_interval)
		buf_printf(out, " hello-interval %u", babel->hello_interval);
	buf_add_char(out, '\n');
}

static void add_prefix(const struct plan_babel_filter *filter, struct buf *out)
{
	char text[PREFIX_TEXT_SIZE];

	if (filter->prefix.ip.family == IP_NONE)
		return;
	buf_printf(out, " ip %s", prefix_format(&filter->prefix, text));
	if (filter->prefix_le_plus_1)
		buf_printf(out, " le %u", filter->prefix_le_plus_1 - 1);
}

/* "allow" after "metric" would set the metric back, and "metric 0" is no metric at all. */
static void add_filter(const struct plan_item *item, struct buf *out, struct diag *diag)
{
	const struct plan_babel_filter *filter = item->value;

	if (!conf_word(filter->filter, item, diag))
		return;
	if (filter->ifname && *filter->ifname && !conf_word(filter->ifname, item, diag))
		return;
	buf_add(out, filter->filter);
	if (filter->local)
		buf_add(out, " local");
	add_prefix(filter, out);
	if (filter->protocol)
		buf_printf(out, " proto %u", filter->protocol);
	if (filter->ifname && *filter->ifname)
		buf_printf(out, " if %s", filter->ifname);
	if (filter->deny)
		buf_add(out, " deny\n");
	else if (filter->metric)
		buf_printf(out, " metric %u\n", filter->metric);
	else
		buf_add(out, " allow\n");
}

static void add_general(const struct plan *plan, const char *folder, struct buf *out)
{
	const struct plan_item *item = plan_next(plan, PLAN_BABEL, NULL);
	const struct plan_babel *babel = item ? item->value : NULL;

	buf_add(out, "# Written by weft.\n");
	buf_printf(out, "kernel-priority %u\n", KERNEL_PRIORITY);
	buf_add(out, "skip-kernel-setup true\n"); /* sysctls are in the plan */
	buf_add(out, "link-detect true\n");
	buf_printf(out, "state-file %s/babeld.state\n", folder);
	buf_printf(out, "local-path-readwrite %s/babeld.sock\n", folder);
	if (babel && babel->local_port)
		buf_printf(out, "local-port %u\n", babel->local_port);
}

int babeld_render(const struct plan *plan, const char *folder, struct buf *out, struct diag *diag)
{
	size_t errors = diag_count(diag, DIAG_ERROR);

	if (!plan_next(plan, PLAN_BABEL_INTERFACE, NULL))
		return -ENOENT;
	add_general(plan, folder, out);
	for (const struct plan_item *i = plan_next(plan, PLAN_BABEL_INTERFACE, NULL); i;
	     i = plan_next(plan, PLAN_BABEL_INTERFACE, i))
		add_interface(i, out, diag);
	for (const struct plan_item *i = plan_next(plan, PLAN_BABEL_FILTER, NULL); i;
	     i = plan_next(plan, PLAN_BABEL_FILTER, i))
		add_filter(i, out, diag);
	return diag_count(diag, DIAG_ERROR) > errors ? -EINVAL : 0;
}

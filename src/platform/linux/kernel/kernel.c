/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/kernel.h"

#include <stdio.h>

#include "platform/linux/kernel/filter.h"
#include "platform/linux/kernel/steps.h"

int kernel_open(struct kernel *kernel, const char *folder)
{
	int rc;

	*kernel = (struct kernel){ .folder = folder };
	rc = nl_open(&kernel->route, NETLINK_ROUTE);
	if (rc == 0)
		rc = nl_open(&kernel->generic, NETLINK_GENERIC);
	if (rc < 0)
		kernel_close(kernel);
	return rc;
}

void kernel_close(struct kernel *kernel)
{
	nl_close(&kernel->route);
	nl_close(&kernel->generic);
	filter_close(kernel);
}

int kernel_asked(struct kernel *kernel, struct nl *nl, int rc)
{
	if (rc < 0)
		snprintf(kernel->words, sizeof(kernel->words), "%s", nl_explain(nl, rc));
	return rc;
}

int kernel_request(struct kernel *kernel, struct nl_message *message)
{
	return kernel_asked(kernel, &kernel->route, nl_request(&kernel->route, message));
}

int kernel_step(struct kernel *kernel, const struct step *step)
{
	static int (*const doers[STEP_N_KINDS])(struct kernel * kernel, const struct step *step) = {
		[STEP_LINK] = link_step,     [STEP_MTU] = link_step,
		[STEP_MAC] = link_step,      [STEP_MASTER] = link_step,
		[STEP_UP] = link_step,       [STEP_PLAIN] = link_step,
		[STEP_BATADV] = batadv_step, [STEP_ADDRESS] = address_step,
		[STEP_ROUTE] = route_step,   [STEP_RULE] = rule_step,
		[STEP_SYSCTL] = sysctl_step, [STEP_HOSTNAME] = hostname_step,
		[STEP_FILTER] = filter_step,
	};

	kernel->words[0] = '\0';
	return doers[step->kind](kernel, step);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/batadv.h"

#include <errno.h>
#include <linux/batman_adv.h>
#include <linux/genetlink.h>
#include <net/if.h>
#include <string.h>

#include "plan/plan.h"
#include "platform/linux/kernel/kernel.h"
#include "platform/linux/kernel/steps.h"

int batadv_family(struct kernel *kernel)
{
	return kernel->batadv ? 0 : nl_family(&kernel->generic, BATADV_NL_NAME, &kernel->batadv);
}

static void begin(struct nl_message *m, uint16_t family, uint8_t command, int index)
{
	nl_message_init(m, family, 0);
	*nl_body_of(m, struct genlmsghdr) = (struct genlmsghdr){ .cmd = command, .version = 1 };
	nl_put_u32(m, BATADV_ATTR_MESH_IFINDEX, (uint32_t)index);
}

void batadv_build_get(struct nl_message *m, uint16_t family, int index)
{
	begin(m, family, BATADV_CMD_GET_MESH, index);
}

void batadv_build_set(struct nl_message *m, uint16_t family, int index,
                      const struct plan_link *link)
{
	begin(m, family, BATADV_CMD_SET_MESH, index);
	nl_put_u8(m, BATADV_ATTR_BRIDGE_LOOP_AVOIDANCE_ENABLED, link->bridge_loop_avoidance);
	nl_put_u8(m, BATADV_ATTR_DISTRIBUTED_ARP_TABLE_ENABLED, link->distributed_arp_table);
	nl_put_u8(m, BATADV_ATTR_MULTICAST_FORCEFLOOD_ENABLED, !link->multicast_optimization);
	nl_put_u8(m, BATADV_ATTR_GW_MODE,
	          link->gateway_mode == PLAN_BATADV_GATEWAY_CLIENT ? BATADV_GW_MODE_CLIENT
	                                                           : BATADV_GW_MODE_OFF);
	if (link->orig_interval)
		nl_put_u32(m, BATADV_ATTR_ORIG_INTERVAL, link->orig_interval);
}

/* A server's mode is neither of those that a plan can have: it is told as one that differs. */
static unsigned gateway_mode(uint8_t mode)
{
	switch (mode) {
	case BATADV_GW_MODE_OFF:
		return PLAN_BATADV_GATEWAY_OFF;
	case BATADV_GW_MODE_CLIENT:
		return PLAN_BATADV_GATEWAY_CLIENT;
	default:
		return UINT8_MAX;
	}
}

int batadv_parse(const struct nlmsghdr *reply, void *data)
{
	const struct nlattr *a[BATADV_ATTR_MAX + 1];
	struct plan_link *link = data;
	const char *algo;

	nl_attributes(reply, sizeof(struct genlmsghdr), a, ARRAY_LENGTH(a));
	algo = nl_text(a[BATADV_ATTR_ALGO_NAME]);
	link->routing_algo = algo && !strcmp(algo, "BATMAN_V") ? PLAN_BATADV_V : PLAN_BATADV_IV;
	link->orig_interval = nl_u32(a[BATADV_ATTR_ORIG_INTERVAL], 0);
	link->bridge_loop_avoidance = nl_u8(a[BATADV_ATTR_BRIDGE_LOOP_AVOIDANCE_ENABLED], 0);
	link->distributed_arp_table = nl_u8(a[BATADV_ATTR_DISTRIBUTED_ARP_TABLE_ENABLED], 0);
	link->multicast_optimization = !nl_u8(a[BATADV_ATTR_MULTICAST_FORCEFLOOD_ENABLED], 0);
	link->gateway_mode = gateway_mode(nl_u8(a[BATADV_ATTR_GW_MODE], BATADV_GW_MODE_OFF));
	return 0;
}

int batadv_read(struct kernel *kernel, int index, struct plan_link *link)
{
	struct nl_message m;
	int rc = batadv_family(kernel);

	if (rc < 0)
		return rc;
	batadv_build_get(&m, kernel->batadv, index);
	return nl_get(&kernel->generic, &m, batadv_parse, link);
}

int batadv_write(struct kernel *kernel, int index, const struct plan_link *link)
{
	struct nl_message m;
	int rc = batadv_family(kernel);

	if (rc == 0) {
		batadv_build_set(&m, kernel->batadv, index, link);
		rc = nl_request(&kernel->generic, &m);
	}
	return kernel_asked(kernel, &kernel->generic, rc);
}

int batadv_step(struct kernel *kernel, const struct step *step)
{
	const struct kernel_link *after = step->after;
	unsigned index = if_nametoindex(after->is.name);

	if (!index)
		return kernel_asked(kernel, &kernel->generic, -errno);
	return batadv_write(kernel, (int)index, &after->is);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A network and mounts of one's own for tests that talk to the kernel: nothing they do is seen
 * outside.  Works for everybody on a kernel that allows user namespaces, and for root on all
 * others.
 */
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../test.h"
#include "platform/linux/kernel/nl.h"

static inline void namespace_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static inline void namespace_enter(void)
{
	unsigned uid = geteuid(), gid = getegid();
	char map[64];

	if (uid == 0) {
		assert_int_equal(unshare(CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWNS), 0);
		assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
		return;
	}
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWNS) < 0)
		fail_msg("this test needs user namespaces, or to be run by root");
	namespace_write("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	namespace_write("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	namespace_write("/proc/self/gid_map", map);
}

static inline void namespace_send(struct nl_message *m)
{
	struct nl nl;
	int rc;

	assert_int_equal(nl_open(&nl, NETLINK_ROUTE), 0);
	rc = nl_request(&nl, m);
	if (rc < 0)
		fail_msg("%s", nl_explain(&nl, rc));
	nl_close(&nl);
}

/* A bridge that is not ours, unless the group says so. */
static inline void namespace_add_bridge(const char *name, uint32_t group)
{
	struct nlattr *info;
	struct nl_message m;

	nl_message_init(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	(void)nl_body(&m, sizeof(struct ifinfomsg));
	nl_put_text(&m, IFLA_IFNAME, name);
	info = nl_nest(&m, IFLA_LINKINFO);
	nl_put_text(&m, IFLA_INFO_KIND, "bridge");
	nl_nest_end(&m, info);
	nl_put_u32(&m, IFLA_GROUP, group);
	namespace_send(&m);
}

static inline void namespace_remove(const char *name)
{
	struct nl_message m;

	nl_message_init(&m, RTM_DELLINK, 0);
	(void)nl_body(&m, sizeof(struct ifinfomsg));
	nl_put_text(&m, IFLA_IFNAME, name);
	namespace_send(&m);
}

/* A cable between two network devices. */
static inline void namespace_add_cable(const char *name, const char *peer)
{
	struct nlattr *info, *data, *end;
	struct nl_message m;

	nl_message_init(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	(void)nl_body(&m, sizeof(struct ifinfomsg));
	nl_put_text(&m, IFLA_IFNAME, name);
	info = nl_nest(&m, IFLA_LINKINFO);
	nl_put_text(&m, IFLA_INFO_KIND, "veth");
	data = nl_nest(&m, IFLA_INFO_DATA);
	end = nl_nest(&m, VETH_INFO_PEER);
	(void)nl_body(&m, sizeof(struct ifinfomsg));
	nl_put_text(&m, IFLA_IFNAME, peer);
	nl_nest_end(&m, end);
	nl_nest_end(&m, data);
	nl_nest_end(&m, info);
	namespace_send(&m);
}

/* Makes a device a port of a bridge. */
static inline void namespace_join(const char *name, const char *bridge)
{
	struct nl_message m;

	nl_message_init(&m, RTM_NEWLINK, 0);
	(void)nl_body(&m, sizeof(struct ifinfomsg));
	nl_put_text(&m, IFLA_IFNAME, name);
	nl_put_u32(&m, IFLA_MASTER, if_nametoindex(bridge));
	namespace_send(&m);
}

static inline void namespace_up(const char *name)
{
	struct ifinfomsg *body;
	struct nl_message m;

	nl_message_init(&m, RTM_NEWLINK, 0);
	body = nl_body_of(&m, struct ifinfomsg);
	body->ifi_flags = body->ifi_change = IFF_UP;
	nl_put_text(&m, IFLA_IFNAME, name);
	namespace_send(&m);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the kernel has, as a value: as much of it as a plan can be about.
 *
 * The structs of the plan are used again, so that what shall be and what is can be
 * compared member by member; beside them stands what only the kernel can tell.  Lists keep the
 * kernel's order.  What shall be has the same form (wanted.h); there, `because` is the item
 * of the plan that asks for it, or NULL where something is only put back.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/names.h"
#include "plan/plan.h"

struct arena;

/*
 * A network device.  In `is`, `kind` is PLAN_LINK_PORT for every kind that weft cannot make;
 * `parent` and `master` are NULL without one.
 */
struct kernel_link {
	struct kernel_link *next;
	struct plan_link is;
	const char *kind; /* the kernel's word, "" for hardware: "veth", "bridge" */
	uint32_t mtu_max; /* bytes; 0: the kernel does not say */
	int index, parent_index, master_index; /* 0: none */
	bool ours, up;
	/* A bridge that floods multicast and forwards at once (see steps.c), as ours do. */
	bool plain;
	const struct plan_item *because;
};

struct kernel_address {
	struct kernel_address *next;
	struct plan_address is;
	bool ours;
	const struct plan_item *because;
};

/* Routes and rules of others are not kept. */
struct kernel_route {
	struct kernel_route *next;
	struct plan_route is; /* `protocol` is set */
	const struct plan_item *because;
};

struct kernel_rule {
	struct kernel_rule *next;
	struct plan_rule is; /* `from` and `to` have the family both; length 0 is "any" */
	const struct plan_item *because;
};

struct kernel_sysctl {
	struct kernel_sysctl *next;
	const char *path;
	const char
		*value; /* white space inside of it is single spaces; NULL: there is no such file */
	/* Those that the kernel changes together with it, as they are while it has this value: of
	 * what is, and of what is put back. */
	struct kernel_sysctl *followers;
	const struct plan_item *because;
};

/* A chain of a table of ours, in nft's words. */
struct filter_chain {
	struct filter_chain *next;
	const char *family, *name;
	const char *head;  /* "type filter hook forward priority -200; policy accept;" */
	const char *rules; /* each with a newline at its end */
};

/* Our tables.  If somebody else has touched them, `chains` is not known. */
struct kernel_filter {
	struct filter_chain *chains;
	bool known;
	bool refused; /* nftables did not tell: nothing else here counts */
	bool bridge_table, inet_table;
	const char *restore; /* makes the tables as they are now; nft's words */
};

struct observed {
	struct arena *arena;
	struct kernel_link *links, **links_end;
	struct kernel_address *addresses, **addresses_end;
	struct kernel_route *routes, **routes_end;
	struct kernel_rule *rules, **rules_end;
	struct kernel_sysctl *sysctls, **sysctls_end; /* those that were asked for */
	const char *hostname;
	struct kernel_filter filter;
};

/* Starts empty; it and all that is in it belong to the arena. */
struct observed *observed_new(struct arena *arena);

/* NULL if there is none. */
struct kernel_link *observed_link(const struct observed *observed, const char *name);
const struct kernel_link *observed_link_at(const struct observed *observed, int index);
struct kernel_sysctl *observed_sysctl(const struct observed *observed, const char *path);
/* NULL if the setting has no follower of this path. */
const struct kernel_sysctl *sysctl_follower(const struct kernel_sysctl *sysctl, const char *path);

/* Puts an entry at the end of its list.  The texts are borrowed. */
void observed_add_link(struct observed *observed, const struct kernel_link *link);
void observed_add_address(struct observed *observed, const struct kernel_address *address);
void observed_add_route(struct observed *observed, const struct kernel_route *route);
void observed_add_rule(struct observed *observed, const struct kernel_rule *rule);
/* The value is copied, its white space put in order. */
void observed_add_sysctl(struct observed *observed, const struct kernel_sysctl *sysctl);
/* The same for one more follower of `sysctl`; its path is copied, too. */
void observed_add_follower(struct observed *observed, struct kernel_sysctl *sysctl,
                           const char *path, const char *value);

/* NULL if there is none. */
const struct filter_chain *filter_chain_find(const struct filter_chain *chains, const char *family,
                                             const char *name);

/* The interface that a setting belongs to: "br-lan" of "net/ipv6/conf/br-lan/accept_ra".  False if
 * it belongs to none. */
bool sysctl_names_link(const char *path, char ifname[IFNAME_SIZE]);

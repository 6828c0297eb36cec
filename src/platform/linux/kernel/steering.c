/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/steering.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <nftables/libnftables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "plan/numbers.h"
#include "platform/linux/kernel/nl.h"
#include "platform/linux/kernel/steering_link.h"

/* For each slot and family two rules; and of each family one for what comes out of the tunnel. */
#define RULES_MAX  (STEER_SLOTS_MAX * 4 + 2)
#define ROUTES_MAX (STEER_SLOTS_MAX * 2)
/* A rule that is there twice is met twice. */
#define FOUND_MAX (2 * RULES_MAX)
#define TTL       64

struct rule {
	uint8_t family;
	uint32_t priority, mark, table;
	bool near;  /* all but default routes */
	bool guest; /* what comes out of the tunnel, instead of a mark */
};

struct steering {
	struct buf text;                          /* of the table that was made last */
	struct steer_slot slots[STEER_SLOTS_MAX]; /* whose routes were made */
	struct ip own;
	unsigned link; /* that these lead through */
};

struct found {
	struct rule rules[FOUND_MAX];
	size_t n_rules;
	struct {
		uint8_t family;
		uint32_t table;
	} routes[ROUTES_MAX];
	size_t n_routes;
};

static const uint8_t families[] = { AF_INET, AF_INET6 };

struct steering *steering_new(void)
{
	struct steering *steering = calloc(1, sizeof(*steering));

	assert(steering);
	return steering;
}

void steering_free(struct steering *steering)
{
	if (!steering)
		return;
	buf_done(&steering->text);
	free(steering);
}

/* --- nftables --- */

static int run_nft(const char *commands, struct buf *failure)
{
	struct nft_ctx *context = nft_ctx_new(NFT_CTX_DEFAULT);
	int r;

	assert(context);
	nft_ctx_buffer_output(context);
	nft_ctx_buffer_error(context);
	r = nft_run_cmd_from_buffer(context, commands) ? -EIO : 0;
	if (r < 0)
		buf_add(failure, nft_ctx_get_error_buffer(context));
	nft_ctx_free(context);
	return r;
}

static int make_table(struct steering *steering, const struct steer_rules *rules,
                      struct buf *failure)
{
	BUF_AUTO text = { 0 };
	int r;

	steer_rules_print(rules, &text);
	if (steering->text.length && !strcmp(buf_text(&text), steering->text.text))
		return 0;
	r = run_nft(text.text, failure);
	buf_done(&steering->text);
	if (r == 0)
		buf_add(&steering->text, text.text);
	return r;
}

/* --- the tunnel --- */

static int told(struct nl *nl, int r, const char *what, struct buf *failure)
{
	if (r < 0)
		buf_printf(failure, "cannot %s: %s\n", what, nl_explain(nl, r));
	return r;
}

static int link_up(struct nl *nl, unsigned index)
{
	struct nl_message m;
	struct ifinfomsg *body;

	nl_message_init(&m, RTM_NEWLINK, 0);
	body = nl_body_of(&m, struct ifinfomsg);
	body->ifi_index = (int)index;
	body->ifi_flags = IFF_UP;
	body->ifi_change = IFF_UP;
	return nl_request(nl, &m);
}

/* Where a device has no IPv4 address the kernel takes all that comes in by it for forged, however
 * loose `rp_filter` is.  This one is for such devices, and is nobody's: RFC 7600, section 4.8. */
static int give_dummy_address(struct nl *nl, unsigned index)
{
	static const uint8_t dummy[4] = { 192, 0, 0, 8 };
	struct nl_message m;
	struct ifaddrmsg *body;

	nl_message_init(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
	body = nl_body_of(&m, struct ifaddrmsg);
	body->ifa_family = AF_INET;
	body->ifa_prefixlen = 32;
	body->ifa_scope = RT_SCOPE_LINK;
	body->ifa_index = index;
	nl_put(&m, IFA_LOCAL, dummy, sizeof(dummy));
	nl_put(&m, IFA_ADDRESS, dummy, sizeof(dummy));
	return nl_request(nl, &m);
}

static void set(const char *name, char value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	/* A kernel without one of these does without. */
	if (write(fd, &value, 1) != 1)
		errno = 0;
	close(fd);
}

/* Packets come in by it whose answers leave by another way. */
static void set_up(void)
{
	set("ipv4/conf/" LINK_STEER "/rp_filter", '2');
	set("ipv6/conf/" LINK_STEER "/addr_gen_mode", '1');
	set("ipv6/conf/" LINK_STEER "/accept_ra", '0');
}

static int make_link(struct steering *steering, struct nl *nl, struct buf *failure)
{
	unsigned index = if_nametoindex(LINK_STEER);
	struct nl_message m;
	int r = 0;

	if (!index) {
		steer_link_build(&m);
		r = told(nl, nl_request(nl, &m), "make the tunnel " LINK_STEER, failure);
		index = r < 0 ? 0 : if_nametoindex(LINK_STEER);
		if (index)
			set_up();
	}
	/* Routes go with their device. */
	if (index != steering->link)
		memset(steering->slots, 0, sizeof(steering->slots));
	steering->link = index;
	if (r == 0)
		r = told(nl, give_dummy_address(nl, index), "give " LINK_STEER " an address",
		         failure);
	return r < 0 ? r : told(nl, link_up(nl, index), "start the tunnel " LINK_STEER, failure);
}

static int remove_link(struct nl *nl, struct buf *failure)
{
	unsigned index = if_nametoindex(LINK_STEER);
	struct nl_message m;

	if (!index)
		return 0;
	nl_message_init(&m, RTM_DELLINK, 0);
	nl_body_of(&m, struct ifinfomsg)->ifi_index = (int)index;
	return told(nl, nl_request(nl, &m), "remove the tunnel " LINK_STEER, failure);
}

/* --- routes --- */

static void put_tunnel(struct nl_message *m, const struct ip *from, const struct ip *to)
{
	struct nlattr *nest = nl_nest(m, RTA_ENCAP);

	nl_put_ip(m, LWTUNNEL_IP6_DST, to);
	nl_put_ip(m, LWTUNNEL_IP6_SRC, from);
	nl_put_u8(m, LWTUNNEL_IP6_HOPLIMIT, TTL);
	nl_nest_end(m, nest);
	nl_put_u16(m, RTA_ENCAP_TYPE, LWTUNNEL_ENCAP_IP6);
}

static int add_route(struct nl *nl, unsigned link, uint8_t family, uint32_t table,
                     const struct ip *from, const struct ip *to)
{
	struct nl_message m;
	struct rtmsg *body;

	nl_message_init(&m, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE);
	body = nl_body_of(&m, struct rtmsg);
	body->rtm_family = family;
	body->rtm_table = RT_TABLE_UNSPEC;
	body->rtm_protocol = PROTOCOL_STEER;
	body->rtm_type = RTN_UNICAST;
	body->rtm_scope = family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	nl_put_u32(&m, RTA_TABLE, table);
	nl_put_u32(&m, RTA_OIF, link);
	put_tunnel(&m, from, to);
	return nl_request(nl, &m);
}

static int remove_route(struct nl *nl, uint8_t family, uint32_t table)
{
	struct nl_message m;
	struct rtmsg *body;

	nl_message_init(&m, RTM_DELROUTE, 0);
	body = nl_body_of(&m, struct rtmsg);
	body->rtm_family = family;
	body->rtm_table = RT_TABLE_UNSPEC;
	body->rtm_protocol = PROTOCOL_STEER;
	body->rtm_scope = RT_SCOPE_NOWHERE;
	nl_put_u32(&m, RTA_TABLE, table);
	return nl_request(nl, &m);
}

static bool same_slot(const struct steer_slot *a, const struct steer_slot *b)
{
	return a->taken == b->taken && a->self == b->self && ip_equal(&a->address, &b->address);
}

static int make_routes(struct steering *steering, struct nl *nl, const struct steer_wanted *wanted,
                       struct buf *failure)
{
	const struct ip *own = &wanted->rules.own6.ip;
	int result = 0;

	if (!ip_equal(own, &steering->own))
		memset(steering->slots, 0, sizeof(steering->slots));
	steering->own = *own;
	for (uint32_t i = 0; i < STEER_SLOTS_MAX; i++) {
		const struct steer_slot *slot = &wanted->slots[i];

		if (!slot->taken || slot->self || same_slot(slot, &steering->slots[i]))
			continue;
		for (unsigned f = 0; f < ARRAY_LENGTH(families); f++) {
			int r = add_route(nl, steering->link, families[f], TABLE_STEER + i, own,
			                  &slot->address);

			result = told(nl, r, "make the route to a gateway", failure) < 0 ? r
			                                                                 : result;
		}
		steering->slots[i] = result < 0 ? (struct steer_slot){ 0 } : *slot;
	}
	return result;
}

/* --- rules --- */

static void rule_build(struct nl_message *m, const struct rule *rule)
{
	struct fib_rule_hdr *body = nl_body_of(m, struct fib_rule_hdr);

	body->family = rule->family;
	body->action = FR_ACT_TO_TBL;
	if (rule->guest) {
		nl_put_text(m, FRA_IIFNAME, LINK_STEER);
	} else {
		nl_put_u32(m, FRA_FWMARK, rule->mark);
		nl_put_u32(m, FRA_FWMASK, MARK_MASK);
	}
	if (rule->near)
		nl_put_u32(m, FRA_SUPPRESS_PREFIXLEN, 0);
	nl_put_u32(m, FRA_TABLE, rule->table);
	nl_put_u32(m, FRA_PRIORITY, rule->priority);
	nl_put_u8(m, FRA_PROTOCOL, PROTOCOL_STEER);
}

static bool rule_equal(const struct rule *a, const struct rule *b)
{
	return a->family == b->family && a->priority == b->priority && a->mark == b->mark &&
	       a->table == b->table && a->near == b->near && a->guest == b->guest;
}

static bool rule_is_in(const struct rule *rule, const struct rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (rule_equal(rule, &rules[i]))
			return true;
	}
	return false;
}

static size_t find_rules(const struct steer_wanted *wanted, struct rule rules[RULES_MAX])
{
	size_t n = 0;

	for (uint8_t i = 0; i < STEER_SLOTS_MAX; i++) {
		const struct steer_slot *slot = &wanted->slots[i];

		for (unsigned f = 0; slot->taken && f < ARRAY_LENGTH(families); f++) {
			if (!slot->use[f])
				continue;
			rules[n++] = (struct rule){ families[f],   RULE_PRIORITY_NEAR,
				                    steer_mark(i), TABLE_MAIN,
				                    true,          false };
			rules[n++] = (struct rule){
				families[f],
				RULE_PRIORITY_STEER,
				steer_mark(i),
				slot->self ? slot->table[f] : (uint32_t)TABLE_STEER + i,
				false,
				false
			};
		}
	}
	for (unsigned f = 0; f < ARRAY_LENGTH(families); f++) {
		if (wanted->guest_table[f])
			rules[n++] = (struct rule){ families[f], RULE_PRIORITY_GUEST,
				                    0,           wanted->guest_table[f],
				                    false,       true };
	}
	return n;
}

static int take_rule(const struct nlmsghdr *reply, void *data)
{
	const struct fib_rule_hdr *body = nl_body_get(reply, sizeof(*body));
	const struct nlattr *a[FRA_MAX + 1];
	struct found *found = data;

	if (!body || found->n_rules == FOUND_MAX)
		return 0;
	nl_attributes(reply, sizeof(*body), a, ARRAY_LENGTH(a));
	if (nl_u8(a[FRA_PROTOCOL], 0) != PROTOCOL_STEER)
		return 0;
	found->rules[found->n_rules++] = (struct rule){
		.family = body->family,
		.priority = nl_u32(a[FRA_PRIORITY], 0),
		.mark = nl_u32(a[FRA_FWMARK], 0),
		.table = nl_u32(a[FRA_TABLE], body->table),
		.near = nl_u32(a[FRA_SUPPRESS_PREFIXLEN], UINT32_MAX) == 0,
		.guest = a[FRA_IIFNAME] != NULL,
	};
	return 0;
}

static int take_route(const struct nlmsghdr *reply, void *data)
{
	const struct rtmsg *body = nl_body_get(reply, sizeof(*body));
	const struct nlattr *a[RTA_MAX + 1];
	struct found *found = data;
	uint32_t table;

	if (!body || body->rtm_protocol != PROTOCOL_STEER || body->rtm_dst_len ||
	    found->n_routes == ROUTES_MAX)
		return 0;
	nl_attributes(reply, sizeof(*body), a, ARRAY_LENGTH(a));
	table = nl_u32(a[RTA_TABLE], body->rtm_table);
	if (table < TABLE_STEER || table >= TABLE_STEER + STEER_SLOTS_MAX)
		return 0;
	found->routes[found->n_routes].family = body->rtm_family;
	found->routes[found->n_routes++].table = table;
	return 0;
}

static int read_kernel(struct nl *nl, struct found *found)
{
	struct nl_message m;
	int r = 0;

	for (unsigned f = 0; r == 0 && f < ARRAY_LENGTH(families); f++) {
		nl_message_init(&m, RTM_GETRULE, NLM_F_DUMP);
		nl_body_of(&m, struct fib_rule_hdr)->family = families[f];
		r = nl_dump(nl, &m, take_rule, found);
		if (r < 0 && r != -EINTR)
			break;
		nl_message_init(&m, RTM_GETROUTE, NLM_F_DUMP);
		nl_body_of(&m, struct rtmsg)->rtm_family = families[f];
		r = nl_dump(nl, &m, take_route, found);
		r = r == -EINTR ? 0 : r;
	}
	return r;
}

static int change_rule(struct nl *nl, const struct rule *rule, bool add)
{
	struct nl_message m;
	int r;

	nl_message_init(&m, add ? RTM_NEWRULE : RTM_DELRULE, add ? NLM_F_CREATE | NLM_F_EXCL : 0);
	rule_build(&m, rule);
	r = nl_request(nl, &m);
	return r == (add ? -EEXIST : -ENOENT) ? 0 : r;
}

/* First what is new, then what is old: nobody is without a way in between. */
static int make_rules(struct nl *nl, const struct found *found, const struct rule *rules, size_t n,
                      struct buf *failure)
{
	int result = 0, r;

	for (size_t i = 0; i < n; i++) {
		if (rule_is_in(&rules[i], found->rules, found->n_rules))
			continue;
		r = told(nl, change_rule(nl, &rules[i], true), "make a rule for steering", failure);
		result = r < 0 ? r : result;
	}
	for (size_t i = 0; i < found->n_rules; i++) {
		if (rule_is_in(&found->rules[i], rules, n) &&
		    !rule_is_in(&found->rules[i], found->rules, i))
			continue;
		r = told(nl, change_rule(nl, &found->rules[i], false), "remove a rule", failure);
		result = r < 0 ? r : result;
	}
	return result;
}

static void remove_routes(struct nl *nl, const struct found *found,
                          const struct steer_wanted *wanted)
{
	for (size_t i = 0; i < found->n_routes; i++) {
		const struct steer_slot *slot =
			&wanted->slots[found->routes[i].table - TABLE_STEER];

		if (!slot->taken || slot->self)
			(void)remove_route(nl, found->routes[i].family, found->routes[i].table);
	}
}

/* --- the whole --- */

static bool needs_link(const struct steer_wanted *wanted)
{
	for (size_t i = 0; i < STEER_SLOTS_MAX; i++) {
		if (wanted->slots[i].taken && !wanted->slots[i].self)
			return true;
	}
	return wanted->rules.uplinks.n && wanted->rules.offer.tunnel;
}

static int make_all(struct steering *steering, struct nl *nl, const struct steer_wanted *wanted,
                    struct buf *failure)
{
	struct found *found = calloc(1, sizeof(*found));
	struct rule rules[RULES_MAX];
	size_t n = find_rules(wanted, rules);
	int r, result = 0;

	assert(found);
	/* The table first: the tunnel lets nothing in that it does not know. */
	if (needs_link(wanted)) {
		result = make_table(steering, &wanted->rules, failure);
		if (result == 0)
			result = make_link(steering, nl, failure);
		if (result == 0)
			result = make_routes(steering, nl, wanted, failure);
	}
	if (result == 0)
		result = told(nl, read_kernel(nl, found), "read the kernel's rules", failure);
	if (result == 0)
		result = make_rules(nl, found, rules, n, failure);
	if (result == 0)
		remove_routes(nl, found, wanted);
	if (!needs_link(wanted)) {
		r = make_table(steering, &wanted->rules, failure);
		result = r < 0 ? r : result;
		r = remove_link(nl, failure);
		result = r < 0 ? r : result;
	}
	for (uint32_t i = 0; i < STEER_SLOTS_MAX; i++) {
		if (!wanted->slots[i].taken)
			steering->slots[i] = (struct steer_slot){ 0 };
	}
	free(found);
	return result;
}

int steering_make(struct steering *steering, const struct steer_wanted *wanted, struct buf *failure)
{
	struct nl nl;
	int r = nl_open(&nl, NETLINK_ROUTE);

	if (r < 0) {
		buf_printf(failure, "cannot ask the kernel: %s\n", strerror(-r));
		return r;
	}
	r = make_all(steering, &nl, wanted, failure);
	nl_close(&nl);
	return r;
}

int steering_remove(struct steering *steering, struct buf *failure)
{
	struct steer_wanted *nothing = calloc(1, sizeof(*nothing));
	int r;

	assert(nothing);
	nothing->rules.everybody = STEER_NOBODY;
	r = steering_make(steering, nothing, failure);
	free(nothing);
	return r;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * Configurations of anybody, on one of a few boxes: there is a plan or a reason why there is none;
 * the plan can be shown and explained; OpenWrt's files come out of it, and when they are taken as
 * they came out, nothing more changes.
 *
 * The first byte is the box; then come lime-community, lime-node, and /etc/config/network and
 * wireless as they are on the box, each ended by a zero byte; what is missing is a default.
 */
#include "plan/plan.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "fuzz.h"
#include "net/facts.h"
#include "node/node.h"
#include "platform/openwrt/files.h"
#include "platform/openwrt/render.h"
#include "uci/uci.h"

extern const char lime_defaults[];

#define N_PARTS 4

struct part {
	const char *text;
	size_t size;
};

/* ---- the boxes ---- */

static const char *lan_ports[] = { "lan1", "lan2" };
static const char *wan_port[] = { "wan" };
static const char *lan_eth[] = { "eth0" };
static const char *wan_eth[] = { "eth1" };
static const char *packages[] = { "lime-system", "lime-proto-bmx7", "lime-proto-olsr" };

static const struct fact_link switch_links[] = {
	{ .name = "eth0", .mac = { { 0x94, 0x83, 0xc4, 0x0a, 0x7b, 0x1e } }, .dsa_conduit = true },
	{ .name = "lan1", .mac = { { 0x94, 0x83, 0xc4, 0x0a, 0x7b, 0x1e } }, .dsa_port = true },
	{ .name = "lan2", .mac = { { 0x94, 0x83, 0xc4, 0x0a, 0x7b, 0x1e } }, .dsa_port = true },
	{ .name = "wan", .mac = { { 0x94, 0x83, 0xc4, 0x0a, 0x7b, 0x1f } }, .dsa_port = true },
};
static const struct fact_link pc_links[] = {
	{ .name = "eth0", .mac = { { 0x52, 0x54, 0, 0, 0, 1 } } },
	{ .name = "eth1", .mac = { { 0x52, 0x54, 0, 0, 0, 0 } } },
};
static const struct fact_role switch_roles[] = {
	{ "lan", "static", lan_ports, 2, true },
	{ "wan", "dhcp", wan_port, 1, false },
};
static const struct fact_role pc_roles[] = {
	{ "lan", "static", lan_eth, 1, false },
	{ "wan", "pppoe", wan_eth, 1, false },
};
static const struct fact_radio radios[] = {
	{ .name = "radio0", .phy = "phy0", .bands = BAND_2GHZ, .measures_distance = true },
	{ .name = "radio1", .phy = "phy1", .bands = BAND_5GHZ },
	{ .name = "radio2", .phy = "phy2", .found = true, .path = "platform/usb1" },
};

static const struct facts boxes[] = {
	{ .links = switch_links,
	  .n_links = ARRAY_LENGTH(switch_links),
	  .radios = radios,
	  .n_radios = ARRAY_LENGTH(radios),
	  .roles = switch_roles,
	  .n_roles = ARRAY_LENGTH(switch_roles) },
	{ .links = pc_links,
	  .n_links = ARRAY_LENGTH(pc_links),
	  .roles = pc_roles,
	  .n_roles = ARRAY_LENGTH(pc_roles),
	  .packages = packages,
	  .n_packages = ARRAY_LENGTH(packages) },
	{ 0 },
};

/* ---- its files ---- */

static const struct {
	const char *path, *text;
} box_files[] = {
	{ "etc/config/network", "config interface 'lan'\n\toption device 'br-lan'\n"
	                        "config device\n\toption name 'br-lan'\n\toption type 'bridge'\n"
	                        "\tlist ports 'lan1'\nconfig interface 'wan'\n" },
	{ "etc/config/wireless", "config wifi-device 'radio0'\n\toption channel '1'\n"
	                         "config wifi-iface 'default_radio0'\n" },
	{ "etc/config/dhcp", "config dnsmasq\nconfig dhcp 'lan'\n\toption interface 'lan'\n" },
	{ "etc/config/firewall", "config zone\n\toption name 'lan'\n\tlist network 'lan'\n" },
	{ "etc/config/system", "config system\n\toption hostname 'OpenWrt'\n" },
	{ "etc/config/uhttpd", "config uhttpd 'main'\n" },
	{ "etc/sysctl.conf", "# comment\nnet.ipv4.conf.all.rp_filter=1\n" },
	{ "etc/shadow", "root::0:0:99999:7:::\n" },
};

/* A box, and what a first run made of it. */
struct box {
	const struct part *parts;
	const struct file_change *changes;
	size_t n_changes;
};

static int give(const char *text, size_t size, struct buf *out, unsigned *mode)
{
	*mode = 0644;
	buf_add_bytes(out, text, size);
	return 0;
}

static int read_box(void *data, const char *path, struct buf *out, unsigned *mode)
{
	const struct box *box = data;

	for (size_t i = 0; i < box->n_changes; i++) {
		const struct file_change *change = &box->changes[i];

		if (strcmp(change->path, path) != 0)
			continue;
		if (change->kind == FILE_CHANGE_REMOVE)
			return -ENOENT;
		(void)give(change->after, change->size, out, mode);
		return change->kind == FILE_CHANGE_LINK ? -ELOOP : 0;
	}
	if (box->parts[2].text && strcmp(path, "etc/config/network") == 0)
		return give(box->parts[2].text, box->parts[2].size, out, mode);
	if (box->parts[3].text && strcmp(path, "etc/config/wireless") == 0)
		return give(box->parts[3].text, box->parts[3].size, out, mode);
	for (size_t i = 0; i < ARRAY_LENGTH(box_files); i++) {
		if (strcmp(box_files[i].path, path) == 0)
			return give(box_files[i].text, strlen(box_files[i].text), out, mode);
	}
	return -ENOENT;
}

static const char *make_secret(struct arena *arena)
{
	return arena_strdup(arena, "$5$secret");
}

static struct files *render(const struct node *node, const struct facts *facts, struct box *box,
                            struct diag *diag)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct files *files = files_new(read_box, box, diag);
	const struct render render = {
		.plan = node->plan,
		.config = node->config,
		.facts = facts,
		.id = &node->identity,
		.files = files,
		.arena = arena,
		.diag = diag,
		.make_secret = make_secret,
	};

	render_all(&render);
	return files;
}

static void render_twice(const struct node *node, const struct facts *facts,
                         const struct part *parts)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(files_free) struct files *first = NULL;
	AUTO(files_free) struct files *second = NULL;
	struct box box = { parts, NULL, 0 }, after = { parts, NULL, 0 };
	size_t n_more;

	first = render(node, facts, &box, diag);
	if (diag_has_errors(diag))
		return;
	after.changes = files_changes(first, &after.n_changes);
	second = render(node, facts, &after, diag);
	assert(!diag_has_errors(diag));
	(void)files_changes(second, &n_more);
	assert(n_more == 0);
}

/* ---- one input ---- */

static void split(const char *text, size_t size, struct part parts[N_PARTS])
{
	for (size_t i = 0; i < N_PARTS && size; i++) {
		const char *end = i < N_PARTS - 1 ? memchr(text, 0, size) : NULL;

		parts[i] = (struct part){ text, end ? (size_t)(end - text) : size };
		size -= parts[i].size + !!end;
		text += parts[i].size + !!end;
	}
}

static void show(const struct plan *plan)
{
	BUF_AUTO out = { 0 };

	plan_print(plan, &out);
	plan_print_json(plan, &out);
	if (plan->items)
		(void)plan_explain(plan, plan->items->name, false, &out);
}

/* Making the node is what is fuzzed; a fuzzer that is short of time looks at one plan in eight. */
static bool is_looked_at(const uint8_t *bytes, size_t size)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	unsigned sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += bytes[i];
	return sum % 8 == 0;
#else
	(void)bytes;
	return size;
#endif
}

static struct uci_document *read_defaults(void)
{
	static struct uci_document *defaults;
	AUTO(diag_free) struct diag *diag = NULL;

	if (defaults)
		return defaults;
	diag = diag_new();
	defaults = uci_parse("lime-defaults", lime_defaults, strlen(lime_defaults), diag);
	assert(!diag_has_errors(diag));
	return defaults;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *community = NULL;
	AUTO(uci_free) struct uci_document *own = NULL;
	AUTO(node_free) struct node *node = NULL;
	const struct facts *facts = &boxes[size ? bytes[0] % ARRAY_LENGTH(boxes) : 0];
	struct part parts[N_PARTS] = { 0 };
	struct uci_document *layers[3];

	if (size)
		split((const char *)bytes + 1, size - 1, parts);
	layers[0] = read_defaults();
	layers[1] = community = uci_parse("lime-community", parts[0].text ? parts[0].text : "",
	                                  parts[0].size, diag);
	layers[2] = own = uci_parse("lime-node", parts[1].text ? parts[1].text : "", parts[1].size,
	                            diag);
	node = node_new(&(struct node_input){ layers, ARRAY_LENGTH(layers), facts, false }, diag);
	assert(!!node->plan == !diag_has_errors(diag));
	if (!node->plan || !is_looked_at(bytes, size))
		return 0;
	show(node->plan);
	render_twice(node, facts, parts);
	return 0;
}

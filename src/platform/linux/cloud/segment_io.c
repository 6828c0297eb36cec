/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/segment_io.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <nftables/libnftables.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "plan/numbers.h"
#include "platform/linux/cloud/fdb.h"
#include "platform/linux/cloud/mesh.h"

/* Batman-adv's table of backbones is looked at as often as hellos are said. */
#define BACKBONE_MS SEGMENT_HELLO_MS
/* Hellos that are read in one go; whoever says more is not heard in full. */
#define READS_MAX 64
#define GOODBYES  3

struct segment_io {
	struct segment_config config;
	struct segment *segment;
	struct nl nl;
	struct mesh mesh; /* its socket is NULL without a cloud */
	int packet;
	int64_t backbones_ms; /* when they were read */
	struct buf rules;     /* that are in force, "" if that is not known */
};

static int open_packet(int bridge)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETHERTYPE_HELLO),
		.sll_ifindex = bridge,
	};
	/* Protocol 0 at first, so that nothing of other devices comes in before bind(). */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), r;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		r = -errno;
		close(fd);
		return r;
	}
	return fd;
}

static int open_all(struct segment_io *io)
{
	int r = nl_open(&io->nl, NETLINK_ROUTE);

	if (r < 0)
		return r;
	io->packet = open_packet(io->config.bridge);
	if (io->packet < 0)
		return io->packet;
	return io->config.cloud ? mesh_open(&io->mesh) : 0;
}

struct segment_io *segment_io_new(const struct segment_config *config)
{
	struct segment_io *io = calloc(1, sizeof(*io));
	struct segment_hello self = { .node = config->node };
	int r;

	assert(io);
	io->config = *config;
	io->packet = -1;
	io->backbones_ms = INT64_MIN / 2;
	r = open_all(io);
	if (r < 0) {
		segment_io_free(io);
		errno = -r;
		return NULL;
	}
	memcpy(self.cloud, config->network, sizeof(self.cloud));
	io->segment = segment_new(&self);
	return io;
}

void segment_io_free(struct segment_io *io)
{
	if (!io)
		return;
	segment_free(io->segment);
	nl_close(&io->nl);
	mesh_close(&io->mesh);
	if (io->packet >= 0)
		close(io->packet);
	buf_done(&io->rules);
	free(io);
}

void segment_io_set_ports(struct segment_io *io, const struct segment_config *config)
{
	memcpy(io->config.ports, config->ports, sizeof(io->config.ports));
	io->config.n_ports = config->n_ports;
}

int segment_io_fd(const struct segment_io *io)
{
	return io->packet;
}

/* The bridge gives the frame to its own device, and has learned on which port the sender is just
 * before. */
void segment_io_read(struct segment_io *io, int64_t now_ms)
{
	for (unsigned i = 0; i < READS_MAX; i++) {
		uint8_t frame[ETH_HLEN + SEGMENT_HELLO_SIZE + 64];
		struct segment_hello hello;
		struct mac sender;
		ssize_t n = recv(io->packet, frame, sizeof(frame), 0);

		if (n < 0)
			return;
		if (n < ETH_HLEN ||
		    !segment_hello_read(frame + ETH_HLEN, (size_t)n - ETH_HLEN, &hello))
			continue;
		memcpy(sender.byte, frame + ETH_ALEN, MAC_SIZE);
		segment_hear(io->segment, fdb_port_of(&io->nl, io->config.bridge, &sender), &hello,
		             now_ms);
	}
}

static void find_ports(struct segment_io *io, int64_t now_ms)
{
	int ports[SEGMENT_PORTS_MAX];
	size_t n_ports = 0;

	for (size_t i = 0; i < io->config.n_ports; i++) {
		int index = (int)if_nametoindex(io->config.ports[i]);

		if (index)
			ports[n_ports++] = index;
	}
	segment_set_ports(io->segment, ports, n_ports, now_ms);
}

struct backbones {
	int64_t now_ms;
	struct segment_backbone rows[SEGMENT_PEERS_MAX];
	size_t count;
};

static void add_backbone(const struct mesh_row *row, void *data)
{
	struct backbones *backbones = data;

	if (row->own || backbones->count == SEGMENT_PEERS_MAX)
		return;
	backbones->rows[backbones->count].mac = row->node;
	backbones->rows[backbones->count++].seen_ms = backbones->now_ms - row->seen_ms;
}

static void read_backbones(struct segment_io *io, int64_t now_ms)
{
	struct backbones backbones = { .now_ms = now_ms };
	struct mac self;

	if (!io->config.cloud || now_ms - io->backbones_ms < BACKBONE_MS)
		return;
	io->backbones_ms = now_ms;
	if (mesh_address(&io->mesh, io->config.cloud, &self) == 0)
		segment_set_backbone(io->segment, &self);
	if (mesh_read(&io->mesh, io->config.cloud, MESH_BACKBONES, add_backbone, &backbones) < 0)
		return;
	for (size_t i = 0; i < backbones.count; i++)
		backbones.rows[i].port = fdb_port_of(&io->nl, io->config.bridge,
		                                     &backbones.rows[i].mac);
	segment_set_backbones(io->segment, backbones.rows, backbones.count, now_ms);
}

/* The frame goes out on the port alone, past the bridge and its rules. */
static void send_on(struct segment_io *io, int port, const void *frame, size_t size)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = port };

	(void)sendto(io->packet, frame, size, 0, (struct sockaddr *)&to, sizeof(to));
}

static bool mac_of(const struct segment_io *io, int port, uint8_t mac[MAC_SIZE])
{
	struct ifreq request = { 0 };

	if (!if_indextoname((unsigned)port, request.ifr_name) ||
	    ioctl(io->packet, SIOCGIFHWADDR, &request) < 0)
		return false;
	memcpy(mac, request.ifr_hwaddr.sa_data, MAC_SIZE);
	return true;
}

static void say_hello(struct segment_io *io, int port, const struct segment_hello *hello)
{
	uint8_t frame[ETH_HLEN + SEGMENT_HELLO_SIZE];

	memset(frame, 0xff, MAC_SIZE);
	/* The port's own address: every node on the cable sees the sender in one place. */
	if (!mac_of(io, port, frame + MAC_SIZE))
		return;
	frame[12] = ETHERTYPE_HELLO >> 8;
	frame[13] = ETHERTYPE_HELLO & 0xff;
	segment_hello_write(hello, frame + ETH_HLEN);
	send_on(io, port, frame, sizeof(frame));
}

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

/* Brings the filter in line with what was decided. */
static void keep_rules(struct segment_io *io, struct buf *failure)
{
	char names[SEGMENT_PORTS_MAX][IFNAME_SIZE];
	const char *quiet[SEGMENT_PORTS_MAX];
	const struct segment_port *port;
	BUF_AUTO rules = { 0 };
	size_t n_quiet = 0;

	for (size_t i = 0; (port = segment_io_port(io, i, names[n_quiet])); i++) {
		if (!port->quiet || !*names[n_quiet])
			continue;
		quiet[n_quiet] = names[n_quiet];
		n_quiet++;
	}
	segment_rules_print(&io->config.address, quiet, n_quiet, &rules);
	if (!strcmp(buf_text(&rules), buf_text(&io->rules)))
		return;
	buf_done(&io->rules);
	if (run_nft(rules.text, failure) == 0)
		buf_add(&io->rules, rules.text);
	/* So that frames for the shared address go nowhere but to this node. */
	(void)fdb_own(&io->nl, io->config.bridge, &io->config.address.mac);
}

static void report_ports(const struct segment_io *io, struct buf *report)
{
	const struct segment_port *port;
	char name[IFNAME_SIZE], mac[MAC_TEXT_SIZE];

	for (size_t i = 0; (port = segment_io_port(io, i, name)); i++) {
		mac_format(&port->other, mac);
		switch (port->reason) {
		case SEGMENT_ALONE:
			buf_printf(report, "%s: no other node on this cable, answers\n", name);
			break;
		case SEGMENT_LOWEST:
			buf_printf(report, "%s: answers, node %s is silent\n", name, mac);
			break;
		case SEGMENT_HIGHER:
			buf_printf(report, "%s: silent, node %s answers\n", name, mac);
			break;
		case SEGMENT_FOREIGN:
			buf_printf(report, "%s: silent beside %s, which is no weft node\n", name,
			           mac);
			break;
		case SEGMENT_FROZEN:
			buf_printf(report, "%s: silent, node %s answers, but its weft has died\n",
			           name, mac);
			break;
		}
	}
}

static void say_hellos(struct segment_io *io, int64_t now_ms)
{
	struct segment_hello hello;
	int port;

	while ((port = segment_next_hello(io->segment, now_ms, &hello)) != 0)
		say_hello(io, port, &hello);
}

static void tell_switches(struct segment_io *io, int64_t now_ms)
{
	uint8_t frame[SEGMENT_TAKEOVER_SIZE];
	int port;

	segment_takeover_write(&io->config.address, frame);
	while ((port = segment_next_takeover(io->segment, now_ms)) != 0)
		send_on(io, port, frame, sizeof(frame));
}

int64_t segment_io_tick(struct segment_io *io, int64_t now_ms, struct buf *report,
                        struct buf *failure)
{
	int64_t due;

	find_ports(io, now_ms);
	read_backbones(io, now_ms);
	if (segment_decide(io->segment, now_ms))
		report_ports(io, report);
	keep_rules(io, failure);
	say_hellos(io, now_ms);
	tell_switches(io, now_ms);
	due = segment_due(io->segment, now_ms);
	return due < now_ms + BACKBONE_MS ? due : now_ms + BACKBONE_MS;
}

void segment_io_leave(struct segment_io *io, int64_t now_ms)
{
	BUF_AUTO failure = { 0 };

	/* It is not said again: more than once, in case it is lost. */
	for (unsigned i = 0; i < GOODBYES; i++) {
		segment_leave(io->segment, now_ms);
		keep_rules(io, &failure);
		say_hellos(io, now_ms);
	}
}

int segment_io_remove(struct segment_io *io, struct buf *failure)
{
	BUF_AUTO commands = { 0 };

	if (io)
		(void)fdb_disown(&io->nl, io->config.bridge, &io->config.address.mac);
	segment_rules_print_end(&commands);
	return run_nft(commands.text, failure);
}

const struct segment_port *segment_io_port(const struct segment_io *io, size_t index,
                                           char name[IFNAME_SIZE])
{
	const struct segment_port *port = segment_port(io->segment, index);

	if (port && !if_indextoname((unsigned)port->index, name))
		*name = 0;
	return port;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* The real dnsmasq, in a network of its own, asked by a client on the other end of a cable. */
#include "platform/linux/service/dnsmasq.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "../namespace.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "plan/numbers.h"
#include "platform/linux/service/child_process.h"
#include "platform/linux/service/children.h"
#include "platform/linux/service/leases.h"
#include "platform/linux/service/service.h"
#include "stop.h"

#define TIMEOUT_MS 10000

static char folder[64];
static struct event_base *base;

static const char *path_in(const char *name, char path[160])
{
	snprintf(path, 160, "%s/%s", folder, name);
	return path;
}

/* dnsmasq drops its privileges, so it has to be let in. */
static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/weft-dnsmasq-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chmod(folder, 0755), 0);
	base = event_base_new();
	return 0;
}

static int remove_folder(void **state)
{
	char path[160];

	(void)state;
	event_base_free(base);
	unlink(path_in(DNSMASQ_LEASES, path));
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static void add_address(const char *ifname, const char *text, uint8_t length)
{
	struct ip ip = ip_of(text);
	struct ifaddrmsg *body;
	struct nl_message m;

	nl_message_init(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	body = nl_body_of(&m, struct ifaddrmsg);
	body->ifa_family = AF_INET;
	body->ifa_prefixlen = length;
	body->ifa_index = if_nametoindex(ifname);
	nl_put_ip(&m, IFA_LOCAL, &ip);
	namespace_send(&m);
}

/* What is tested here is one program of those that the plan wants. */
static struct child_spec *spec_of_dnsmasq(struct child_spec *specs, size_t n_specs)
{
	for (size_t i = 0; i < n_specs; i++) {
		if (strcmp(specs[i].name, "dnsmasq") == 0)
			return &specs[i];
	}
	fail();
	return NULL;
}

static size_t run(struct children *children, const char *resolver)
{
	static const char *names[] = { "node", "node.lan" };
	AUTO(arena_free) struct arena *arena = arena_new();
	AUTO(plan_free) struct plan *plan = plan_new();
	AUTO(diag_free) struct diag *diag = diag_new();
	const struct services_context context = { .folder = folder };
	struct plan_dns dns = { .domain = "lan", .servers = { &resolver, 1 } };
	struct plan_name name = { .names = { names, 2 }, .ipv4 = ip_of("10.13.192.1") };
	struct child_spec *specs;
	size_t n_specs, n_changes;

	plan_add_address(plan, &(struct plan_address){ .ifname = "br-lan",
	                                               .address = { ip_of("10.13.192.1"), 16 } });
	plan_add_dhcp(plan, &(struct plan_dhcp){ .ifname = "anygw",
	                                         .first = ip_of("10.13.0.2"),
	                                         .last = ip_of("10.13.255.254"),
	                                         .netmask = ip_of("255.255.0.0"),
	                                         .lease = 3600,
	                                         .router = ip_of("10.13.0.1"),
	                                         .dns = ip_of("10.13.0.1"),
	                                         .mtu = 1350,
	                                         .domain = "lan" });
	plan_add_dns(plan, &dns);
	plan_add_name(plan, &name);
	plan_add_babel_interface(
		plan, &(struct plan_babel_interface){ .ifname = "mesh_17", .type = "wireless" });
	assert_int_equal(services_of_plan(plan, &context, arena, &specs, &n_specs, diag), 0);
	specs = spec_of_dnsmasq(specs, n_specs);
	assert_int_equal(children_sync(children, specs, 1, diag, NULL, &n_changes), 0);
	return n_changes;
}

static pid_t pid_of_dnsmasq(const struct children *children)
{
	struct child_status status;

	assert_true(children_status(children, 0, &status));
	assert_int_equal(status.state, CHILD_RUNNING);
	return status.pid;
}

/* --- a client of the DNS --- */

/* The A record of a name, or "" if there is none; waits a moment for an answer. */
static bool ask_name(const char *name, char text[INET_ADDRSTRLEN])
{
	static const uint8_t head[] = { 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(53) };
	struct pollfd wait = { .fd = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN };
	uint8_t question[256], answer[512];
	size_t length = sizeof(head);
	ssize_t n = -1;

	memcpy(question, head, sizeof(head));
	while (*name) {
		size_t label = strcspn(name, ".");

		question[length++] = (uint8_t)label;
		memcpy(question + length, name, label);
		length += label;
		name += label + (name[label] == '.');
	}
	memcpy(question + length, "\0\0\1\0\1", 5);
	length += 5;
	inet_pton(AF_INET, "10.13.0.1", &server.sin_addr);
	sendto(wait.fd, question, length, 0, (struct sockaddr *)&server, sizeof(server));
	if (poll(&wait, 1, 200) > 0)
		n = recv(wait.fd, answer, sizeof(answer), 0);
	close(wait.fd);
	text[0] = '\0';
	if (n > 0 && answer[7] > 0)
		inet_ntop(AF_INET, answer + length + 12, text, INET_ADDRSTRLEN);
	return n > 0;
}

static void assert_name_becomes(const char *name, const char *expected)
{
	int64_t end = process_now_ms() + TIMEOUT_MS;
	char text[INET_ADDRSTRLEN] = "";

	while (process_now_ms() < end && !(ask_name(name, text) && strcmp(text, expected) == 0))
		usleep(20000);
	assert_string_equal(text, expected);
}

/* --- a client of DHCP, on the cable itself --- */

struct frame {
	struct iphdr ip;
	struct udphdr udp;
	uint8_t fixed[236];
	uint8_t options[300];
} __attribute__((packed));

static int open_cable(struct sockaddr_ll *to)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP));

	assert_true(fd >= 0);
	*to = (struct sockaddr_ll){ .sll_family = AF_PACKET,
		                    .sll_protocol = htons(ETH_P_IP),
		                    .sll_ifindex = (int)if_nametoindex("client"),
		                    .sll_halen = 6 };
	assert_int_equal(bind(fd, (struct sockaddr *)to, sizeof(*to)), 0);
	memset(to->sll_addr, 0xff, 6);
	return fd;
}

static uint16_t checksum(const struct iphdr *ip)
{
	const uint8_t *bytes = (const uint8_t *)ip;
	uint32_t sum = 0;

	for (size_t i = 0; i < sizeof(*ip); i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	sum = (sum >> 16) + (sum & 0xffff);
	return htons((uint16_t) ~(sum + (sum >> 16)));
}

/* A message of this type from the client with this last byte, for an address ("" for none). */
static void make_request(struct frame *frame, uint8_t type, uint8_t client, const char *wanted)
{
	static const uint8_t magic[] = { 0x63, 0x82, 0x53, 0x63 };
	uint8_t *option = frame->options;
	struct iphdr ip = { .version = 4,
		            .ihl = 5,
		            .ttl = 64,
		            .protocol = IPPROTO_UDP,
		            .tot_len = htons(sizeof(*frame)),
		            .daddr = INADDR_BROADCAST };

	memset(frame, 0, sizeof(*frame));
	ip.check = checksum(&ip);
	frame->ip = ip;
	frame->udp.source = htons(68);
	frame->udp.dest = htons(67);
	frame->udp.len = htons(sizeof(*frame) - sizeof(frame->ip));
	frame->fixed[0] = 1; /* request */
	frame->fixed[1] = 1; /* Ethernet */
	frame->fixed[2] = 6;
	frame->fixed[7] = client;
	frame->fixed[10] = 0x80; /* answer by broadcast */
	frame->fixed[28] = 2;
	frame->fixed[33] = client;
	memcpy(option, magic, 4);
	option += 4;
	*option++ = 53;
	*option++ = 1;
	*option++ = type;
	if (*wanted) {
		*option++ = 50;
		*option++ = 4;
		inet_pton(AF_INET, wanted, option);
		option += 4;
	}
	*option = 255;
}

/* The type of the answer to the client; the address that it got. */
static uint8_t hear_answer(int fd, uint8_t client, char address[INET_ADDRSTRLEN])
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	struct frame frame;

	while (poll(&wait, 1, TIMEOUT_MS) > 0) {
		ssize_t n = recv(fd, &frame, sizeof(frame), 0);

		if (n < (ssize_t)offsetof(struct frame, options) + 8 ||
		    frame.udp.dest != htons(68) || frame.fixed[7] != client)
			continue;
		inet_ntop(AF_INET, frame.fixed + 16, address, INET_ADDRSTRLEN);
		return frame.options[6];
	}
	return 0;
}

#define DISCOVER 1
#define OFFER    2
#define REQUEST  3
#define ACK      5
#define NAK      6

static uint8_t ask_dhcp(uint8_t type, uint8_t client, const char *wanted,
                        char address[INET_ADDRSTRLEN])
{
	struct sockaddr_ll to;
	struct frame frame;
	int fd = open_cable(&to);
	uint8_t answer;

	make_request(&frame, type, client, wanted);
	assert_int_equal(sendto(fd, &frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)),
	                 sizeof(frame));
	answer = hear_answer(fd, client, address);
	close(fd);
	return answer;
}

/* --- tests --- */

static void clients_of_other_nodes_keep_their_address(void **state)
{
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	char address[INET_ADDRSTRLEN], path[160], mac[MAC_TEXT_SIZE];
	AUTO(arena_free) struct arena *arena = arena_new();
	BUF_AUTO text = { 0 };
	struct leases leases;

	(void)state;
	run(children, "192.0.2.1");
	assert_name_becomes("node.lan", "10.13.192.1");
	/* Never seen before, with an address of the pool. */
	assert_int_equal(ask_dhcp(REQUEST, 1, "10.13.5.5", address), ACK);
	assert_string_equal(address, "10.13.5.5");
	/* Somebody else has it now. */
	assert_int_equal(ask_dhcp(REQUEST, 2, "10.13.5.5", address), NAK);
	/* The node's own; another network. */
	assert_int_equal(ask_dhcp(REQUEST, 3, "10.13.192.1", address), NAK);
	assert_int_equal(ask_dhcp(REQUEST, 4, "192.168.1.2", address), NAK);
	/* Who is new gets one out of this node's slice. */
	assert_int_equal(ask_dhcp(DISCOVER, 5, "", address), OFFER);
	assert_memory_equal(address, "10.13.192.", strlen("10.13.192."));

	assert_int_equal(file_read(path_in(DNSMASQ_LEASES, path), LEASES_LIMIT, &text), 0);
	leases = leases_parse(buf_text(&text), text.length, arena);
	assert_int_equal(leases.count, 1);
	assert_int_equal(leases.n_refused, 0);
	assert_string_equal(ip_format(&leases.items[0].ip, path), "10.13.5.5");
	assert_string_equal(mac_format(&leases.items[0].mac, mac), "02:00:00:00:00:01");
	assert_int_equal(stop(children, 5000), 0);
}

static void a_restart_forgets_no_lease(void **state)
{
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	char address[INET_ADDRSTRLEN];
	pid_t pid;

	(void)state;
	run(children, "192.0.2.1");
	assert_name_becomes("node.lan", "10.13.192.1");
	assert_int_equal(ask_dhcp(REQUEST, 1, "10.13.5.5", address), ACK);
	pid = pid_of_dnsmasq(children);
	kill(pid, SIGKILL);
	for (struct child_status status = { .pid = pid }; status.pid == pid || !status.pid;) {
		const struct timeval moment = { .tv_usec = 5000 };

		event_base_loopexit(base, &moment);
		event_base_dispatch(base);
		assert_true(children_status(children, 0, &status));
	}
	assert_name_becomes("node.lan", "10.13.192.1");
	assert_int_equal(ask_dhcp(REQUEST, 2, "10.13.5.5", address), NAK);
	assert_int_equal(stop(children, 5000), 0);
}

static void names_and_resolvers_come_without_a_restart(void **state)
{
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);
	char path[160], draft[160];
	pid_t pid;

	(void)state;
	run(children, "192.0.2.1");
	assert_name_becomes("node", "10.13.192.1");
	pid = pid_of_dnsmasq(children);
	path_in(DNSMASQ_HOSTS "/far", path);
	/* Moved in whole: a draft that dnsmasq reads in its own folder is remembered for good. */
	path_in("draft", draft);
	assert_int_equal(file_write(draft, "10.13.9.9 luz\n", 14, 0644), 0);
	assert_int_equal(rename(draft, path), 0);
	assert_name_becomes("luz.lan", "10.13.9.9");
	assert_int_equal(unlink(path), 0);
	assert_name_becomes("luz.lan", "");

	assert_int_equal(run(children, "192.0.2.2"), 1);
	assert_int_equal(pid_of_dnsmasq(children), pid);
	assert_int_equal(run(children, "192.0.2.2"), 0);
	assert_int_equal(stop(children, 5000), 0);
}

/* Whether somebody answers questions about names at this address of the node. */
static int connect_to(const char *address)
{
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons(53) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), error;

	inet_pton(AF_INET, address, &there.sin_addr);
	error = connect(fd, (struct sockaddr *)&there, sizeof(there)) < 0 ? errno : 0;
	close(fd);
	return error;
}

static void other_nodes_are_answered_and_nobody_on_an_uplink(void **state)
{
	AUTO(children_free) struct children *children = children_new(base, folder, NULL, NULL);

	(void)state;
	run(children, "192.0.2.1");
	assert_name_becomes("node.lan", "10.13.192.1");
	assert_int_equal(connect_to("10.14.0.1"), 0);
	assert_int_equal(connect_to("198.51.100.7"), ECONNREFUSED);
	assert_int_equal(stop(children, 5000), 0);
}

int main(void)
{
#define IN_FOLDER(test_) cmocka_unit_test_setup_teardown(test_, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(clients_of_other_nodes_keep_their_address),
		IN_FOLDER(a_restart_forgets_no_lease),
		IN_FOLDER(names_and_resolvers_come_without_a_restart),
		IN_FOLDER(other_nodes_are_answered_and_nobody_on_an_uplink),
	};

	namespace_enter();
	namespace_add_cable("anygw", "client");
	namespace_add_cable("wan", "provider");
	namespace_add_cable("mesh_17", "neighbour");
	add_address("anygw", "10.13.0.1", 16);
	add_address("wan", "198.51.100.7", 24);
	add_address("mesh_17", "10.14.0.1", 32);
	namespace_up("lo");
	namespace_up("anygw");
	namespace_up("client");
	namespace_up("wan");
	namespace_up("provider");
	namespace_up("mesh_17");
	namespace_up("neighbour");
	return RUN(tests);
}

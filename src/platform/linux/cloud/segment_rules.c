/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/cloud/segment_rules.h"

#include <string.h>

#include "base/buf.h"
#include "plan/numbers.h"

/* Before everything that others do in these hooks. */
#define PRIORITY "-310"

static void add_ports(struct buf *out, const char *const *quiet, size_t n_quiet)
{
	buf_add(out, "\tset quiet {\n\t\ttype ifname\n");
	for (size_t i = 0; i < n_quiet; i++)
		buf_printf(out, "%s\"%s\"", i ? ", " : "\t\telements = { ", quiet[i]);
	buf_printf(out, "%s\t}\n", n_quiet ? " }\n" : "");
}

/* The link-local address that the device with this MAC has (RFC 4291, appendix A). */
static struct ip link_local(const struct mac *mac)
{
	struct ip ip = { .family = IP_V6, .byte = { 0xfe, 0x80 } };

	memcpy(ip.byte + 8, mac->byte, 3);
	ip.byte[8] ^= 2;
	ip.byte[11] = 0xff;
	ip.byte[12] = 0xfe;
	memcpy(ip.byte + 13, mac->byte + 3, 3);
	return ip;
}

/* nft has no word for the target of a solicitation: it is 8 bytes into the ICMPv6 message. */
static void add_solicitation(struct buf *out, const struct ip *target)
{
	buf_add(out, "\t\ticmpv6 type nd-neighbor-solicit @th,64,128 0x");
	for (unsigned i = 0; i < sizeof(target->byte); i++)
		buf_printf(out, "%02x", target->byte[i]);
	buf_add(out, " drop\n");
}

/* What a silent port does not let in: whatever asks for the shared address, and whoever looks for a
 * server that gives addresses, for the answering node gives them. */
static void add_deaf(const struct segment_address *address, const char *mac, struct buf *out)
{
	struct ip local = link_local(&address->mac);
	char text[IP_TEXT_SIZE];

	buf_printf(out, "\tchain deaf {\n\t\tether daddr %s drop\n", mac);
	if (address->ipv4.family == IP_V4)
		buf_printf(out, "\t\tarp operation request arp daddr ip %s drop\n",
		           ip_format(&address->ipv4, text));
	add_solicitation(out, &local);
	if (address->ipv6.family == IP_V6)
		add_solicitation(out, &address->ipv6);
	buf_add(out, "\t\ticmpv6 type nd-router-solicit drop\n"
	             "\t\tudp dport { 67, 547 } drop\n"
	             "\t}\n");
}

void segment_rules_print(const struct segment_address *address, const char *const *quiet,
                         size_t n_quiet, struct buf *out)
{
	char mac[MAC_TEXT_SIZE];

	mac_format(&address->mac, mac);
	segment_rules_print_end(out);
	buf_add(out, "table bridge " NFT_TABLE_SEGMENT " {\n");
	add_ports(out, quiet, n_quiet);
	add_deaf(address, mac, out);
	/* Nothing that another node says as the shared address may teach the bridge that it is out
	 * there: this node's own clients would be sent there. */
	buf_printf(out,
	           "\tchain in {\n"
	           "\t\ttype filter hook prerouting priority " PRIORITY "; policy accept;\n"
	           "\t\tether saddr %s drop\n"
	           "\t\tiifname @quiet jump deaf\n"
	           "\t}\n"
	           "\tchain out {\n"
	           "\t\ttype filter hook postrouting priority " PRIORITY "; policy accept;\n"
	           "\t\toifname @quiet ether saddr %s drop\n"
	           "\t\toifname @quiet icmpv6 type nd-router-advert drop\n"
	           "\t}\n",
	           mac, mac);
	/* A hello is for the cable it is said on. */
	buf_printf(out,
	           "\tchain through {\n"
	           "\t\ttype filter hook forward priority " PRIORITY "; policy accept;\n"
	           "\t\tether type 0x%04x drop\n"
	           "\t}\n"
	           "}\n",
	           (unsigned)ETHERTYPE_HELLO);
}

void segment_rules_print_end(struct buf *out)
{
	/* Adding what is there does nothing, and deleting what is not there fails. */
	buf_add(out, "add table bridge " NFT_TABLE_SEGMENT "\n"
	             "delete table bridge " NFT_TABLE_SEGMENT "\n");
}

void segment_takeover_write(const struct segment_address *address,
                            uint8_t frame[SEGMENT_TAKEOVER_SIZE])
{
	/* EtherType ARP; Ethernet and IPv4 with their sizes; a request. */
	static const uint8_t head[] = { 0x08, 0x06, 0, 1, 0x08, 0x00, 6, 4, 0, 1 };

	memset(frame, 0, SEGMENT_TAKEOVER_SIZE);
	memset(frame, 0xff, MAC_SIZE);
	memcpy(frame + 6, address->mac.byte, MAC_SIZE);
	memcpy(frame + 12, head, sizeof(head));
	memcpy(frame + 22, address->mac.byte, MAC_SIZE);
	memcpy(frame + 28, address->ipv4.byte, 4);
	memcpy(frame + 38, address->ipv4.byte, 4);
}

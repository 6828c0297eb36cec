/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/nl.h"

#include <assert.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "net/ip.h"
#include "net/mac.h"

/* The kernel fills at most 32 KiB of a dump at once. */
#define REPLY_SIZE 32768

static void set_option(struct nl *nl, int option)
{
	int on = 1;

	/* Older kernels lack some of these; what they give is words and strictness, not function.
	 */
	(void)mnl_socket_setsockopt(nl->socket, option, &on, sizeof(on));
}

int nl_open(struct nl *nl, int bus)
{
	int rc;

	*nl = (struct nl){ .socket = mnl_socket_open2(bus, SOCK_CLOEXEC) };
	if (!nl->socket)
		return -errno;
	if (mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		rc = -errno;
		nl_close(nl);
		return rc;
	}
	set_option(nl, NETLINK_EXT_ACK);
	set_option(nl, NETLINK_CAP_ACK);
	set_option(nl, NETLINK_GET_STRICT_CHK);
	return 0;
}

void nl_close(struct nl *nl)
{
	if (nl->socket)
		(void)mnl_socket_close(nl->socket);
	nl->socket = NULL;
}

void nl_message_init(struct nl_message *message, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(message->bytes);

	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | flags;
	message->overflow = false;
}

void *nl_body(struct nl_message *message, size_t size)
{
	assert(message->header.nlmsg_len + size <= sizeof(message->bytes));
	return mnl_nlmsg_put_extra_header(&message->header, size);
}

void nl_put(struct nl_message *message, uint16_t type, const void *bytes, size_t size)
{
	if (!mnl_attr_put_check(&message->header, sizeof(message->bytes), type, size, bytes))
		message->overflow = true;
}

void nl_put_u8(struct nl_message *message, uint16_t type, uint8_t number)
{
	nl_put(message, type, &number, sizeof(number));
}

void nl_put_u16(struct nl_message *message, uint16_t type, uint16_t number)
{
	nl_put(message, type, &number, sizeof(number));
}

void nl_put_u32(struct nl_message *message, uint16_t type, uint32_t number)
{
	nl_put(message, type, &number, sizeof(number));
}

void nl_put_text(struct nl_message *message, uint16_t type, const char *text)
{
	nl_put(message, type, text, strlen(text) + 1);
}

void nl_put_mac(struct nl_message *message, uint16_t type, const struct mac *mac)
{
	nl_put(message, type, mac->byte, MAC_SIZE);
}

void nl_put_ip(struct nl_message *message, uint16_t type, const struct ip *ip)
{
	nl_put(message, type, ip->byte, ip_bits(ip) / 8);
}

struct nlattr *nl_nest(struct nl_message *message, uint16_t type)
{
	struct nlattr *nest = mnl_attr_nest_start_check(&message->header, sizeof(message->bytes),
	                                                type);

	if (!nest)
		message->overflow = true;
	return nest;
}

void nl_nest_end(struct nl_message *message, struct nlattr *nest)
{
	if (nest)
		mnl_attr_nest_end(&message->header, nest);
}

/* An acknowledgement: what the kernel has to say about a failure stands behind the number. */
static int read_error(struct nl *nl, const struct nlmsghdr *reply)
{
	const struct nlmsgerr *error = nl_body_get(reply, sizeof(*error));
	const struct nlattr *attributes[NLMSGERR_ATTR_MAX + 1];
	size_t size = sizeof(*error);
	const char *words;

	if (!error)
		return -EBADMSG;
	if (!(reply->nlmsg_flags & NLM_F_CAPPED))
		size += mnl_nlmsg_get_payload_len(&error->msg);
	if (error->error == 0 || !(reply->nlmsg_flags & NLM_F_ACK_TLVS))
		return error->error;
	nl_attributes(reply, size, attributes, ARRAY_LENGTH(attributes));
	words = nl_text(attributes[NLMSGERR_ATTR_MSG]);
	snprintf(nl->said, sizeof(nl->said), "%s", words ? words : "");
	return error->error;
}

/* What one exchange needs to know. */
struct exchange {
	struct nl *nl;
	nl_reply *reply; /* may be NULL */
	void *data;
	bool dump;
	bool changed; /* while it was dumped */
};

enum progress {
	PROGRESS_MORE = 1,
	PROGRESS_DONE = 0, /* or a negative errno */
};

static int read_done(struct exchange *exchange, const struct nlmsghdr *reply)
{
	const int *result = nl_body_get(reply, sizeof(*result));

	if (result && *result < 0)
		return *result;
	return exchange->changed ? -EINTR : PROGRESS_DONE;
}

static int read_reply(struct exchange *exchange, const struct nlmsghdr *reply)
{
	int rc;

	if (reply->nlmsg_flags & NLM_F_DUMP_INTR)
		exchange->changed = true;
	if (reply->nlmsg_type == NLMSG_ERROR)
		return read_error(exchange->nl, reply);
	if (reply->nlmsg_type == NLMSG_DONE)
		return read_done(exchange, reply);
	if (reply->nlmsg_type < NLMSG_MIN_TYPE || !exchange->reply)
		return PROGRESS_MORE;
	rc = exchange->reply(reply, exchange->data);
	return rc < 0 ? rc : PROGRESS_MORE;
}

static int read_replies(struct exchange *exchange, const void *bytes, int size)
{
	const struct nlmsghdr *reply = bytes;
	int progress = PROGRESS_MORE;

	for (; mnl_nlmsg_ok(reply, size); reply = mnl_nlmsg_next(reply, &size)) {
		if (!mnl_nlmsg_seq_ok(reply, exchange->nl->sequence))
			continue; /* left over from an exchange that was given up */
		progress = read_reply(exchange, reply);
		if (progress != PROGRESS_MORE)
			return progress;
	}
	return progress;
}

static int receive(struct exchange *exchange)
{
	_Alignas(struct nlmsghdr) char bytes[REPLY_SIZE];
	int progress = PROGRESS_MORE;

	while (progress == PROGRESS_MORE) {
		ssize_t size = mnl_socket_recvfrom(exchange->nl->socket, bytes, sizeof(bytes));

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return -errno;
		progress = read_replies(exchange, bytes, (int)size);
	}
	return progress;
}

static int run(struct nl *nl, struct nl_message *message, struct exchange *exchange)
{
	nl->said[0] = '\0';
	if (message->overflow)
		return -EMSGSIZE;
	message->header.nlmsg_seq = ++nl->sequence;
	if (mnl_socket_sendto(nl->socket, message->bytes, message->header.nlmsg_len) < 0)
		return -errno;
	return receive(exchange);
}

int nl_request(struct nl *nl, struct nl_message *message)
{
	return nl_get(nl, message, NULL, NULL);
}

int nl_get(struct nl *nl, struct nl_message *message, nl_reply *reply, void *data)
{
	struct exchange exchange = { .nl = nl, .reply = reply, .data = data };

	message->header.nlmsg_flags |= NLM_F_ACK;
	return run(nl, message, &exchange);
}

int nl_dump(struct nl *nl, struct nl_message *message, nl_reply *reply, void *data)
{
	struct exchange exchange = { .nl = nl, .reply = reply, .data = data };

	message->header.nlmsg_flags |= NLM_F_DUMP;
	return run(nl, message, &exchange);
}

const char *nl_explain(struct nl *nl, int rc)
{
	size_t length = strlen(nl->said);

	/* Some of the kernel's texts end in a full stop or a newline. */
	while (length && strchr(".\n ", nl->said[length - 1]))
		length--;
	if (length)
		snprintf(nl->words, sizeof(nl->words), "%.*s (%s)", (int)length, nl->said,
		         strerror(-rc));
	else
		snprintf(nl->words, sizeof(nl->words), "%s", strerror(-rc));
	return nl->words;
}

static int read_family(const struct nlmsghdr *reply, void *data)
{
	const struct nlattr *attributes[CTRL_ATTR_MAX + 1];
	uint16_t *family = data;

	nl_attributes(reply, sizeof(struct genlmsghdr), attributes, ARRAY_LENGTH(attributes));
	*family = nl_u16(attributes[CTRL_ATTR_FAMILY_ID], 0);
	return *family ? 0 : -EBADMSG;
}

int nl_family(struct nl *nl, const char *name, uint16_t *family)
{
	struct nl_message m;

	nl_message_init(&m, GENL_ID_CTRL, 0);
	*nl_body_of(&m, struct genlmsghdr) = (struct genlmsghdr){ .cmd = CTRL_CMD_GETFAMILY,
		                                                  .version = 1 };
	nl_put_text(&m, CTRL_ATTR_FAMILY_NAME, name);
	return nl_get(nl, &m, read_family, family);
}

const void *nl_body_get(const struct nlmsghdr *message, size_t size)
{
	if (mnl_nlmsg_get_payload_len(message) < size)
		return NULL;
	return mnl_nlmsg_get_payload(message);
}

struct sorted {
	const struct nlattr **attributes;
	size_t count;
};

static int sort_attribute(const struct nlattr *attribute, void *data)
{
	struct sorted *sorted = data;
	uint16_t type = mnl_attr_get_type(attribute);

	if (type < sorted->count)
		sorted->attributes[type] = attribute;
	return MNL_CB_OK;
}

static void clear(const struct nlattr *attributes[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		attributes[i] = NULL;
}

void nl_attributes(const struct nlmsghdr *message, size_t body_size,
                   const struct nlattr *attributes[], size_t count)
{
	struct sorted sorted = { attributes, count };

	clear(attributes, count);
	if (nl_body_get(message, body_size))
		(void)mnl_attr_parse(message, (unsigned)body_size, sort_attribute, &sorted);
}

void nl_nested(const struct nlattr *nest, const struct nlattr *attributes[], size_t count)
{
	struct sorted sorted = { attributes, count };

	clear(attributes, count);
	if (nest)
		(void)mnl_attr_parse_nested(nest, sort_attribute, &sorted);
}

static bool has_size(const struct nlattr *attribute, size_t size)
{
	return attribute && mnl_attr_get_payload_len(attribute) >= size;
}

uint8_t nl_u8(const struct nlattr *attribute, uint8_t fallback)
{
	return has_size(attribute, sizeof(uint8_t)) ? mnl_attr_get_u8(attribute) : fallback;
}

uint16_t nl_u16(const struct nlattr *attribute, uint16_t fallback)
{
	return has_size(attribute, sizeof(uint16_t)) ? mnl_attr_get_u16(attribute) : fallback;
}

uint32_t nl_u32(const struct nlattr *attribute, uint32_t fallback)
{
	return has_size(attribute, sizeof(uint32_t)) ? mnl_attr_get_u32(attribute) : fallback;
}

const char *nl_text(const struct nlattr *attribute)
{
	size_t size = attribute ? mnl_attr_get_payload_len(attribute) : 0;

	if (!size || !memchr(mnl_attr_get_payload(attribute), '\0', size))
		return NULL;
	return mnl_attr_get_str(attribute);
}

bool nl_mac(const struct nlattr *attribute, struct mac *mac)
{
	if (!attribute || mnl_attr_get_payload_len(attribute) != MAC_SIZE)
		return false;
	memcpy(mac->byte, mnl_attr_get_payload(attribute), MAC_SIZE);
	return true;
}

bool nl_ip(const struct nlattr *attribute, struct ip *ip)
{
	size_t size = attribute ? mnl_attr_get_payload_len(attribute) : 0;

	if (size != 4 && size != 16)
		return false;
	*ip = (struct ip){ .family = size == 4 ? IP_V4 : IP_V6 };
	memcpy(ip->byte, mnl_attr_get_payload(attribute), size);
	return true;
}

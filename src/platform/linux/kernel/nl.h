/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Asking the kernel over netlink and waiting for its answer (RFC 3549, linux/netlink.h).
 *
 * A message is built in a buffer on the stack that remembers overflow, so that only sending it
 * has to be checked.  What comes back is read with the functions below, which check lengths;
 * read it into a struct of your own at once.
 */
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct ip;
struct mac;

/* Enough for every request we make; replies have a larger buffer of their own. */
#define NL_MESSAGE_SIZE 2048

struct nl {
	struct mnl_socket *socket;
	unsigned sequence;
	char said[200];  /* the kernel, about the last request: "" if nothing */
	char words[256]; /* of nl_explain() */
};

/* `bus` is NETLINK_ROUTE or NETLINK_GENERIC.  The kernel checks requests strictly on it. */
int nl_open(struct nl *nl, int bus) MUST_CHECK;
void nl_close(struct nl *nl); /* also one that is zero or was never opened */

struct nl_message {
	union {
		struct nlmsghdr header;
		char bytes[NL_MESSAGE_SIZE];
	};
	bool overflow;
};

/* `flags` on top of NLM_F_REQUEST. */
void nl_message_init(struct nl_message *message, uint16_t type, uint16_t flags);

/* The fixed part that comes first, zeroed: "struct ifinfomsg" and the like. */
void *nl_body(struct nl_message *message, size_t size);
#define nl_body_of(message_, type_) ((type_ *)nl_body((message_), sizeof(type_)))

void nl_put(struct nl_message *message, uint16_t type, const void *bytes, size_t size);
void nl_put_u8(struct nl_message *message, uint16_t type, uint8_t number);
void nl_put_u16(struct nl_message *message, uint16_t type, uint16_t number);
void nl_put_u32(struct nl_message *message, uint16_t type, uint32_t number);
void nl_put_text(struct nl_message *message, uint16_t type, const char *text);
void nl_put_mac(struct nl_message *message, uint16_t type, const struct mac *mac);
void nl_put_ip(struct nl_message *message, uint16_t type, const struct ip *ip);

/* What is put between the two is inside of the attribute.  NULL, which nl_nest_end() takes, when
 * there is no room. */
struct nlattr *nl_nest(struct nl_message *message, uint16_t type);
void nl_nest_end(struct nl_message *message, struct nlattr *nest);

/* Called for each message of an answer.  A negative result ends the reading and is passed on. */
typedef int nl_reply(const struct nlmsghdr *reply, void *data);

/* Sends and waits for the kernel to say yes (0) or no (-errno; nl_explain() has its words).
 * -EMSGSIZE if the message had overflown. */
int nl_request(struct nl *nl, struct nl_message *message) MUST_CHECK;

/* The same for a question with one answer, and for one with a list of answers.  -EINTR if the
 * list changed while it was read: what was read is to be thrown away, and asked for again. */
int nl_get(struct nl *nl, struct nl_message *message, nl_reply *reply, void *data) MUST_CHECK;
int nl_dump(struct nl *nl, struct nl_message *message, nl_reply *reply, void *data) MUST_CHECK;

/* The kernel's words for the failure `rc` of the last request: its own explanation if it
 * gave one, and the name of the error.  Valid until the next request. */
const char *nl_explain(struct nl *nl, int rc);

/* The number of a generic netlink family (genl(7)): -ENOENT if the kernel has none of that name. */
int nl_family(struct nl *nl, const char *name, uint16_t *family) MUST_CHECK;

/*
 * Sorts the attributes after a body of `body_size` bytes into `attributes` by their type;
 * NULL where there is none; types from `count` on are passed over.
 */
void nl_attributes(const struct nlmsghdr *message, size_t body_size,
                   const struct nlattr *attributes[], size_t count);
/* The same for those inside of an attribute, which may be NULL. */
void nl_nested(const struct nlattr *nest, const struct nlattr *attributes[], size_t count);

/* The body of a message, or NULL if it is too short for one of `size` bytes. */
const void *nl_body_get(const struct nlmsghdr *message, size_t size);

/* The value of an attribute; `fallback`, NULL or false if it is NULL or too short. */
uint8_t nl_u8(const struct nlattr *attribute, uint8_t fallback);
uint16_t nl_u16(const struct nlattr *attribute, uint16_t fallback);
uint32_t nl_u32(const struct nlattr *attribute, uint32_t fallback);
const char *nl_text(const struct nlattr *attribute); /* borrowed from the message */
bool nl_mac(const struct nlattr *attribute, struct mac *mac);
bool nl_ip(const struct nlattr *attribute, struct ip *ip); /* 4 or 16 bytes tell the family */

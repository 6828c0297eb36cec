/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/kernel/nl.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "../namespace.h"
#include "net/ip.h"
#include "net/mac.h"

static void values_are_read_as_they_were_put(void **state)
{
	const struct mac mac = { { 2, 0, 0, 0, 0, 1 } };
	const struct nlattr *a[16], *inside[4];
	struct nl_message m;
	struct nlattr *nest;
	struct mac read_mac;
	struct ip ip, read_ip;

	(void)state;
	assert_true(ip_parse("fd00::1", &ip));
	nl_message_init(&m, RTM_NEWLINK, NLM_F_ACK);
	(void)nl_body(&m, sizeof(struct ifinfomsg));
	nl_put_u8(&m, 1, 0xfe);
	nl_put_u16(&m, 2, 0xfedc);
	nl_put_u32(&m, 3, 0xfedcba98);
	nl_put_text(&m, 4, "eth0");
	nl_put_mac(&m, 5, &mac);
	nl_put_ip(&m, 6, &ip);
	nest = nl_nest(&m, 7);
	nl_put_u8(&m, 2, 9);
	nl_nest_end(&m, nest);
	assert_false(m.overflow);
	assert_int_equal(m.header.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
	nl_attributes(&m.header, sizeof(struct ifinfomsg), a, ARRAY_LENGTH(a));
	assert_int_equal(nl_u8(a[1], 0), 0xfe);
	assert_int_equal(nl_u16(a[2], 0), 0xfedc);
	assert_int_equal(nl_u32(a[3], 0), 0xfedcba98);
	assert_string_equal(nl_text(a[4]), "eth0");
	assert_true(nl_mac(a[5], &read_mac));
	assert_true(mac_equal(&mac, &read_mac));
	assert_true(nl_ip(a[6], &read_ip));
	assert_true(ip_equal(&ip, &read_ip));
	nl_nested(a[7], inside, ARRAY_LENGTH(inside));
	assert_int_equal(nl_u8(inside[2], 0), 9);
	assert_null(inside[1]);
	assert_null(a[8]);
}

static void what_is_missing_or_too_short_is_the_fallback(void **state)
{
	const struct nlattr *a[4];
	struct nl_message m;
	struct mac mac;
	struct ip ip;

	(void)state;
	nl_message_init(&m, RTM_NEWLINK, 0);
	nl_put_u8(&m, 1, 7);
	nl_put(&m, 2, "abc", 3);
	nl_attributes(&m.header, 0, a, ARRAY_LENGTH(a));
	assert_int_equal(nl_u32(a[1], 42), 42);
	assert_int_equal(nl_u16(a[1], 42), 42);
	assert_int_equal(nl_u8(NULL, 42), 42);
	assert_null(nl_text(a[2]));
	assert_null(nl_text(NULL));
	assert_false(nl_mac(a[2], &mac));
	assert_false(nl_ip(a[2], &ip));
	nl_nested(NULL, a, ARRAY_LENGTH(a));
	assert_null(a[1]);
}

static void types_beyond_the_table_are_passed_over(void **state)
{
	const struct nlattr *a[2];
	struct nl_message m;

	(void)state;
	nl_message_init(&m, RTM_NEWLINK, 0);
	nl_put_u8(&m, 2, 1);
	nl_put_u8(&m, 1, 2);
	nl_attributes(&m.header, 0, a, ARRAY_LENGTH(a));
	assert_int_equal(nl_u8(a[1], 0), 2);
}

static void a_message_shorter_than_its_body_has_nothing(void **state)
{
	const struct nlattr *a[2];
	struct nl_message m;

	(void)state;
	nl_message_init(&m, RTM_NEWLINK, 0);
	nl_put_u8(&m, 1, 1);
	assert_null(nl_body_get(&m.header, sizeof(struct ifinfomsg)));
	nl_attributes(&m.header, sizeof(struct ifinfomsg), a, ARRAY_LENGTH(a));
	assert_null(a[1]);
}

static void overflow_is_remembered_and_not_sent(void **state)
{
	char text[NL_MESSAGE_SIZE];
	struct nl_message m;
	struct nl nl = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	nl_message_init(&m, RTM_NEWLINK, 0);
	nl_put_u32(&m, 1, 1);
	nl_put_text(&m, 2, text);
	assert_true(m.overflow);
	nl_put_u32(&m, 3, 1);
	assert_true(m.header.nlmsg_len < 64);
	assert_int_equal(nl_request(&nl, &m), -EMSGSIZE);
	while (nl_nest(&m, 1))
		;
	nl_nest_end(&m, NULL);
	assert_true(m.header.nlmsg_len <= sizeof(m.bytes));
}

static void the_kernel_explains_in_its_own_words(void **state)
{
	struct nlattr *info;
	struct nl_message m;
	struct nl nl;
	int rc;

	(void)state;
	assert_int_equal(nl_open(&nl, NETLINK_ROUTE), 0);
	nl_message_init(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	(void)nl_body(&m, sizeof(struct ifinfomsg));
	info = nl_nest(&m, IFLA_LINKINFO);
	nl_put_text(&m, IFLA_INFO_KIND, "nonesuch");
	nl_nest_end(&m, info);
	rc = nl_request(&nl, &m);
	assert_int_equal(rc, -EOPNOTSUPP);
	assert_string_equal(nl_explain(&nl, rc), "Unknown device type (Operation not supported)");
	/* It is not carried over to what comes next. */
	nl_message_init(&m, RTM_DELLINK, 0);
	((struct ifinfomsg *)nl_body(&m, sizeof(struct ifinfomsg)))->ifi_index = 12345;
	rc = nl_request(&nl, &m);
	assert_string_equal(nl_explain(&nl, rc), "No such device");
	nl_close(&nl);
	nl_close(&nl);
}

static int count_reply(const struct nlmsghdr *reply, void *data)
{
	(void)reply;
	(*(unsigned *)data)++;
	return 0;
}

static int refuse_reply(const struct nlmsghdr *reply, void *data)
{
	(void)reply;
	(void)data;
	return -EBADMSG;
}

static void dump_message(struct nl_message *m)
{
	nl_message_init(m, RTM_GETLINK, 0);
	(void)nl_body(m, sizeof(struct ifinfomsg));
}

static void a_list_is_read_to_its_end_and_one_given_up_does_not_disturb(void **state)
{
	unsigned before = 0, after = 0;
	struct nl_message m;
	struct nl nl;

	(void)state;
	assert_int_equal(nl_open(&nl, NETLINK_ROUTE), 0);
	dump_message(&m);
	assert_int_equal(nl_dump(&nl, &m, count_reply, &before), 0);
	assert_true(before >= 1);
	dump_message(&m);
	assert_int_equal(nl_dump(&nl, &m, refuse_reply, NULL), -EBADMSG);
	dump_message(&m);
	assert_int_equal(nl_dump(&nl, &m, count_reply, &after), 0);
	assert_int_equal(before, after);
	nl_close(&nl);
}

static void families_are_found_by_name(void **state)
{
	uint16_t family = 0;
	struct nl nl;

	(void)state;
	assert_int_equal(nl_open(&nl, NETLINK_GENERIC), 0);
	assert_int_equal(nl_family(&nl, "nlctrl", &family), 0);
	assert_int_equal(family, 16);
	assert_int_equal(nl_family(&nl, "nonesuch", &family), -ENOENT);
	assert_int_equal(family, 16);
	nl_close(&nl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_as_they_were_put),
		cmocka_unit_test(what_is_missing_or_too_short_is_the_fallback),
		cmocka_unit_test(types_beyond_the_table_are_passed_over),
		cmocka_unit_test(a_message_shorter_than_its_body_has_nothing),
		cmocka_unit_test(overflow_is_remembered_and_not_sent),
		cmocka_unit_test(the_kernel_explains_in_its_own_words),
		cmocka_unit_test(a_list_is_read_to_its_end_and_one_given_up_does_not_disturb),
		cmocka_unit_test(families_are_found_by_name),
	};

	namespace_enter();
	return RUN(tests);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/dns.h"

#include "../test.h"
#include "base/compiler.h"

static const struct ip four = { IP_V4, { 10, 13, 7, 9 } };

/* A question, turned into an answer with what follows. */
static size_t answer_with(const void *rest, size_t rest_size, uint8_t bytes[DNS_ANSWER_MAX])
{
	size_t size = dns_ptr_write(&four, 0x1234, bytes);

	bytes[2] = 0x85;
	bytes[3] = 0x80;
	bytes[7] = 1;
	memcpy(bytes + size, rest, rest_size);
	return size + rest_size;
}

/* The name of the record is a pointer to the question; its data too, in part. */
static const uint8_t plain[] = "\xc0\x0c\0\x0c\0\x01\0\0\0\x3c\0\x0c\x07"
			       "node-a1\x03"
			       "lan";

static void a_question_is_what_the_rfc_says(void **state)
{
	static const uint8_t wanted[] = "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0"
					"\x01"
					"9\x01"
					"7\x02"
					"13\x02"
					"10\x07"
					"in-addr\x04"
					"arpa\0\0\x0c\0\x01";
	struct ip six = { IP_V6, { 0xfd, 0x0d } };
	uint8_t bytes[DNS_PTR_SIZE_MAX];

	(void)state;
	assert_int_equal(dns_ptr_write(&four, 0x1234, bytes), sizeof(wanted) - 1);
	assert_memory_equal(bytes, wanted, sizeof(wanted) - 1);
	assert_int_equal(dns_ptr_write(&six, 1, bytes), 12 + 64 + 4 + 5 + 1 + 4);
	assert_memory_equal(bytes + 12,
	                    "\1"
	                    "0\1"
	                    "0\1",
	                    5);
	assert_memory_equal(bytes + 12 + 60,
	                    "\1"
	                    "d\1"
	                    "f\3"
	                    "ip6\4"
	                    "arpa\0\0\x0c\0\x01",
	                    18);
}

static void a_neighbour_on_a_cable_is_asked_for_itself(void **state)
{
	static const uint8_t wanted[] = "\4node\4weft\10internal\0\0\x0c\0\x01";
	struct ip neighbour = { IP_V6, { 0xfe, 0x80, [15] = 7 } };
	uint8_t bytes[DNS_PTR_SIZE_MAX];
	size_t size = dns_ptr_write(&neighbour, 1, bytes);
	char name[DNS_NAME_SIZE];

	(void)state;
	assert_int_equal(size, 12 + sizeof(wanted) - 1);
	assert_memory_equal(bytes + 12, wanted, sizeof(wanted) - 1);
	bytes[2] = 0x80;
	bytes[7] = 1;
	memcpy(bytes + size, plain, sizeof(plain));
	assert_true(dns_ptr_read(bytes, size + sizeof(plain), &neighbour, 1, name));
	assert_string_equal(name, "node-a1.lan");
}

static void the_first_name_of_an_answer_is_read(void **state)
{
	uint8_t bytes[DNS_ANSWER_MAX];
	size_t size = answer_with(plain, sizeof(plain), bytes);
	char name[DNS_NAME_SIZE];

	(void)state;
	assert_true(dns_ptr_read(bytes, size, &four, 0x1234, name));
	assert_string_equal(name, "node-a1.lan");
}

static void what_does_not_answer_our_question_is_refused(void **state)
{
	struct ip other = { IP_V4, { 10, 13, 7, 8 } };
	uint8_t bytes[DNS_ANSWER_MAX];
	size_t size = answer_with(plain, sizeof(plain), bytes);
	char name[DNS_NAME_SIZE];

	(void)state;
	assert_false(dns_ptr_read(bytes, size, &four, 0x1235, name));
	assert_false(dns_ptr_read(bytes, size, &other, 0x1234, name));
	assert_false(dns_ptr_read(bytes, 11, &four, 0x1234, name));
	assert_false(dns_ptr_read(bytes, 0, &four, 0x1234, name));
	bytes[2] = 0x01;
	assert_false(dns_ptr_read(bytes, size, &four, 0x1234, name));
	assert_string_equal(name, "");
}

static void no_such_name_is_an_answer_too(void **state)
{
	uint8_t bytes[DNS_ANSWER_MAX];
	size_t size = answer_with(plain, sizeof(plain), bytes);
	char name[DNS_NAME_SIZE];

	(void)state;
	bytes[3] = 0x83;
	assert_true(dns_ptr_read(bytes, size, &four, 0x1234, name));
	assert_string_equal(name, "");
}

static void names_that_are_no_names_are_none(void **state)
{
	static const uint8_t spaced[] = "\xc0\x0c\0\x0c\0\x01\0\0\0\x3c\0\x06\x04"
					"a\x1b[m";
	static const uint8_t loop[] = "\xc0\x0c\0\x0c\0\x01\0\0\0\x3c\0\x02\xc0\x32";
	static const uint8_t cut[] = "\xc0\x0c\0\x0c\0\x01\0\0\0\x3c\0\x06\x3f"
				     "abc";
	static const uint8_t between[] = { 0xc0, 0x0c, 0, 0x0c, 0, 1,   0,   0,
		                           0,    0x3c, 0, 5,    3, 'a', 'b', 'c' };
	const struct {
		const uint8_t *bytes;
		size_t size;
	} rest[] = { { spaced, sizeof(spaced) },
		     { loop, sizeof(loop) - 1 },
		     { cut, sizeof(cut) },
		     { between, sizeof(between) } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(rest); i++) {
		uint8_t bytes[DNS_ANSWER_MAX];
		size_t size = answer_with(rest[i].bytes, rest[i].size, bytes);
		char name[DNS_NAME_SIZE];

		assert_true(dns_ptr_read(bytes, size, &four, 0x1234, name));
		assert_string_equal(name, "");
	}
}

static void a_name_that_cannot_exist_is_asked_for(void **state)
{
	static const uint8_t wanted[] = "\x12\x34\x01\x00\0\x01\0\0\0\0\0\0"
					"\x0dweft-00c0ffee\x07invalid\0\0\x01\0\x01";
	uint8_t bytes[DNS_PTR_SIZE_MAX];

	(void)state;
	assert_int_equal(dns_invalid_write(0xc0ffee, 0x1234, bytes), sizeof(wanted) - 1);
	assert_memory_equal(bytes, wanted, sizeof(wanted) - 1);
}

static void who_lies_about_names_is_found_out(void **state)
{
	static const struct {
		unsigned char flags, n_answers;
		enum dns_verdict verdict;
	} rows[] = {
		{ 0x83, 0, DNS_TRUE }, /* no such name */
		{ 0x80, 0, DNS_TRUE }, /* a name without an address */
		{ 0x80, 1, DNS_FORGED },
		{ 0x82, 0, DNS_FAILED }, /* the server's own servers do not answer */
		{ 0x85, 0, DNS_FAILED }, /* refused */
	};
	uint8_t bytes[DNS_PTR_SIZE_MAX];
	size_t size = dns_invalid_write(7, 9, bytes);

	(void)state;
	assert_int_equal(dns_invalid_read(bytes, size, 7, 9), DNS_NOTHING);
	bytes[2] = 0x81;
	for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
		bytes[3] = rows[i].flags;
		bytes[7] = rows[i].n_answers;
		assert_int_equal(dns_invalid_read(bytes, size, 7, 9), rows[i].verdict);
		assert_int_equal(dns_invalid_read(bytes, size, 8, 9), DNS_NOTHING);
		assert_int_equal(dns_invalid_read(bytes, size, 7, 10), DNS_NOTHING);
		for (size_t cut = 0; cut < size; cut++)
			assert_int_equal(dns_invalid_read(bytes, cut, 7, 9), DNS_NOTHING);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_that_cannot_exist_is_asked_for),
		cmocka_unit_test(who_lies_about_names_is_found_out),
		cmocka_unit_test(a_question_is_what_the_rfc_says),
		cmocka_unit_test(a_neighbour_on_a_cable_is_asked_for_itself),
		cmocka_unit_test(the_first_name_of_an_answer_is_read),
		cmocka_unit_test(what_does_not_answer_our_question_is_refused),
		cmocka_unit_test(no_such_name_is_an_answer_too),
		cmocka_unit_test(names_that_are_no_names_are_none),
	};

	return RUN(tests);
}

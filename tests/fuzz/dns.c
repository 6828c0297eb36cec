/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* What a stranger's DNS server may answer. */
#include "net/dns.h"

#include <assert.h>
#include <string.h>

#include "fuzz.h"

/* Answers about the name that cannot exist, from the servers that are asked by each uplink. */
static void look_invalid(const uint8_t *bytes, size_t size)
{
	uint8_t question[DNS_PTR_SIZE_MAX], answer[2 * DNS_ANSWER_MAX];
	size_t question_size = dns_invalid_write(0xdecade, 0x1234, question);

	(void)dns_invalid_read(bytes, size, 0xdecade, 0x1234);
	if (size > DNS_ANSWER_MAX || size < 10)
		return;
	/* The right question behind a header that is his. */
	memcpy(answer, question, question_size);
	memcpy(answer + 2, bytes, 10);
	memcpy(answer + question_size, bytes + 10, size - 10);
	(void)dns_invalid_read(answer, question_size + size - 10, 0xdecade, 0x1234);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct ip ip = { IP_V4, { 10, 13, 7, 9 } };
	uint8_t question[DNS_PTR_SIZE_MAX], answer[2 * DNS_ANSWER_MAX];
	size_t question_size = dns_ptr_write(&ip, 0x1234, question);
	char name[DNS_NAME_SIZE];

	look_invalid(bytes, size);
	(void)dns_ptr_read(bytes, size, &ip, 0x1234, name);
	assert(strlen(name) < DNS_NAME_SIZE);
	if (size > DNS_ANSWER_MAX)
		return 0;
	/* The same behind the question that it has to repeat. */
	memcpy(answer, question, question_size);
	answer[2] = 0x80;
	answer[7] = 5;
	if (size)
		memcpy(answer + question_size, bytes, size);
	(void)dns_ptr_read(answer, question_size + size, &ip, 0x1234, name);
	for (const char *c = name; *c; c++)
		assert(strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.",
		              *c));
	return 0;
}

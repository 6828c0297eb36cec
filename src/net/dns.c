/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/dns.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define HEADER_SIZE        12
#define TYPE_A             1
#define TYPE_PTR           12
#define CLASS_IN           1
#define FLAG_ANSWER        0x8000
#define RCODE_MASK         0x000f
#define RCODE_NO_SUCH_NAME 3
/* A recursive question, as a resolver sends it. */
#define FLAGS_QUESTION 0x0100
#define POINTER        0xc0
#define LABEL_MAX      63
/* A name cannot point further back more often than this and still be one. */
#define JUMPS_MAX 16

static void put16(uint8_t *bytes, unsigned number)
{
	bytes[0] = (uint8_t)(number >> 8);
	bytes[1] = (uint8_t)number;
}

static size_t put_name(uint8_t *bytes, const char *name)
{
	size_t size = 0;

	while (*name) {
		size_t length = strcspn(name, ".");

		bytes[size] = (uint8_t)length;
		memcpy(bytes + size + 1, name, length);
		size += length + 1;
		name += length + (name[length] == '.');
	}
	bytes[size] = 0;
	return size + 1;
}

/* "9.7.13.10.in-addr.arpa", or a label for each hex digit below "ip6.arpa". */
static void format_reverse(const struct ip *ip, char name[DNS_PTR_SIZE_MAX])
{
	size_t length = 0;

	if (ip->family == IP_V4) {
		snprintf(name, DNS_PTR_SIZE_MAX, "%u.%u.%u.%u.in-addr.arpa", ip->byte[3],
		         ip->byte[2], ip->byte[1], ip->byte[0]);
		return;
	}
	for (unsigned i = 16; i-- > 0; length += 4)
		snprintf(name + length, DNS_PTR_SIZE_MAX - length, "%x.%x.", ip->byte[i] & 15U,
		         (unsigned)ip->byte[i] >> 4);
	snprintf(name + length, DNS_PTR_SIZE_MAX - length, "ip6.arpa");
}

static size_t put_question(const struct ip *ip, uint8_t *bytes)
{
	char name[DNS_PTR_SIZE_MAX] = DNS_SELF;
	size_t size;

	if (!ip_is_link_local(ip))
		format_reverse(ip, name);
	size = put_name(bytes, name);
	put16(bytes + size, TYPE_PTR);
	put16(bytes + size + 2, CLASS_IN);
	return size + 4;
}

size_t dns_ptr_write(const struct ip *ip, uint16_t id, uint8_t bytes[DNS_PTR_SIZE_MAX])
{
	size_t size;

	assert(ip->family != IP_NONE);
	memset(bytes, 0, HEADER_SIZE);
	put16(bytes, id);
	put16(bytes + 2, FLAGS_QUESTION);
	put16(bytes + 4, 1);
	size = HEADER_SIZE + put_question(ip, bytes + HEADER_SIZE);
	assert(size <= DNS_PTR_SIZE_MAX);
	return size;
}

/* What is left to read; once too little is left, `bad` stays. */
struct answer {
	const uint8_t *bytes;
	size_t size, at;
	bool bad;
};

static unsigned take8(struct answer *answer)
{
	if (answer->bad || answer->at >= answer->size) {
		answer->bad = true;
		return 0;
	}
	return answer->bytes[answer->at++];
}

static unsigned take16(struct answer *answer)
{
	unsigned high = take8(answer);

	return high << 8 | take8(answer);
}

static void skip(struct answer *answer, size_t size)
{
	if (answer->bad || answer->size - answer->at < size)
		answer->bad = true;
	else
		answer->at += size;
}

static void skip_name(struct answer *answer)
{
	unsigned length;

	while ((length = take8(answer)) != 0) {
		if (length >= POINTER) {
			skip(answer, 1);
			return;
		}
		if (length > LABEL_MAX) {
			answer->bad = true;
			return;
		}
		skip(answer, length);
	}
}

static bool is_name_letter(unsigned c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

static bool take_label(struct answer *answer, unsigned length, char *name, size_t *used)
{
	if (*used + length + 2 > DNS_NAME_SIZE)
		return false;
	if (*used)
		name[(*used)++] = '.';
	while (length-- > 0) {
		unsigned c = take8(answer);

		if (!is_name_letter(c))
			return false;
		name[(*used)++] = (char)c;
	}
	return true;
}

/* Follows pointers, which may only lead back.  "" if it is no name that we show. */
static void take_name(struct answer answer, char name[DNS_NAME_SIZE])
{
	size_t used = 0;

	name[0] = 0;
	for (unsigned jumps = 0; jumps < JUMPS_MAX;) {
		size_t here = answer.at;
		unsigned length = take8(&answer);

		if (answer.bad)
			break;
		if (length == 0) {
			name[used] = 0;
			return;
		}
		if (length >= POINTER) {
			size_t target = (length & ~(unsigned)POINTER) << 8 | take8(&answer);

			if (target >= here)
				break;
			answer.at = target;
			jumps++;
		} else if (length > LABEL_MAX || !take_label(&answer, length, name, &used)) {
			break;
		}
	}
	name[0] = 0;
}

/* The question is repeated in the answer, letter by letter. */
static bool is_our_question(struct answer *answer, const struct ip *ip)
{
	uint8_t question[DNS_PTR_SIZE_MAX];
	size_t size = put_question(ip, question), at = answer->at;

	skip(answer, size);
	return !answer->bad && !memcmp(answer->bytes + at, question, size);
}

static void find_name(struct answer *answer, unsigned n_answers, char name[DNS_NAME_SIZE])
{
	for (unsigned i = 0; i < n_answers && !answer->bad; i++) {
		unsigned type, class, length;

		skip_name(answer);
		type = take16(answer);
		class = take16(answer);
		skip(answer, 4);
		length = take16(answer);
		if (answer->bad)
			return;
		if (type == TYPE_PTR && class == CLASS_IN) {
			take_name(*answer, name);
			return;
		}
		skip(answer, length);
	}
}

bool dns_ptr_read(const void *bytes, size_t size, const struct ip *ip, uint16_t id,
                  char name[DNS_NAME_SIZE])
{
	struct answer answer = { bytes, size, 0, false };
	unsigned flags, n_questions, n_answers;

	name[0] = 0;
	if (size > DNS_ANSWER_MAX || take16(&answer) != id)
		return false;
	flags = take16(&answer);
	n_questions = take16(&answer);
	n_answers = take16(&answer);
	skip(&answer, 4);
	if (!(flags & FLAG_ANSWER) || n_questions != 1 || !is_our_question(&answer, ip))
		return false;
	if (!(flags & RCODE_MASK))
		find_name(&answer, n_answers, name);
	return true;
}

static size_t put_invalid(uint32_t token, uint8_t *bytes)
{
	char name[32];
	size_t size;

	snprintf(name, sizeof(name), "weft-%08x.invalid", token);
	size = put_name(bytes, name);
	put16(bytes + size, TYPE_A);
	put16(bytes + size + 2, CLASS_IN);
	return size + 4;
}

size_t dns_invalid_write(uint32_t token, uint16_t id, uint8_t bytes[DNS_PTR_SIZE_MAX])
{
	memset(bytes, 0, HEADER_SIZE);
	put16(bytes, id);
	put16(bytes + 2, FLAGS_QUESTION);
	put16(bytes + 4, 1);
	return HEADER_SIZE + put_invalid(token, bytes + HEADER_SIZE);
}

enum dns_verdict dns_invalid_read(const void *bytes, size_t size, uint32_t token, uint16_t id)
{
	struct answer answer = { .bytes = bytes, .size = size };
	unsigned got = take16(&answer), flags = take16(&answer), n_questions = take16(&answer);
	unsigned n_answers = take16(&answer);
	uint8_t question[DNS_PTR_SIZE_MAX];
	size_t length = put_invalid(token, question);

	if (size < HEADER_SIZE + length || got != id || !(flags & FLAG_ANSWER) ||
	    n_questions != 1 || memcmp((const uint8_t *)bytes + HEADER_SIZE, question, length) != 0)
		return DNS_NOTHING;
	if ((flags & RCODE_MASK) == RCODE_NO_SUCH_NAME)
		return DNS_TRUE;
	if ((flags & RCODE_MASK) != 0)
		return DNS_FAILED;
	return n_answers ? DNS_FORGED : DNS_TRUE;
}

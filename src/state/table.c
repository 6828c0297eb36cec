/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "state/table.h"

#include <string.h>

#include "base/utf8.h"
#include "net/ip.h"
#include "net/mac.h"
#include "net/names.h"
#include "state/row.h"

const struct state_table *state_table_find(const char *name)
{
	for (size_t i = 0; state_tables[i]; i++) {
		if (strcmp(state_tables[i]->name, name) == 0)
			return state_tables[i];
	}
	return NULL;
}

const struct state_table *state_table_by_id(unsigned id)
{
	for (size_t i = 0; state_tables[i]; i++) {
		if (state_tables[i]->id == id)
			return state_tables[i];
	}
	return NULL;
}

bool state_prefer(const struct row *a, const struct row *b, uint64_t now)
{
	uint64_t age_a = row_age_ms(a, now), age_b = row_age_ms(b, now);

	if (row_is_signed(a) != row_is_signed(b))
		return row_is_signed(a);
	if (age_a != age_b)
		return age_a < age_b;
	return author_compare(row_author(a), row_author(b)) < 0;
}

const char *value_check_plain(const char *text)
{
	while (*text) {
		size_t length = utf8_length(text);

		if (!length || (unsigned char)*text < ' ' || *text == 0x7f)
			return "holds bytes that are no text";
		/* The control characters behind ASCII, U+0080 to U+009F. */
		if ((unsigned char)text[0] == 0xc2 && (unsigned char)text[1] < 0xa0)
			return "holds control characters";
		text += length;
	}
	return NULL;
}

static bool is_name_char(char c)
{
	return name_is_alnum(c) || c == '-' || c == '_';
}

/* Of `length` bytes: what a device may call itself is wider than what a host is named. */
static bool is_label(const char *text, size_t length)
{
	if (length == 0 || length > 63 || text[0] == '-' || text[length - 1] == '-')
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!is_name_char(text[i]))
			return false;
	}
	return true;
}

bool key_is_name(const char *key)
{
	return is_label(key, strlen(key));
}

bool key_is_domain(const char *key)
{
	for (;;) {
		size_t length = strcspn(key, ".");

		if (!is_label(key, length))
			return false;
		if (!key[length])
			return true;
		key += length + 1;
	}
}

bool key_is_mac(const char *key)
{
	struct mac mac;
	char text[MAC_TEXT_SIZE];

	return mac_parse(key, &mac) && !mac_is_zero(&mac) &&
	       strcmp(mac_format(&mac, text), key) == 0;
}

bool key_is_hex(const char *key)
{
	return *key && strspn(key, "0123456789abcdef:") == strlen(key);
}

const char *value_check_name(const char *text)
{
	return strcmp(text, "*") == 0 || key_is_name(text) ? NULL : "is not a host's name";
}

const char *value_check_mac(const char *text)
{
	struct mac mac;

	return mac_parse(text, &mac) ? NULL : "is not a MAC";
}

const char *value_check_ip(const char *text)
{
	struct ip ip;

	return ip_parse(text, &ip) ? NULL : "is not an address";
}

const char *value_check_ifname(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++) {
		if (!is_name_char(text[i]) && !strchr(".@", text[i]))
			return "is not an interface's name";
	}
	return length > 0 && length < IFNAME_SIZE ? NULL : "is not an interface's name";
}

const char *value_check_decimal(const char *text)
{
	size_t whole, part = 0;

	text += *text == '-';
	whole = strspn(text, "0123456789");
	if (text[whole] == '.')
		part = 1 + strspn(text + whole + 1, "0123456789");
	return whole && part != 1 && !text[whole + part] ? NULL : "is not a number";
}

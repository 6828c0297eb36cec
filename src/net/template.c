/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "net/template.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "net/names.h"

/* LibreMesh hashes with `echo ... | md5sum`: the newline is part of every id. */
static void id_of(const char *text, uint8_t id[MD5_SIZE])
{
	BUF_AUTO line = { 0 };

	buf_add(&line, text);
	buf_add_char(&line, '\n');
	md5(line.text, line.length, id);
}

struct template_ids template_ids_of(const char *ap_ssid, const struct mac *mac)
{
	struct template_ids ids = { .mac = *mac };
	BUF_AUTO digits = { 0 };

	id_of(ap_ssid, ids.network);
	for (unsigned i = 0; i < MAC_SIZE; i++)
		buf_printf(&digits, "%02x", mac->byte[i]);
	id_of(digits.text, ids.node);
	return ids;
}

const char *template_ssid_warning(const char *ap_ssid)
{
	if (strpbrk(ap_ssid, "$`\\\""))
		return "contains one of $ ` \\ \" which LibreMesh gives to a shell: LibreMesh nodes "
		       "may derive another network id from it";
	/* An echo that is told -n, -e or -E prints none of it. */
	if (ap_ssid[0] == '-' && ap_ssid[1] && ap_ssid[1 + strspn(ap_ssid + 1, "neE")] == '\0')
		return "looks like an option of echo, which is what LibreMesh hashes it with: "
		       "LibreMesh nodes derive another network id from it";
	return NULL;
}

/* The byte that a letter and a digit stand for, if they do. */
static bool find_byte(const char *letter, const struct template_ids *ids, unsigned letters,
                      uint8_t *byte)
{
	unsigned i;

	/* The end of the text is no digit either. */
	if (!letter[0] || letter[1] < '1' || letter[1] > '6')
		return false;
	i = (unsigned)(letter[1] - '1');
	if (letter[0] == 'N' && (letters & TEMPLATE_N))
		*byte = ids->network[i];
	else if (letter[0] == 'M' && (letters & TEMPLATE_M))
		*byte = ids->mac.byte[i];
	else if (letter[0] == 'm' && (letters & TEMPLATE_M))
		*byte = ids->node[i];
	else
		return false;
	return true;
}

char *template_expand(struct arena *arena, const char *text, const struct template_ids *ids,
                      enum template_base base, unsigned letters)
{
	BUF_AUTO out = { 0 };
	uint8_t byte;

	while (*text) {
		if (*text == '%' && find_byte(text + 1, ids, letters, &byte)) {
			buf_printf(&out, base == TEMPLATE_HEX ? "%02x" : "%u", byte);
			text += 3;
		} else if (*text == '%' && text[1] == 'H' && (letters & TEMPLATE_H) &&
		           ids->hostname) {
			buf_add(&out, ids->hostname);
			text += 2;
		} else {
			buf_add_char(&out, *text++);
		}
	}
	return arena_strdup(arena, buf_text(&out));
}

/* What may stand in a host name of `text`, in place. */
static void keep_hostname(char *text)
{
	size_t n = 0;

	for (const char *c = text; *c; c++) {
		if (*c == ' ' || *c == '-')
			text[n++] = '-';
		else if (name_is_alnum(*c))
			text[n++] = *c;
	}
	text[n] = '\0';
}

char *template_hostname(struct arena *arena, const char *text, const struct template_ids *ids)
{
	char *name = template_expand(arena, text, ids, TEMPLATE_HEX, TEMPLATE_M);
	size_t length;

	keep_hostname(name);
	name += strspn(name, "-");
	length = strlen(name);
	while (length && name[length - 1] == '-')
		length--;
	if (!length)
		return template_expand(arena, "LiMe-%M4%M5%M6", ids, TEMPLATE_HEX, TEMPLATE_M);
	name[length < HOSTNAME_LIMIT ? length : HOSTNAME_LIMIT] = '\0';
	return name;
}

char *template_ssid(struct arena *arena, const char *text, const struct template_ids *ids)
{
	char *ssid = template_expand(arena, text, ids, TEMPLATE_HEX, TEMPLATE_H);

	ssid = template_expand(arena, ssid, ids, TEMPLATE_HEX, TEMPLATE_M);
	ssid[utf8_cut(ssid, SSID_LIMIT)] = '\0';
	return ssid;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "settings/community.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "settings/setting.h"
#include "uci/uci.h"

#define ENCRYPTION  "encryption"
#define INVITE      "weft:join?network="
#define WITH_SECRET "&secret=1"

void community_make_public(struct uci_document *community)
{
	for (struct uci_section *s = community->sections; s; s = s->next) {
		for (struct uci_option *o = s->options, *next; o; o = next) {
			next = o->next;
			if (setting_is_secret(o->name))
				uci_delete_option(community, s, o->name);
		}
	}
}

/* The length of "ap_" in "ap_encryption" where a key belongs to it and is not there; -1 else. */
static int missing_key(const struct uci_section *section, const struct uci_option *option)
{
	size_t length = strlen(option->name), word = strlen(ENCRYPTION);
	int prefix = (int)length - (int)word;
	BUF_AUTO key = { 0 };

	if (prefix < 0 || strcmp(option->name + prefix, ENCRYPTION) != 0 ||
	    !strcmp(option->values->text, "none") || !strcmp(option->values->text, "owe"))
		return -1;
	buf_printf(&key, "%.*skey", prefix, option->name);
	return uci_option(section, key.text) ? -1 : prefix;
}

const char *community_check(const struct uci_document *community)
{
	return uci_get(community, "system", "community_check");
}

bool community_needs_secret(const struct uci_document *community)
{
	for (const struct uci_section *s = community->sections; s; s = s->next) {
		for (const struct uci_option *o = s->options; o; o = o->next) {
			if (missing_key(s, o) >= 0)
				return true;
		}
	}
	return false;
}

void community_add_secret(const struct uci_document *community, const char *secret,
                          struct uci_document *own)
{
	for (const struct uci_section *s = community->sections; s; s = s->next) {
		for (const struct uci_option *o = s->options; o; o = o->next) {
			int prefix = missing_key(s, o);
			BUF_AUTO key = { 0 };

			if (prefix < 0 || s->anonymous)
				continue;
			buf_printf(&key, "%.*skey", prefix, o->name);
			uci_set(own, uci_add_section(own, s->type, s->name), key.text, secret);
		}
	}
}

const char *community_name(const struct uci_document *community)
{
	return uci_get(community, "wifi", "ap_ssid");
}

static void set_key(struct uci_document *community, struct uci_section *wifi, const char *mode,
                    const char *password)
{
	AUTO(arena_free) struct arena *arena = arena_new();

	uci_set(community, wifi, arena_printf(arena, "%s_encryption", mode),
	        password ? "psk2" : "");
	uci_set(community, wifi, arena_printf(arena, "%s_key", mode), password ? password : "");
}

void community_begin(const struct community_start *start, struct uci_document *community)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct uci_section *system = uci_add_section(community, "lime", "system");
	struct uci_section *wifi;

	(void)uci_add_section(community, "lime", "network");
	wifi = uci_add_section(community, "lime", "wifi");
	uci_set(community, wifi, "ap_ssid", start->network_name);
	uci_set(community, wifi, "apname_ssid", arena_printf(arena, "%s/%%H", start->network_name));
	uci_set(community, wifi, "country", start->country ? start->country : "");
	set_key(community, wifi, "ap", start->wifi_password);
	set_key(community, wifi, "apname", start->wifi_password);
	uci_set(community, system, "community_check", start->check ? start->check : "");
}

/* ---- what people write ---- */

static bool is_printable(const char *text)
{
	while (*text) {
		size_t length = utf8_length(text);

		if (!length || (unsigned char)*text < ' ' || *text == 127)
			return false;
		text += length;
	}
	return true;
}

const char *community_check_name(const char *name)
{
	size_t length = strlen(name);

	if (!length || length > COMMUNITY_NAME_MAX)
		return "has to have 1 to 32 letters";
	if (!is_printable(name) || name[0] == ' ' || name[length - 1] == ' ')
		return "has characters that cannot be seen";
	return strchr(name, '%') ? "has a %, which stands for something else here" : NULL;
}

const char *community_check_password(const char *password)
{
	size_t length = strlen(password);

	if (length < 8 || length > 63)
		return "has to have 8 to 63 letters";
	for (; *password; password++) {
		if (*password < ' ' || *password > '~')
			return "may have the letters of English, digits and signs alone";
	}
	return NULL;
}

const char *community_check_country(const char *country)
{
	return strlen(country) == 2 && country[0] >= 'A' && country[0] <= 'Z' &&
	                       country[1] >= 'A' && country[1] <= 'Z'
	               ? NULL
	               : "is not two capital letters like ES";
}

/* ---- invitations ---- */

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-' || c == '_';
}

void invite_print(const char *network_name, bool needs_secret, struct buf *out)
{
	buf_add(out, INVITE);
	for (const char *p = network_name; *p; p++) {
		if (is_plain(*p))
			buf_add_char(out, *p);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*p);
	}
	if (needs_secret)
		buf_add(out, WITH_SECRET);
}

static int hex(char c)
{
	static const char digits[] = "0123456789ABCDEF0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)((found - digits) % 16) : -1;
}

bool invite_parse(const char *text, char name[COMMUNITY_NAME_MAX + 1])
{
	size_t length = 0;

	if (strncmp(text, INVITE, strlen(INVITE)) != 0)
		return false;
	for (text += strlen(INVITE); *text && *text != '&'; text++) {
		char c = *text;

		if (length == COMMUNITY_NAME_MAX)
			return false;
		if (c == '%') {
			int high = hex(text[1]), low = high < 0 ? -1 : hex(text[2]);

			if (low < 0)
				return false;
			c = (char)(16 * high + low);
			text += 2;
		}
		name[length++] = c;
	}
	name[length] = '\0';
	return strlen(name) == length && !community_check_name(name) &&
	       (!*text || !strcmp(text, WITH_SECRET));
}

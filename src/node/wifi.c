/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * What hostapd and wpa_supplicant would refuse, so that there is no network at all; and what they
 * would take as something else, so that a network is open that should not be.
 */
#include <string.h>

#include "base/arena.h"
#include "node/parts.h"

/* Bytes of a password (IEEE 802.11, section J.4); the last kind is a key in hexadecimal digits. */
#define KEY_MIN 8
#define KEY_MAX 63
#define KEY_HEX 64

/* What OpenWrt's scripts know.  Any other word is to them no encryption at all. */
static const char *const encryptions[] = {
	"none",      "open",       "owe",       "psk",       "psk2",       "psk3",
	"psk-mixed", "psk3-mixed", "mixed-psk", "sae",       "sae-mixed",  "wpa",
	"wpa2",      "wpa3",       "wpa-mixed", "mixed-wpa", "wpa3-mixed", "wpa3-192",
	"eap",       "eap2",       "eap3",      "eap-mixed", "eap3-mixed", "wep",
	"wep-open",  "wep-shared", "wep-mixed", "8021x",     "dpp",        NULL,
};

/* Behind the word and a plus sign. */
static const char *const ciphers[] = {
	"tkip", "ccmp", "aes", "gcmp", "ccmp256", "gcmp256", "open", "shared", "mixed", NULL,
};

static bool is_among(const char *const *words, const char *text, size_t length)
{
	for (; *words; words++) {
		if (strlen(*words) == length && strncmp(*words, text, length) == 0)
			return true;
	}
	return false;
}

/* WORD[+WORD...]; old pages write a slash. */
static bool is_encryption(const char *text)
{
	size_t length = strcspn(text, "+/");

	if (!is_among(encryptions, text, length))
		return false;
	while (text[length]) {
		text += length + 1;
		length = strcspn(text, "+/");
		if (!is_among(ciphers, text, length) && !is_among(encryptions, text, length))
			return false;
	}
	return true;
}

static bool is_hex(const char *text)
{
	return text[strspn(text, "0123456789abcdefABCDEF")] == '\0';
}

static void check_key(struct diag *diag, const struct node_wifi_options *options)
{
	const char *kind = options->encryption ? options->encryption->values[0].text : "none";
	const char *text = options->key ? options->key->values[0].text : "";
	size_t length = strlen(text);

	if (strncmp(kind, "psk", 3) != 0 && strncmp(kind, "sae", 3) != 0)
		return;
	if (!options->key)
		diag_add(diag, DIAG_ERROR, &options->encryption->values[0].origin,
		         "%s needs the option %s_key", kind, options->mode->name);
	else if ((length < KEY_MIN || length > KEY_MAX) &&
	         !(length == KEY_HEX && is_hex(text) && *kind == 'p'))
		diag_add(diag, DIAG_ERROR, &options->key->values[0].origin,
		         "a password has %d to %d letters, this one has %zu", KEY_MIN, KEY_MAX,
		         length);
}

static void check_encryption(struct diag *diag, const struct node_wifi_options *options)
{
	const struct config_option *encryption = options->encryption;

	if (encryption && !is_encryption(encryption->values[0].text))
		diag_add(diag, DIAG_ERROR, &encryption->values[0].origin,
		         "'%s' is no kind of encryption (psk2, sae, sae-mixed, owe, none and "
		         "others): the network would be open",
		         encryption->values[0].text);
}

/* Two long names that differ at their ends are one name on the air, and two networks. */
static void check_name(const struct node_work *work, const struct node_wifi_options *options)
{
	const struct template_ids *ids = &work->node->identity.ids;
	struct arena *arena = work->node->arena;
	const struct config_option *name = options->name;
	const char *whole, *cut;

	if (!name)
		return;
	whole = template_expand(arena, name->values[0].text, ids, TEMPLATE_HEX, TEMPLATE_H);
	whole = template_expand(arena, whole, ids, TEMPLATE_HEX, TEMPLATE_M);
	cut = template_ssid(arena, name->values[0].text, ids);
	if (strcmp(whole, cut) != 0)
		diag_add(work->diag, DIAG_WARNING, &name->values[0].origin,
		         "'%s' has %zu bytes and a name on the air has at most %d: it becomes '%s'",
		         whole, strlen(whole), SSID_LIMIT, cut);
}

void node_check_wifi(const struct node_work *work, const struct node_wifi_options *options)
{
	check_name(work, options);
	check_encryption(work->diag, options);
	check_key(work->diag, options);
}

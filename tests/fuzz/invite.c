/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* What somebody scanned or typed, and the file that a neighbour gave: what is made of it is safe to
 * write and to give away. */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "fuzz.h"
#include "settings/community.h"
#include "uci/uci.h"

static void check_invitation(const char *text)
{
	char name[COMMUNITY_NAME_MAX + 1], again[COMMUNITY_NAME_MAX + 1];
	BUF_AUTO invitation = { 0 };

	if (!invite_parse(text, name))
		return;
	assert(!strpbrk(name, "\n\r"));
	invite_print(name, true, &invitation);
	assert(invite_parse(invitation.text, again) && !strcmp(name, again));
}

/* What a neighbour gets has no secret in it, and reads as it was written. */
static void check_file(const char *text, size_t size)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *document = uci_parse("lime-community", text, size,
	                                                         diag);
	AUTO(uci_free) struct uci_document *again = NULL;
	BUF_AUTO out = { 0 };

	if (!document || diag_has_errors(diag))
		return;
	(void)community_name(document);
	(void)community_check(document);
	community_make_public(document);
	uci_print(document, &out);
	again = uci_parse("lime-community", buf_text(&out), out.length, diag);
	assert(again && !diag_has_errors(diag));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	BUF_AUTO text = { 0 };

	buf_add_bytes(&text, bytes, size);
	check_file(buf_text(&text), size);
	if (strlen(buf_text(&text)) == size)
		check_invitation(buf_text(&text));
	return 0;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/*
 * What other programs tell each other through the nodes, and weft does not look into: a captive
 * portal's vouchers, for instance.
 */
#include <string.h>

#include "base/json_reader.h"
#include "state/tables/tables.h"

static const char *check_document(const char *text)
{
	return json_is_valid(text, strlen(text)) && !value_check_plain(text) ? NULL : "is no JSON";
}

/* "TYPE:KEY" */
static bool is_document_key(const char *key)
{
	const char *colon = strchr(key, ':');

	return colon && colon != key && !value_check_plain(key);
}

static const struct field fields[] = {
	FIELD_TEXT(struct document_row, data, DOCUMENT_MAX, check_document, "JSON"),
};
static SHAPE(shape, "documents", "What other programs tell each other", struct document_row,
             fields);

const struct state_table state_table_documents = {
	.name = "documents",
	.doc = "What other programs tell each other",
	.id = 19,
	.shape = &shape,
	.key_check = is_document_key,
	.lifetime_s = 4200,
	.max_rows = 256,
	.max_value = DOCUMENT_MAX + 8,
};

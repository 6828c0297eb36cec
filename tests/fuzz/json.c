/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* JSON: what is valid can be printed short and long, is valid again, and the same. */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_reader.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = (const char *)bytes;
	struct json_reader r;
	BUF_AUTO once = { 0 };
	BUF_AUTO pretty = { 0 };
	BUF_AUTO again = { 0 };
	const char *raw;
	size_t raw_size;

	if (!json_is_valid(text, size))
		return 0;
	json_reader_init(&r, text, size);
	assert(json_reader_raw(&r, &raw, &raw_size) && json_reader_end(&r));
	json_print_compact(raw, raw_size, &once);
	json_print_pretty(raw, raw_size, &pretty);
	assert(json_is_valid(pretty.text, pretty.length));
	json_print_compact(pretty.text, pretty.length, &again);
	assert(once.length == again.length && !memcmp(once.text, again.text, once.length));
	return 0;
}

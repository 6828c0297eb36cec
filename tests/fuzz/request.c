/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* A question on the control socket; every answer, also to nonsense, is one line of JSON. */
#include "api/request.h"

#include <assert.h>
#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "base/diag.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	AUTO(request_free) struct request *request = request_parse((const char *)bytes, size);
	struct json_object *answer;
	BUF_AUTO out = { 0 };

	assert(!request->method == diag_has_errors(request->diag));
	request_print_answer(request, request->method ? 0 : -EINVAL, &out);
	assert(strchr(out.text, '\n') == out.text + out.length - 1);
	answer = json_tokener_parse(out.text);
	assert(answer);
	json_object_put(answer);
	return 0;
}

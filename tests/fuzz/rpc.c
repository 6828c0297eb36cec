/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* A call of JSON-RPC; the answer to anything is one JSON object with the id that was asked. */
#include "api/rpc.h"

#include <assert.h>
#include <errno.h>
#include <json-c/json.h>

#include "api/request.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct rpc rpc = { 0 };
	struct json_object *answer, *id = NULL;
	BUF_AUTO out = { 0 };

	rpc_parse((const char *)bytes, size, &rpc);
	if (rpc.sealed)
		rpc_print_error(&rpc, RPC_SESSION, "over", NULL, &out);
	else
		rpc_print_answer(&rpc, -EINVAL, &out);
	answer = json_tokener_parse(buf_text(&out));
	assert(json_object_is_type(answer, json_type_object));
	assert(json_object_object_get_ex(answer, "id", &id));
	json_object_put(answer);
	rpc_done(&rpc);
	return 0;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/* Hands off this port: somebody configures it by hand. */
#include "proto/proto.h"

const struct proto proto_manual = {
	.name = "manual",
	.doc = "Leaves the port alone",
	.ends_list = true,
};

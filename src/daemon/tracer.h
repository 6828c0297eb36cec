/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The way to the Internet, measured router by router: questions for a name that does not exist, to
 * whom the node asks whether there is an Internet anyway, which live one router longer each.
 *
 * Nothing is sent unless somebody wants to know, and nothing half a minute after the last who did.
 */
#include "base/compiler.h"
#include "net/ip.h"

struct buf;
struct daemon;
struct tracer;

struct tracer *tracer_new(struct daemon *daemon);
void tracer_free(struct tracer *tracer);
AUTO_DEFINE(tracer_free, struct tracer);

/* What is known of it as one JSON object; from now on it is measured. */
void tracer_print(struct tracer *tracer, enum ip_family family, struct buf *out);

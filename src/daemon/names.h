/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What nodes call themselves: each is asked over DNS, at its own address (docs/wire/names.md), and
 * the answer is kept.  Never blocks: a name that is not known yet is asked for, and there the next
 * time.
 */
#include "base/compiler.h"

struct event_base;
struct ip;
struct names;

/* NULL and errno if it cannot have a socket. */
struct names *names_new(struct event_base *base);
void names_free(struct names *names);
AUTO_DEFINE(names_free, struct names);

/*
 * The name of the node with this address, without its domain; NULL if it is not known (yet).  A
 * link-local address is one on the device with this index; of others it does not count.  Valid
 * until the next turn of the loop.
 */
const char *names_of(struct names *names, const struct ip *ip, unsigned device);

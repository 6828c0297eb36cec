/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Messages about addresses, routes and policy rules.  Each carries our mark: needs Linux 5.18,
 * the first that keeps it for addresses.
 */
#include <stdbool.h>

#include "platform/linux/kernel/nl.h"

struct plan_address;
struct plan_route;
struct plan_rule;

/* `index` is that of the interface. */
void address_build_add(struct nl_message *message, const struct plan_address *address, int index);
void address_build_remove(struct nl_message *message, const struct plan_address *address,
                          int index);

/* `index` is 0 without an interface.  With `replace`, one in the same place makes room at once. */
void route_build_add(struct nl_message *message, const struct plan_route *route, int index,
                     bool replace);
void route_build_remove(struct nl_message *message, const struct plan_route *route, int index);

void rule_build_add(struct nl_message *message, const struct plan_rule *rule);
void rule_build_remove(struct nl_message *message, const struct plan_rule *rule);

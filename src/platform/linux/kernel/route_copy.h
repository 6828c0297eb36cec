/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * A route that the kernel has, at another metric: all else of it that counts stays.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "platform/linux/kernel/nl.h"

/* Whole netlink messages, one after the other. */
struct route_list {
	struct buf messages;
	size_t count;
};

/* Adds the routes of a family that `wanted` says yes to, at most `max`.  A negative errno. */
int route_list_read(struct nl *nl, unsigned char family, size_t max,
                    bool (*wanted)(const struct nlmsghdr *route),
                    struct route_list *list) MUST_CHECK;
/* The next after `route`, the first for NULL; NULL at the end. */
const struct nlmsghdr *route_list_next(const struct route_list *list, const struct nlmsghdr *route);
void route_list_done(struct route_list *list);

uint32_t route_metric(const struct nlmsghdr *route);
/* As it is, at that metric; one that is there is replaced. */
int route_add_at(struct nl *nl, const struct nlmsghdr *route, uint32_t metric) MUST_CHECK;
/* One that is not there is no failure. */
int route_remove_at(struct nl *nl, const struct nlmsghdr *route, uint32_t metric) MUST_CHECK;

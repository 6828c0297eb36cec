/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Which addresses belong to which MAC, as the kernel has learned by ARP (RFC 826) and neighbour
 * discovery (RFC 4861).
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "net/ip.h"
#include "net/mac.h"
#include "platform/linux/kernel/nl.h"

/* Somebody who invents addresses can fill the kernel's table; we read so much of it. */
#define NEIGHBOURS_LIMIT 8192

struct neighbour {
	struct mac mac;
	struct ip ip;
	int device; /* index */
};

/* What a message of the kernel says.  False if it is about somebody whose MAC is not known, or
 * about no neighbour at all. */
bool neighbour_parse(const struct nlmsghdr *message, struct neighbour *neighbour);

struct neighbours {
	struct neighbour *entries; /* owned */
	size_t count;
};

void neighbours_done(struct neighbours *neighbours);
#define NEIGHBOURS_AUTO __attribute__((cleanup(neighbours_done))) struct neighbours

/* Those on any device; empty if that fails. */
int neighbours_read(struct nl *nl, struct neighbours *neighbours);

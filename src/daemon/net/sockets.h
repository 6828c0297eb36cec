/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The sockets that root opens for net, which may not open them itself.  Each gives a descriptor or
 * a negative errno.
 */
#include <stdint.h>

#include "base/compiler.h"

/* TCP, all addresses of both families. */
int sockets_listen(uint16_t port) MUST_CHECK;

/* Datagrams of weft's own conversation on one device: to its port, and to its group of link-local
 * multicast.  What comes from further away than the link is dropped by the kernel (RFC 5082). */
int sockets_datagrams(unsigned index, const char *name) MUST_CHECK;

/* Echo requests and their answers on one device, and nothing else of ICMPv6. */
int sockets_echo(const char *name) MUST_CHECK;

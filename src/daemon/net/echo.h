/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Echo requests to all nodes of a link (RFC 4443), whatever program they run. */
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* Asks everybody on the link. */
void echo_ask(int socket, uint32_t link);
/* The next one who answered; false if there is none.  Only link-local addresses are told. */
bool echo_read(int socket, struct in6_addr *from);

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * What the daemon does for those who ask over HTTP; for src/daemon alone.
 */
struct daemon;
struct net_message;

void web_start(struct daemon *daemon);
/* Reads the page's files anew. */
void web_load_site(struct daemon *daemon);
/* What net says of its visitors; NULL: there is a new net. */
void web_take(void *data, const struct net_message *message);

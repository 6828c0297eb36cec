/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Tells who started the daemon that it is up, if that one wants to know: systemd's protocol, one
 * datagram to the socket that the environment names in NOTIFY_SOCKET (sd_notify(3)).
 *
 * 0, also where nobody wants to know, or a negative errno.
 */
int ready_tell(void);

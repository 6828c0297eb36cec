/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The process `net`: an unprivileged user in an empty folder, that holds the state store and its
 * conversations.  It is given its sockets and all that it has to know by root (message.h), and ends
 * with root.
 */

/* `weft net FOLDER` is how root starts it; no command for people. */
#define NET_COMMAND "net"
/* Where it finds the socket to root. */
#define NET_SOCKET 3

/* Returns an exit status if it cannot begin, and ends the process else. */
int net_run(const char *folder);

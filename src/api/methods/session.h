/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Parameters of the methods of sessions. */

struct session_login {
	const char *key, *nonce, *sealed; /* NULL: not given */
};

struct session_password {
	unsigned which; /* 0: the node's, 1: the community's */
	const char *password;
};

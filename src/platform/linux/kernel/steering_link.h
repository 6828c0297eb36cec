/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* The message that makes the tunnel of steering.h; apart, since its headers do not go with others.
 */
struct nl_message;

void steer_link_build(struct nl_message *m);

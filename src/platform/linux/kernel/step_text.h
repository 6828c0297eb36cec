/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What a step does, in words that follow "cannot" as well: "set mtu of eth0 to 1536 (was 1500)".
 * Pure. */

struct arena;
struct step;

const char *step_text(struct arena *arena, const struct step *step);

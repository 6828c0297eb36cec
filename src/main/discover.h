/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * `shared-state-async discover`, a part of shared_state.c: prints the neighbours that the daemon
 * hears, one URL a line, as the original does.  An exit status.
 */
int discover_peers(void);

/* `shared-state-async-discover`: the same, one ADDRESS%DEVICE a line. */
int discover_candidates(void);

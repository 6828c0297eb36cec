/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The old form of options for one band: `channel_5ghz` and `list modes 'ap_2ghz'` in
 * section wifi, where today there are sections of type lime-wifi-band.  Most published
 * lime-community files have it; LibreMesh rewrites them when a box starts first, we
 * understand them.
 */
#include <stdbool.h>

#include "uci/uci.h"

struct arena;

enum bands_part {
	BANDS_2GHZ,
	BANDS_5GHZ,
	BANDS_REST, /* what is not about one band */
	BANDS_N_PARTS,
};

/* Whether anything in it has the old form. */
bool bands_is_old(const struct uci_section *section);

/*
 * The sections that it stands for today.  They live in the arena and borrow the rest from
 * `section`.  A band that a list of modes leaves out gets the mode manual.
 */
void bands_split(struct arena *arena, const struct uci_section *section,
                 struct uci_section parts[BANDS_N_PARTS]);

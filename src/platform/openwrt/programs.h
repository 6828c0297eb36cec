/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * Programs that people give to the configuration: hooks, and assets of the community.
 *
 * They are started directly: no shell ever sees a name.  Their output goes where weft's own
 * goes; one that ends with a status other than 0, or not within ten minutes, is told.
 */
#include <stdbool.h>

struct config;
struct diag;

/* Below the root. */
#define PROGRAMS_HOOKS      "etc/hotplug.d/lime-config"
#define PROGRAMS_FIRST_BOOT "etc/.cfg_first_boot_already_run"

/* All files of the hooks' folder, by name, each with ACTION in its environment: "init" (there was
 * no configuration yet), "pre" (nothing was read yet), "merged", "configured" and "post" (all is
 * written, in this order).  `root` has no slash at its end. */
void programs_run_hooks(const char *root, const char *action, struct diag *diag);

/* The assets of `config run_asset`: those for the first boot if there was none yet, then those for
 * every configuration. */
void programs_run_assets(const char *root, const struct config *config, struct diag *diag);

/* A program of OpenWrt's with its arguments (the first is its path; ends with NULL), if it is
 * there. */
void programs_call(const char *const args[], struct diag *diag);

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* What cannot be in one plan.  Only for this folder. */
struct diag;
struct plan;

/* Adds an error to `diag` for everything that the kernel or a server would refuse. */
void plan_check(const struct plan *plan, struct diag *diag);

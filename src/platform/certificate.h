/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The node's key and certificate for HTTPS (X.509, RFC 5280): made once, or put there by the owner.
 * Nobody but the node itself vouches for a made one, so browsers ask their users, once.
 *
 * FOLDER/https.pem (mode 0600) has both, in PEM.  Mbed TLS does the work.
 */
#include <stddef.h>

#include "base/compiler.h"

struct buf;
struct diag;

#define CERTIFICATE_MAX 16384 /* bytes of the file */

/*
 * Appends the file, made if there is none: a key on the curve P-256, and a certificate for `names`,
 * each a name or an address.  It is not made again when names change, because who has accepted it
 * would be asked again.
 *
 * -EINVAL, and a reason in `diag`, if the file is damaged or too long: it is left alone then.
 * -ENOSYS: weft was built without HTTPS.
 */
int certificate_load(const char *folder, const char *const *names, size_t n_names, struct buf *pem,
                     struct diag *diag) MUST_CHECK;

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
/* For builds without Mbed TLS. */
#include <errno.h>

#include "base/diag.h"
#include "platform/certificate.h"

int certificate_load(const char *folder, const char *const *names, size_t n_names, struct buf *pem,
                     struct diag *diag)
{
	(void)folder;
	(void)names;
	(void)n_names;
	(void)pem;
	diag_add(diag, DIAG_ERROR, NULL, "this weft was built without HTTPS");
	return -ENOSYS;
}

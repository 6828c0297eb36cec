/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/owner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "plan/backend.h"
#include "platform/linux/kernel/apply.h"
#include "platform/linux/service/dnsmasq.h"
#include "uci/uci.h"

#define CONFIG_LIMIT (1 << 20)

static char *path_in(const char *root, const char *path)
{
	BUF_AUTO text = { 0 };

	buf_printf(&text, "%s%s", strcmp(root, "/") ? root : "", path);
	return buf_take(&text);
}

bool owner_is_guest(const char *root)
{
	char *path = path_in(root, "/etc/openwrt_release");
	bool found = access(path, F_OK) == 0;

	free(path);
	return found;
}

/* Where dnsmasq's own configuration says; OpenWrt's usual place if it says nothing. */
static char *leases_of_openwrt(const char *root)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	AUTO(uci_free) struct uci_document *document = NULL;
	char *path = path_in(root, "/etc/config/dhcp");
	const char *file = "/tmp/dhcp.leases";
	BUF_AUTO text = { 0 };
	char *leases;

	if (file_read(path, CONFIG_LIMIT, &text) == 0)
		document = uci_parse(path, buf_text(&text), text.length, diag);
	for (const struct uci_section *s = document ? document->sections : NULL; s; s = s->next) {
		const struct uci_option *option = uci_option(s, "leasefile");

		if (strcmp(s->type, "dnsmasq") == 0 && option && option->values->text[0] == '/')
			file = option->values->text;
	}
	leases = path_in(root, file);
	free(path);
	return leases;
}

void owner_init(struct owner *owner, bool guest, const char *root, const char *folder)
{
	BUF_AUTO leases = { 0 };

	owner->guest = guest;
	if (guest) {
		owner->leases = leases_of_openwrt(root);
		return;
	}
	buf_printf(&leases, "%s/" DNSMASQ_LEASES, folder);
	owner->leases = buf_take(&leases);
}

void owner_done(struct owner *owner)
{
	free(owner->leases);
	*owner = (struct owner){ 0 };
}

/* ---- a guest's backend ---- */

static int leave_alone(struct backend *backend, const struct plan *plan, struct diag *diag,
                       struct buf *report, size_t *n_steps)
{
	(void)backend;
	(void)plan;
	(void)diag;
	(void)report;
	*n_steps = 0;
	return 0;
}

static int leave_alone_down(struct backend *backend, struct diag *diag, struct buf *report)
{
	(void)backend;
	(void)diag;
	(void)report;
	return 0;
}

static void guest_free(struct backend *backend)
{
	free(backend);
}

static const struct backend_ops guest_ops = {
	.name = "guest",
	.apply = leave_alone,
	.down = leave_alone_down,
	.free = guest_free,
};

struct backend *owner_backend_new(bool guest, const char *folder)
{
	struct backend *backend;

	if (!guest)
		return kernel_backend_new(folder);
	backend = calloc(1, sizeof(*backend));
	if (!backend)
		abort();
	backend->ops = &guest_ops;
	return backend;
}

int owner_check_settings(const struct owner *owner, struct diag *diag)
{
	if (!owner->guest)
		return 0;
	diag_add(diag, DIAG_ERROR, NULL,
	         "netifd makes this node's network: change /etc/config/lime-node with an editor, "
	         "then run lime-config and lime-apply");
	return -EPERM;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/*
 * The running daemon as methods see it.  The daemon implements it, tests fake it.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;
struct diag;
struct host;
struct mac;
struct request;
struct string_list;

/* Which form of a text is wanted. */
enum host_form {
	HOST_FORM_TEXT,
	HOST_FORM_JSON,
};

/* What is asked about the state that the cloud shares. */
enum host_state {
	HOST_STATE_TABLES,
	HOST_STATE_ROWS,
	HOST_STATE_WATCH, /* as `watch`, for rows of a table */
};

struct host_ops {
	/* One JSON object: docs/status.md. */
	void (*status)(struct host *host, struct buf *json);
	/*
	 * Reads the configuration again and makes it true.  Mistakes and refusals are in `diag`,
	 * what was done, a line each, in `report`.  Unless 0 comes back all is as it was.
	 */
	int (*reload)(struct host *host, struct diag *diag, struct buf *report, size_t *n_steps);
	/*
	 * Takes away all that weft made; the daemon stays, and does nothing until a reload.  Unless
	 * 0 comes back something could not be taken away and is in `diag`; a second call tries
	 * again.
	 */
	int (*down)(struct host *host, struct diag *diag, struct buf *report);
	/* The plan that is in force; -ENOENT while there is none. */
	int (*plan)(struct host *host, enum host_form form, struct buf *out);
	/* What an uplink's DHCP client says, as "NAME=VALUE" texts. */
	int (*uplink_event)(struct host *host, const struct string_list *variables,
	                    struct diag *diag);
	/* Answers `request` when a configuration is applied and all children run. */
	int (*wait)(struct host *host, struct request *request);
	/* From now on what happens is sent to the client of `request`, which is never finished. */
	int (*watch)(struct host *host, struct request *request);
	/* Of a table, and of one key of it; NULL: of all.  docs/state.md has the answers. */
	int (*state)(struct host *host, struct request *request, enum host_state what,
	             const char *table, const char *key);
	/* What is known of gateways: docs/gateways.md.  `asker` may be all zero. */
	void (*gateways)(struct host *host, const struct mac *asker, struct buf *json);
	/* A client, or for all zero the whole node, shall use the gateway of this name, or for NULL
	 * none in particular.  What that leads to is in `json`. */
	int (*choose)(struct host *host, const struct mac *client, const char *gateway,
	              const char *by, struct diag *diag, struct buf *json);
	/* The client of a request that was to be answered later is gone; the request is freed after
	 * this. */
	void (*forget)(struct host *host, struct request *request);
};

struct host {
	const struct host_ops *ops;
};

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
	HOST_STATE_NEIGHBOURS,
	HOST_STATE_WATCH, /* as `watch`, for rows of a table */
	HOST_STATE_NODES, /* of the whole network: docs/network.md */
	HOST_STATE_LINKS,
	HOST_STATE_SHARED, /* a type as LibreMesh's nodes see it */
};

/* What is asked about sessions and passwords: the methods of src/api/methods/session.c. */
enum host_session {
	HOST_SESSION_CHALLENGE,
	HOST_SESSION_LOGIN,
	HOST_SESSION_GET,
	HOST_SESSION_LOGOUT,
	HOST_SESSION_PASSWORD,
};

/* The node's own configuration.  Each appends one JSON value to request->result, or says in
 * request->diag what is wrong. */
struct host_settings_ops {
	int (*get)(struct host *host, struct request *request);
	int (*preview)(struct host *host, struct request *request,
	               const struct string_list *changes);
	int (*apply)(struct host *host, struct request *request, const struct string_list *changes,
	             unsigned confirm_s);
	int (*confirm)(struct host *host, struct request *request, unsigned id);
	int (*history)(struct host *host, struct request *request);
	int (*undo)(struct host *host, struct request *request, unsigned id, unsigned confirm_s);
};

/* What helps a person who stands before a node; each as above. */
struct host_help_ops {
	int (*diagnosis)(struct host *host, struct request *request);
	int (*report)(struct host *host, struct request *request);
	int (*notes)(struct host *host, struct request *request);
	int (*set_notes)(struct host *host, struct request *request, const char *notes);
	int (*clients)(struct host *host, struct request *request);
};

/* What `join` and `start` are told; a member may be NULL. */
struct host_join {
	const char *network, *invite, *secret, *name;
};
struct host_start {
	const char *network_name, *wifi_password, *name, *country;
};

/* A node's first start; each as above. */
struct host_first_ops {
	int (*state)(struct host *host, struct request *request);
	int (*networks)(struct host *host, struct request *request);
	int (*progress)(struct host *host, struct request *request);
	int (*invite)(struct host *host, struct request *request);
	int (*join)(struct host *host, struct request *request, const struct host_join *join);
	int (*start)(struct host *host, struct request *request, const struct host_start *start);
};

struct host_ops {
	const struct host_settings_ops *settings;
	const struct host_help_ops *help;
	const struct host_first_ops *first;
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
	/* Starts the machine again, a moment later. */
	int (*reboot)(struct host *host, struct diag *diag);
	/* The plan that is in force; -ENOENT while there is none. */
	int (*plan)(struct host *host, enum host_form form, struct buf *out);
	/* What an uplink's DHCP client says, as "NAME=VALUE" texts. */
	int (*uplink_event)(struct host *host, const struct string_list *variables,
	                    struct diag *diag);
	/* This node's own links over the last hours, or the one with this key: docs/network.md. */
	void (*link_history)(struct host *host, const char *key, struct buf *json);
	/* What this node sees becomes the reference, in one table or (NULL) in all. */
	int (*set_reference)(struct host *host, const char *table, struct diag *diag,
	                     struct buf *json);
	/* Says that a node is gone for good. */
	int (*forget_node)(struct host *host, const char *hostname, struct diag *diag);
	/* Answers `request` when a configuration is applied and all children run. */
	int (*wait)(struct host *host, struct request *request);
	/* From now on what happens is sent to the client of `request`, which is never finished. */
	int (*watch)(struct host *host, struct request *request);
	/* Of a table, and of one key of it; NULL: of all.  docs/state.md has the answers. */
	int (*state)(struct host *host, struct request *request, enum host_state what,
	             const char *table, const char *key);
	/* Answers like a method. */
	int (*session)(struct host *host, enum host_session what, struct request *request);
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

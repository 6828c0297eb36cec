/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#pragma once

/* Three layers and a schema that fits them. */
#include "../test.h"
#include "base/arena.h"
#include "base/buf.h"
#include "config/config.h"
#include "shape/shape.h"
#include "uci/uci.h"

struct sample_options {
	const char *hostname;
	uint32_t limit;
	struct string_list protocols;
};

struct sample_mesh {
	uint32_t interval;
};

static const struct field sample_fields[] = {
	FIELD_STRING(struct sample_options, hostname, "nameless", "What it is called"),
	FIELD_UINT(struct sample_options, limit, 1, 100, 7, "How many"),
	FIELD_LIST(struct sample_options, protocols, "lan wan", "What it speaks"),
};
static const SHAPE(sample_shape, "sample", "A sample", struct sample_options, sample_fields);

static const struct field mesh_fields[] = {
	FIELD_UINT(struct sample_mesh, interval, 40, 1000, 200, "Milliseconds"),
};
static const SHAPE(mesh_shape, "mesh", "A mesh", struct sample_mesh, mesh_fields);

static const struct config_schema_part sample_parts[] = {
	{ "", &sample_shape },
	{ "mesh_", &mesh_shape },
};

static bool allows_x(const char *option)
{
	return option[0] == 'x';
}

static const struct config_schema sample_schemas[] = {
	{ "lime", "system", sample_parts, 2, allows_x, "The node" },
	{ "net", NULL, sample_parts, 1, NULL, "A device" },
};

#define N_SAMPLE_SCHEMAS ARRAY_LENGTH(sample_schemas)

static inline struct uci_document *sample_layer(const char *name, const char *text)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct uci_document *document = uci_parse(name, text, strlen(text), diag);

	assert_false(diag_has_errors(diag));
	return document;
}

/* Layers named a, b, c, from low to high. */
static inline struct config *sample_config(const char *a, const char *b, const char *c)
{
	struct uci_document *layers[] = { sample_layer("a", a), NULL, sample_layer("b", b),
		                          sample_layer("c", c) };
	struct config *config = config_merge(layers, ARRAY_LENGTH(layers));

	for (size_t i = 0; i < ARRAY_LENGTH(layers); i++)
		uci_free(layers[i]);
	return config;
}

#define SAMPLE_A                                                        \
	"config lime system\n\toption hostname low\n\toption limit 5\n" \
	"\tlist protocols lan\n\tlist protocols mesh\n\nconfig net\n\toption only 1\n"
#define SAMPLE_B \
	"config other system\n\toption hostname middle\n\toption limit ''\n\tlist protocols wan\n"
#define SAMPLE_C "config lime system\n\toption hostname high\nconfig net extra\n"

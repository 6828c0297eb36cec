/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */

/*
 * From the text of the layers to the finished plan of a two-radio board with a
 * switch, again and again:
 *
 *	bench-plan FILE... N    layers from low to high, and how often
 *
 * Prints "NAME VALUE" lines: microseconds a run (median and best), the size of
 * the plan, the resident memory at its peak.  Instructions are counted from
 * outside (plan.py).
 */
#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/file.h"
#include "node/node.h"
#include "uci/uci.h"

#define MAX_LAYERS 4

struct layer {
	const char *name;
	struct buf text;
};

#define PORT(name_, last_)                                                             \
	{                                                                              \
		.name = (name_), .mac = { { 0x94, 0x83, 0xc4, 0x0a, 0x7b, (last_) } }, \
		.dsa_port = true, .mtu_max = 2026                                      \
	}

static const struct fact_link links[] = {
	{ .name = "eth0",
	  .mac = { { 0x94, 0x83, 0xc4, 0x0a, 0x7b, 0x1e } },
	  .dsa_conduit = true,
	  .mtu_max = 2030 },
	PORT("lan1", 0x1e),
	PORT("lan2", 0x1e),
	PORT("lan3", 0x1e),
	PORT("lan4", 0x1e),
	PORT("wan", 0x1f),
};

static const struct fact_radio radios[] = {
	{ "radio0", "phy0", { { 0x94, 0x83, 0xc4, 0x0a, 0x7b, 0x20 } }, BAND_2GHZ },
	{ "radio1", "phy1", { { 0x94, 0x83, 0xc4, 0x0a, 0x7b, 0x21 } }, BAND_5GHZ },
};

static const char *lan_ports[] = { "lan1", "lan2", "lan3", "lan4" };
static const char *wan_ports[] = { "wan" };

static const struct fact_role roles[] = {
	{ "lan", "static", lan_ports, ARRAY_LENGTH(lan_ports), true },
	{ "wan", "dhcp", wan_ports, ARRAY_LENGTH(wan_ports), false },
};

static const struct facts facts = {
	.links = links,
	.n_links = ARRAY_LENGTH(links),
	.radios = radios,
	.n_radios = ARRAY_LENGTH(radios),
	.roles = roles,
	.n_roles = ARRAY_LENGTH(roles),
	.board_name = "vendor,two-radio-dsa",
};

/* How many items the plan has. */
static size_t run(const struct layer *layers, size_t n_layers)
{
	AUTO(diag_free) struct diag *diag = diag_new();
	struct uci_document *documents[MAX_LAYERS];
	struct node_input input = { documents, n_layers, &facts };
	AUTO(node_free) struct node *node = NULL;
	BUF_AUTO mistakes = { 0 };
	size_t n_items = 0;

	for (size_t i = 0; i < n_layers; i++)
		documents[i] = uci_parse(layers[i].name, layers[i].text.text, layers[i].text.length,
		                         diag);
	node = node_new(&input, diag);
	for (size_t i = 0; i < n_layers; i++)
		uci_free(documents[i]);
	diag_print(diag, &mistakes);
	if (!node->plan || mistakes.length) {
		fprintf(stderr, "the layers must give a plan without complaint:\n%s",
		        buf_text(&mistakes));
		exit(1);
	}
	for (const struct plan_item *item = node->plan->items; item; item = item->next)
		n_items++;
	return n_items;
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* getrusage() would tell the peak of who started the program, if that was larger. */
static unsigned long peak_kb(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	unsigned long kb = 0;
	char line[256];

	if (!status)
		return 0;
	while (!kb && fgets(line, sizeof(line), status)) {
		if (strncmp(line, "VmHWM:", 6) == 0)
			kb = strtoul(line + 6, NULL, 10);
	}
	fclose(status);
	return kb;
}

static void measure(const struct layer *layers, size_t n_layers, size_t n_runs)
{
	double *took = calloc(n_runs, sizeof(*took));
	size_t n_items = 0;

	if (!took)
		abort();
	for (size_t i = 0; i < n_runs; i++) {
		double start = now_us();

		n_items = run(layers, n_layers);
		took[i] = now_us() - start;
	}
	qsort(took, n_runs, sizeof(*took), compare);
	printf("items %zu\nmedian_us %.1f\nbest_us %.1f\npeak_kb %lu\n", n_items, took[n_runs / 2],
	       took[0], peak_kb());
	free(took);
}

int main(int argc, char **argv)
{
	struct layer layers[MAX_LAYERS] = { 0 };
	size_t n_layers = (size_t)argc - 2, n_runs;

	if (argc < 3 || n_layers > MAX_LAYERS || !(n_runs = strtoul(argv[argc - 1], NULL, 10))) {
		fprintf(stderr, "usage: bench-plan FILE... N\n");
		return 2;
	}
	for (size_t i = 0; i < n_layers; i++) {
		layers[i].name = argv[i + 1];
		if (file_read(argv[i + 1], UCI_FILE_LIMIT, &layers[i].text) < 0) {
			fprintf(stderr, "cannot read %s\n", argv[i + 1]);
			return 1;
		}
	}
	measure(layers, n_layers, n_runs);
	for (size_t i = 0; i < n_layers; i++)
		buf_done(&layers[i].text);
	return 0;
}

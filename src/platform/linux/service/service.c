/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "platform/linux/service/service.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "net/names.h"

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
#define PATH_LETTERS NAME_LETTERS "/"
#define PATH_MAX     4096
#define DOMAIN_MAX   253

struct child_spec *service_spec(struct service_work *work, const char *name, const char *package)
{
	struct child_spec *spec;

	if (work->n_specs == SERVICES_MAX) {
		diag_add(work->diag, DIAG_ERROR, NULL,
		         "%s: more than %d programs are not supervised", name, SERVICES_MAX);
		return NULL;
	}
	spec = &work->specs[work->n_specs++];
	spec->name = arena_strdup(work->arena, name);
	spec->package = package;
	return spec;
}

struct child_file *service_file(struct service_work *work, struct child_spec *spec,
                                const char *name, enum child_change change, struct buf *content)
{
	struct child_file *file = &spec->files[spec->n_files++];

	file->name = arena_strdup(work->arena, name);
	file->change = change;
	file->content = arena_strdup(work->arena, buf_text(content));
	return file;
}

const char *const *service_argv(struct service_work *work, ...)
{
	const char **argv = arena_array_of(work->arena, const char *, 16);
	const char *word;
	va_list words;
	size_t n = 0;

	va_start(words, work);
	while (n < 15 && (word = va_arg(words, const char *)))
		argv[n++] = arena_strdup(work->arena, word);
	va_end(words);
	return argv;
}

const char *service_path(const struct service_work *work, const char *name)
{
	return arena_printf(work->arena, "%s/%s", work->context->folder, name);
}

static bool is_made_of(const char *text, const char *letters, size_t max)
{
	size_t length = text ? strlen(text) : 0;

	return length > 0 && length <= max && strspn(text, letters) == length;
}

static const char *refuse(struct service_work *work, const struct plan_item *item, const char *text,
                          const char *what)
{
	diag_add(work->diag, DIAG_ERROR, &item->because, "%s %s: '%s' is not %s",
	         plan_kinds[item->kind].name, item->name, text ? text : "", what);
	return "";
}

const char *service_ifname(struct service_work *work, const struct plan_item *item,
                           const char *text)
{
	if (text && !name_device_fault(text))
		return text;
	return refuse(work, item, text, "the name of an interface that a program can be told");
}

const char *service_domain(struct service_work *work, const struct plan_item *item,
                           const char *text)
{
	if (is_made_of(text, NAME_LETTERS, DOMAIN_MAX) && text[0] != '.' && text[0] != '-')
		return text;
	return refuse(work, item, text, "a name that can stand in the DNS");
}

const char *service_word(struct service_work *work, const struct plan_item *item, const char *text,
                         const char *const *words)
{
	BUF_AUTO known = { 0 };

	for (size_t i = 0; words[i]; i++) {
		if (text && strcmp(text, words[i]) == 0)
			return text;
		buf_printf(&known, "%s%s", i ? ", " : "one of ", words[i]);
	}
	return refuse(work, item, text, buf_text(&known));
}

/* To supervise another program, add its function here. */
static void (*const services[])(struct service_work *work) = {
	babeld_add,
	dnsmasq_add,
	dhcpcd_add,
};

bool services_folder_fits(const char *folder)
{
	return is_made_of(folder, PATH_LETTERS, PATH_MAX);
}

int services_of_plan(const struct plan *plan, const struct services_context *context,
                     struct arena *arena, struct child_spec **specs, size_t *n_specs,
                     struct diag *diag)
{
	struct service_work work = {
		.plan = plan,
		.context = context,
		.arena = arena,
		.diag = diag,
		.specs = arena_array_of(arena, struct child_spec, SERVICES_MAX),
	};
	size_t errors = diag_count(diag, DIAG_ERROR);

	if (!services_folder_fits(context->folder))
		diag_add(diag, DIAG_ERROR, NULL,
		         "the run folder '%s' has letters that programs cannot be told",
		         context->folder);
	for (size_t i = 0; i < ARRAY_LENGTH(services); i++)
		services[i](&work);
	if (diag_count(diag, DIAG_ERROR) > errors)
		return -EINVAL;
	*specs = work.specs;
	*n_specs = work.n_specs;
	return 0;
}

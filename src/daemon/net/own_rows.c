/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/own_rows.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "daemon/clock.h"
#include "daemon/log.h"
#include "state/row.h"
#include "state/table.h"
#include "state/value.h"

#define FILE_MAX (256U * 1024)

struct own {
	const struct state_table *table;
	char key[ROW_KEY_MAX + 1];
	uint8_t *value;
	size_t size;
	bool kept;
};

struct own_rows {
	void (*send)(void *data, const struct net_message *message);
	void *data;
	char *file;
	struct event *due;  /* to write the file */
	int64_t written_ms; /* INT64_MIN / 2: never */
	bool dirty;
	struct own *rows;
	size_t n_rows;
};

static struct own *find(const struct own_rows *rows, const struct state_table *table,
                        const char *key)
{
	for (size_t i = 0; i < rows->n_rows; i++) {
		if (rows->rows[i].table == table && !strcmp(rows->rows[i].key, key))
			return &rows->rows[i];
	}
	return NULL;
}

/* --- to net --- */

static void tell(const struct own_rows *rows, const struct state_table *table, const char *key,
                 const uint8_t *value, size_t size)
{
	_Alignas(struct net_row) char body[sizeof(struct net_row) + ROW_VALUE_MAX];
	struct net_row *row = (struct net_row *)(void *)body;

	memset(row, 0, sizeof(*row));
	row->table = table->id;
	row->withdrawn = !value;
	memcpy(row->key, key, strlen(key) + 1);
	if (value)
		memcpy(row->value, value, size);
	rows->send(rows->data, &(struct net_message){ .kind = NET_ROW,
	                                              .body = body,
	                                              .size = sizeof(*row) + (value ? size : 0) });
}

void own_rows_repeat(const struct own_rows *rows)
{
	for (size_t i = 0; i < rows->n_rows; i++) {
		const struct own *own = &rows->rows[i];

		tell(rows, own->table, own->key, own->value, own->size);
	}
}

/* --- the file: a line each, TABLE KEY VALUE, the value in hex --- */

static void print_kept(const struct own_rows *rows, struct buf *out)
{
	for (size_t i = 0; i < rows->n_rows; i++) {
		const struct own *own = &rows->rows[i];

		if (!own->kept)
			continue;
		buf_printf(out, "%s %s ", own->table->name, own->key);
		for (size_t j = 0; j < own->size; j++)
			buf_printf(out, "%02x", own->value[j]);
		buf_add(out, "-\n");
	}
}

static void write_file(struct own_rows *rows)
{
	BUF_AUTO text = { 0 };
	int r;

	print_kept(rows, &text);
	r = file_update(rows->file, buf_text(&text), text.length, 0600, NULL);
	if (r < 0)
		log_line(LOG_PRIORITY_ERROR, "cannot write %s: %s", rows->file, strerror(-r));
	rows->written_ms = clock_ms();
	rows->dirty = false;
}

static void on_due(int fd, short what, void *data)
{
	(void)fd;
	(void)what;
	write_file(data);
}

static void write_later(struct own_rows *rows)
{
	int64_t wait = rows->written_ms + OWN_ROWS_WRITE_S * INT64_C(1000) - clock_ms();
	struct timeval delay = { OWN_ROWS_SETTLE_S, 0 };

	if (rows->dirty)
		return;
	rows->dirty = true;
	if (wait > OWN_ROWS_SETTLE_S * INT64_C(1000))
		delay.tv_sec = (time_t)(wait / 1000);
	event_add(rows->due, &delay);
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Bytes of hex up to a '-'; false for anything else. */
static bool read_hex(const char *text, uint8_t value[ROW_VALUE_MAX], size_t *size)
{
	for (*size = 0; *text && *text != '-'; text += 2) {
		int high = digit_of(text[0]), low = high < 0 ? -1 : digit_of(text[1]);

		if (low < 0 || *size == ROW_VALUE_MAX)
			return false;
		value[(*size)++] = (uint8_t)(high << 4 | low);
	}
	return *text == '-';
}

static bool is_allowed(const struct state_table *table, const char *key, const uint8_t *value,
                       size_t size)
{
	return table->shape && *key && strlen(key) <= ROW_KEY_MAX &&
	       (!table->key_check || table->key_check(key)) && size <= table->max_value &&
	       value_read(table->shape, value, size, NULL, NULL) == 0;
}

static struct own *append(struct own_rows *rows, const struct state_table *table, const char *key)
{
	struct own *own = &rows->rows[rows->n_rows++];

	*own = (struct own){ .table = table };
	memcpy(own->key, key, strlen(key) + 1);
	return own;
}

static void set(struct own *own, const uint8_t *value, size_t size)
{
	free(own->value);
	own->value = malloc(size + 1);
	assert(own->value);
	if (size)
		memcpy(own->value, value, size);
	own->size = size;
}

static bool read_line(struct own_rows *rows, char *line)
{
	char *rest = NULL;
	const char *name = strtok_r(line, " ", &rest), *key = strtok_r(NULL, " ", &rest),
		   *hex = strtok_r(NULL, " ", &rest);
	const struct state_table *table = name ? state_table_find(name) : NULL;
	uint8_t value[ROW_VALUE_MAX];
	struct own *own;
	size_t size;

	if (!table || !hex || rows->n_rows == OWN_ROWS_MAX || !read_hex(hex, value, &size) ||
	    !is_allowed(table, key, value, size) || find(rows, table, key))
		return false;
	own = append(rows, table, key);
	own->kept = true;
	set(own, value, size);
	return true;
}

static void read_file(struct own_rows *rows)
{
	BUF_AUTO text = { 0 };
	char *line, *rest = NULL;
	unsigned n = 0;
	int r = file_read(rows->file, FILE_MAX, &text);

	if (r == -ENOENT || (r == 0 && !text.length))
		return;
	if (r < 0) {
		log_line(LOG_PRIORITY_ERROR, "cannot read %s: %s", rows->file, strerror(-r));
		return;
	}
	for (line = strtok_r(text.text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		n++;
		if (!read_line(rows, line))
			log_line(LOG_PRIORITY_WARNING, "%s:%u: no row of a table; left out",
			         rows->file, n);
	}
}

/* --- rows --- */

void own_rows_say(struct own_rows *rows, const struct state_table *table, const char *key,
                  const uint8_t *value, size_t size)
{
	struct own *own = find(rows, table, key);

	assert(value && strlen(key) <= ROW_KEY_MAX && size <= ROW_VALUE_MAX);
	if (own && own->size == size && (!size || !memcmp(own->value, value, size)))
		return;
	if (!own && rows->n_rows == OWN_ROWS_MAX)
		return;
	if (!own)
		own = append(rows, table, key);
	set(own, value, size);
	tell(rows, table, key, own->value, size);
	if (own->kept)
		write_later(rows);
}

int own_rows_put(struct own_rows *rows, const struct state_table *table, const char *key,
                 const void *object)
{
	uint8_t value[ROW_VALUE_MAX];
	size_t size;
	int r = value_write(table->shape, object, value, &size);

	if (r < 0)
		return r;
	if (size > table->max_value)
		return -E2BIG;
	if (!is_allowed(table, key, value, size))
		return -EINVAL;
	own_rows_say(rows, table, key, value, size);
	return find(rows, table, key) ? 0 : -ENOSPC;
}

int own_rows_keep(struct own_rows *rows, const struct state_table *table, const char *key,
                  const void *object)
{
	int r = own_rows_put(rows, table, key, object);
	struct own *own = r == 0 ? find(rows, table, key) : NULL;

	if (own && !own->kept) {
		own->kept = true;
		write_later(rows);
	}
	return r;
}

void own_rows_withdraw(struct own_rows *rows, const struct state_table *table, const char *key)
{
	struct own *own = find(rows, table, key);
	bool kept = own && own->kept;

	if (!own)
		return;
	tell(rows, table, own->key, NULL, 0);
	free(own->value);
	*own = rows->rows[--rows->n_rows];
	if (kept)
		write_later(rows);
}

bool own_rows_next(const struct own_rows *rows, const struct state_table *table, size_t *at,
                   struct own_row *row)
{
	for (; *at < rows->n_rows; ++*at) {
		const struct own *own = &rows->rows[*at];

		if (own->table != table)
			continue;
		*row = (struct own_row){ own->key, own->value, own->size };
		++*at;
		return true;
	}
	return false;
}

struct own_rows *own_rows_new(struct event_base *base, const char *file,
                              void (*send)(void *data, const struct net_message *message),
                              void *data)
{
	struct own_rows *rows = calloc(1, sizeof(*rows));

	assert(rows);
	rows->send = send;
	rows->data = data;
	rows->file = strdup(file);
	rows->rows = calloc(OWN_ROWS_MAX, sizeof(*rows->rows));
	rows->due = event_new(base, -1, 0, on_due, rows);
	rows->written_ms = INT64_MIN / 2;
	assert(rows->file && rows->rows && rows->due);
	read_file(rows);
	return rows;
}

void own_rows_free(struct own_rows *rows)
{
	if (!rows)
		return;
	if (rows->dirty)
		write_file(rows);
	for (size_t i = 0; i < rows->n_rows; i++)
		free(rows->rows[i].value);
	event_free(rows->due);
	free(rows->rows);
	free(rows->file);
	free(rows);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include "daemon/net/gzip.h"

#include <assert.h>
#include <zlib.h>

#include "base/buf.h"

#define CHUNK  4096
#define WINDOW (15 + 16) /* zlib: 32 KB, with gzip's head */
#define MEMORY 8

static void set_input(z_stream *stream, const void *bytes, size_t size)
{
	union {
		const void *in;
		Bytef *out;
	} input = { .in = bytes };

	stream->next_in = input.out;
	stream->avail_in = (uInt)size;
}

/* `step` is inflate() or deflate(), which take and give what there is. */
static bool run(z_stream *stream, int (*step)(z_stream *, int), size_t limit, struct buf *out)
{
	unsigned char chunk[CHUNK];
	size_t from = out->length;
	int r;

	do {
		stream->next_out = chunk;
		stream->avail_out = sizeof(chunk);
		r = step(stream, Z_FINISH);
		/* Z_BUF_ERROR: it wants more room, or more bytes, which there are not. */
		if ((r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR) ||
		    (r != Z_STREAM_END && stream->avail_out == sizeof(chunk)) ||
		    out->length - from + sizeof(chunk) - stream->avail_out > limit)
			return false;
		buf_add_bytes(out, chunk, sizeof(chunk) - stream->avail_out);
	} while (r != Z_STREAM_END);
	return true;
}

bool gzip_unzip(const void *bytes, size_t size, size_t limit, struct buf *out)
{
	z_stream stream = { 0 };
	bool good;

	if (inflateInit2(&stream, WINDOW) != Z_OK)
		return false;
	set_input(&stream, bytes, size);
	good = run(&stream, inflate, limit, out);
	(void)inflateEnd(&stream);
	return good;
}

bool gzip_zip(const void *bytes, size_t size, size_t limit, struct buf *out)
{
	z_stream stream = { 0 };
	bool good;

	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW, MEMORY,
	                 Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	set_input(&stream, bytes, size);
	good = run(&stream, deflate, limit, out);
	(void)deflateEnd(&stream);
	return good;
}

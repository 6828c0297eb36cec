/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SPDX-FileCopyrightText: weft contributors */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "main/ask.h"
#include "main/command.h"

#define LINE_SIZE 512

static int run_password(const struct command_context *context, int argc, char **argv);

extern const struct command command_password;
const struct command command_password = {
	.name = "password",
	.args = "node|community",
	.doc = "Sets the password that opens this node's page, or all nodes' of the community",
	.help = "It is asked for twice on a terminal, else read from the first line of the input.\n"
		"10 to 128 bytes.  It ends the sessions of all who are logged in.\n",
	.run = run_password,
};

/* A line without its end; false if there is none, or more than anybody types. */
static bool read_line(char line[LINE_SIZE])
{
	char *end;

	if (!fgets(line, LINE_SIZE, stdin))
		return false;
	end = strchr(line, '\n');
	if (!end)
		return feof(stdin);
	*end = '\0';
	return true;
}

static bool read_hidden(const char *prompt, char line[LINE_SIZE])
{
	struct termios was, silent;
	bool good;

	if (tcgetattr(STDIN_FILENO, &was) < 0)
		return read_line(line);
	fprintf(stderr, "%s: ", prompt);
	silent = was;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	good = read_line(line);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	fputc('\n', stderr);
	return good;
}

static int read_password(char line[LINE_SIZE])
{
	char again[LINE_SIZE];
	bool same;

	if (!read_hidden("The new password", line)) {
		fprintf(stderr, "weft: no password was said\n");
		return EXIT_STATUS_FAILED;
	}
	if (!isatty(STDIN_FILENO))
		return EXIT_STATUS_OK;
	same = read_hidden("Again", again) && !strcmp(line, again);
	explicit_bzero(again, sizeof(again));
	if (same)
		return EXIT_STATUS_OK;
	fprintf(stderr, "weft: these are two different ones; nothing was changed\n");
	return EXIT_STATUS_FAILED;
}

static int run_password(const struct command_context *context, int argc, char **argv)
{
	struct ask ask = { .method = "password_set" };
	struct json_object *params;
	char line[LINE_SIZE] = "";
	int status;

	if (argc != 2 || (strcmp(argv[1], "node") != 0 && strcmp(argv[1], "community") != 0))
		return command_usage(&command_password, "the node's, or the community's?");
	status = read_password(line);
	if (status == EXIT_STATUS_OK) {
		params = json_object_new_object();
		json_object_object_add(params, "which", json_object_new_string(argv[1]));
		json_object_object_add(params, "password", json_object_new_string(line));
		ask.params = json_object_to_json_string(params);
		status = ask_daemon(context, &ask);
		json_object_put(params);
	}
	explicit_bzero(line, sizeof(line));
	return status;
}

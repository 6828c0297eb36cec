# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
# Everything here sets up what it needs by itself; see CONTRIBUTING.md.

.PHONY: all api demo check bench fuzz deb format setup clean

all: setup
	@test -d build || meson setup build -Db_sanitize=address,undefined -Dwerror=true
	ninja -C build

demo: setup
	@tools/web
	@lab/demo

api: setup
	@test -d build || meson setup build -Db_sanitize=address,undefined -Dwerror=true
	ninja -C build api

check: setup
	@tools/check

bench: setup
	@tests/bench/run

fuzz: setup
	@tools/fuzz

deb: setup
	@tools/deb

format:
	clang-format -i $$(git ls-files 'src/*.[ch]' 'tests/*.[ch]' 'lab/*.c' 'image/*.c')

setup:
	@tools/setup

clean:
	rm -rf build build-*

# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
# Completion for bash: weft itself knows what could come next.

_weft() {
	# A word ends for bash at "=": what is before it is not to be repeated.
	local line="${COMP_LINE:0:COMP_POINT}" words
	read -ra words <<<"$line"
	[[ $line == *[[:space:]] ]] && words+=("")
	mapfile -t COMPREPLY < <(weft complete -- "${words[@]:1}" 2>/dev/null)
	[[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
	[[ ${#COMPREPLY[@]} -eq 0 ]] && compopt -o default
}
complete -F _weft weft

#!/bin/sh
# Stands in for Docker in tests: notes beside itself what it is asked for, and fails where a file there says so.
here=$(dirname "$0")
for argument in "$@"; do
    printf '%s ' "$argument" >>"$here/asked"
done
echo >>"$here/asked"
if [ "$1" = login ]; then
    cat >"$here/password"
fi
if [ -f "$here/fail-$1" ]; then
    cat "$here/fail-$1" "$here/password" >&2
    exit 1
fi

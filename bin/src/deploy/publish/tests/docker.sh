#!/bin/sh
# Stands in for Docker in tests: notes beside itself what it is asked for, says what a file there has for it, and fails where one says so.
here=$(dirname "$0")
for argument in "$@"; do
    printf '%s ' "$argument" >>"$here/asked"
done
echo >>"$here/asked"
# Logins are kept in its settings, those of the user where it is told of no others.
settings=${DOCKER_CONFIG:-$here/home}
if [ "$1" = login ]; then
    cat >"$here/password"
fi
if [ -f "$here/sandboxed" ] && [ "$settings" != "$here/home" ]; then
    echo "permission denied" >&2
    exit 1
fi
if [ "$1" = login ]; then
    cp "$here/password" "$settings/login"
fi
if [ "$1" = push ] && [ ! -f "$settings/login" ]; then
    echo "no basic auth credentials" >&2
    exit 1
fi
if [ "$1" = build ] && [ "$settings" != "$here/home" ]; then
    echo "no builders are known" >&2
    exit 1
fi
if [ -f "$here/fail-$1" ]; then
    cat "$here/fail-$1" "$here/password" >&2
    exit 1
fi
if [ -f "$here/say-$1" ]; then
    cat "$here/say-$1" >&2
fi
# What it builds stays in a container, unless it is told to bring it along.
if [ -f "$here/elsewhere" ] && [ "$1" = image ] && ! grep -q -e '--load' "$here/asked"; then
    echo "no such image" >&2
    exit 1
fi

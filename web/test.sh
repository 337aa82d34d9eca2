#!/bin/sh
# Runs the unit tests of the web client's pure parts with Node's own test runner. Takes seconds; needs no browser.
set -eu
cd "$(dirname "$0")"
export NODE_PATH="${NODE_PATH:-/usr/share/nodejs}"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT INT TERM
esbuild tests/*.test.ts --bundle --platform=node --target=node18 --format=cjs --outdir="$out" --sourcemap=inline --log-level=warning
node --enable-source-maps --test "$out"/*.test.js

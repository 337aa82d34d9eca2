#!/bin/sh
# Bundles the gallery into a folder. usage: web/tests/miniapp-gallery/build.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export NODE_PATH="${NODE_PATH:-/usr/share/nodejs}"
mkdir -p "$1"
esbuild "$here/main.ts" --bundle --outfile="$1/app.js" --target=es2021 --jsx=automatic --format=iife --charset=utf8 \
    --log-level=warning '--define:process.env.NODE_ENV="development"'
cp "$here/index.html" "$1/"

#!/bin/sh
# Type-checks and bundles the web client into web/dist. Needs Debian's node-react, node-react-dom, node-qrcode-generator, node-typescript and esbuild.
# usage: web/build.sh [--dev]     --dev: readable output with a source map, no type check
set -eu
cd "$(dirname "$0")"

for tool in tsc esbuild; do
    command -v "$tool" >/dev/null 2>&1 || {
        echo "web/build.sh: $tool is missing. Run scripts/setup, or: apt-get install node-react node-react-dom node-qrcode-generator node-typescript esbuild" >&2
        exit 1
    }
done

# React comes from Debian's packages; there is no node_modules folder.
export NODE_PATH="${NODE_PATH:-/usr/share/nodejs}"

if [ "${1:-}" = "--dev" ]; then
    mode="--sourcemap --define:process.env.NODE_ENV=\"development\""
else
    tsc --noEmit -p tsconfig.json
    mode="--minify --define:process.env.NODE_ENV=\"production\""
fi

# Built in a folder of its own and moved file by file, so that a running server never serves half a file.
out=dist/.new
rm -rf "$out"
mkdir -p "$out"
# shellcheck disable=SC2086
esbuild src/main.tsx --bundle --outfile="$out/app.js" --target=es2021 --jsx=automatic --format=iife \
    --charset=utf8 --legal-comments=none --log-level=warning $mode
cp src/index.html src/icon.svg "$out/"
for file in "$out"/*; do
    mv -f "$file" dist/
done
rmdir "$out"
[ "${1:-}" = "--dev" ] || rm -f dist/*.map

#!/usr/bin/env bash
# The package as others get it: packed, linted, and installed from the registry into empty folders by npm, pnpm and yarn; each then
# begins a project, checks it and builds it. Needs a network.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" >/dev/null
tarball=$(echo "$folder"/sluice-*.tgz)

npx --yes publint@0.3 run "$tarball" --strict
# Node 20.19 and newer require() an ES module; node10's resolution knows no exports.
npx --yes @arethetypeswrong/cli@0.18 --profile esm-only --format ascii "$tarball"

mkdir "$folder/small" && cd "$folder/small"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "$tarball"
megabytes=$(du -sm node_modules | cut -f1)
echo "installed: $megabytes MB"
[ "$megabytes" -lt 40 ]

# What each is called with (CI freezes the lock file of pnpm and yarn, which `init` has just added to): in an empty folder, and in one of the other kind of modules.
projects() {
  local name=$1 install=$2 run=$3 type
  shift 3
  for type in "$@"; do
    mkdir "$folder/$name-$type" && cd "$folder/$name-$type"
    echo "{\"name\":\"shed\",\"private\":true,\"type\":\"$type\"}" >package.json
    # A folder of its own, not a part of something above it.
    [ "$name" != yarn ] || { touch yarn.lock; echo "nodeLinker: node-modules" >.yarnrc.yml; }
    $install "sluice@file:$tarball"
    $run sluice init --name shed --template garden --board esp32-devkit
    $install
    $run tsc
    $run sluice build
    [ -s shed-1.0.0.app ]
    grep -q "$name" .github/workflows/firmware.yml
  done
}
npm_install() { npm install --silent --no-audit --no-fund "$@"; }
npm_run() { npm exec --offline -- "$@"; }
pnpm_install() { if [ $# -gt 0 ]; then npx --yes pnpm@10 add --silent "$@"; else npx --yes pnpm@10 install --silent --no-frozen-lockfile; fi; }
pnpm_run() { npx --yes pnpm@10 exec "$@"; }
yarn_install() { if [ $# -gt 0 ]; then yarn4 add "$@"; else yarn4 install; fi; }
yarn_run() { yarn4 exec "$@"; }
yarn4() { YARN_ENABLE_IMMUTABLE_INSTALLS=0 npx --yes --package @yarnpkg/cli-dist@4 -- yarn "$@"; }
projects npm npm_install npm_run commonjs module
projects pnpm pnpm_install pnpm_run module
projects yarn yarn_install yarn_run commonjs
echo "npm, pnpm and yarn: well"

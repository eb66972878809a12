#!/usr/bin/env bash
# Builds Moddable's XS engine from the C sources in npm's @agoric/xsnap, once, into a cache of its own outside the
# checkout, and prints the engine's path. Needs make and a C compiler; the package has scripts that `npm install` must
# not run here or anywhere else, which is why it is no dependency.
set -euo pipefail

version=0.15.0
integrity=sha512-ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==
cache="${XDG_CACHE_HOME:-$HOME/.cache}/sluice/xsnap-$version"
case "$(uname -s)" in
  Linux) platform=lin ;;
  Darwin) platform=mac ;;
  *) echo "@agoric/xsnap knows Linux and macOS only" >&2; exit 1 ;;
esac
engine="$cache/package/xsnap-native/xsnap/build/bin/$platform/release/xsnap-worker"

if [ ! -x "$engine" ]; then
  for tool in make cc tar; do
    command -v "$tool" >/dev/null || { echo "no $tool here, so XS cannot be built" >&2; exit 1; }
  done
  mkdir -p "$(dirname "$cache")"
  work=$(mktemp -d "$cache.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  # In the folder that it is for, so that no workspace around it has a say.
  (cd "$work" && npm pack --silent "@agoric/xsnap@$version" >/dev/null)
  tarball="$work/agoric-xsnap-$version.tgz"
  found=$(node -p '"sha512-" + require("crypto").createHash("sha512").update(require("fs").readFileSync(process.argv[1])).digest("base64")' "$tarball")
  [ "$found" = "$integrity" ] || { echo "@agoric/xsnap $version is not what it was" >&2; exit 1; }
  tar -xzf "$tarball" -C "$work"
  rm "$tarball"
  if ! (cd "$work/package" && env $(cat build.env) node src/build.js) >"$work/build.log" 2>&1; then
    tail -20 "$work/build.log" >&2
    exit 1
  fi
  # Two may build at once: what the first one left stays.
  [ -x "$engine" ] || { rm -rf "$cache" && mv "$work" "$cache"; }
fi
printf '%s\n' "$engine"

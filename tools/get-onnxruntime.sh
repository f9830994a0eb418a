#!/usr/bin/env bash
# Fetches ONNX Runtime for Linux x64 from npm and keeps its library where MlHub looks for it; where it is there already, nothing is
# fetched. Its licence is MIT: https://github.com/microsoft/onnxruntime.
set -euo pipefail

version=1.30.0
digest=ffb75a925ba05e47b235bb66e3e3911714a80b328a9c9425539feb204aa32a23
inside=package/bin/napi-v6/linux/x64/libonnxruntime.so.1
folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/mlhub/onnxruntime/$version}
library=$folder/libonnxruntime.so.1

is_right() { echo "$digest  $1" | sha256sum --check --status 2>/dev/null; }

if [ "$(uname -sm)" != 'Linux x86_64' ]; then
  echo "There is no ONNX Runtime for $(uname -sm) here; MlHub serves models on Linux x64." >&2
  exit 1
fi

if ! is_right "$library"; then
  mkdir -p "$folder"
  work=$(mktemp -d "$folder/fetching.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  echo "Fetching ONNX Runtime $version (113 MB) ..."
  (cd "$work" && npm pack "onnxruntime-node@$version" --silent >/dev/null)
  tar -xzf "$work/onnxruntime-node-$version.tgz" -C "$work" --occurrence=1 "$inside"
  is_right "$work/$inside" || { echo "What npm sent for onnxruntime-node@$version is not what it should be; nothing was kept." >&2; exit 1; }
  mv "$work/$inside" "$library"
fi
echo "$library"

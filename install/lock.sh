#!/usr/bin/env bash
# Pin every dependency again, for all supported systems and Pythons at once. Needs uv and a package index.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate "$@"
}
compile pyproject.toml --group build --upgrade -o install/lock/runtime.txt

# torch, and what it brings for NVIDIA's cards, is for the card at hand: which of its builds, a machine's own set-up says.
engine=(--extra ltx --no-emit-package torch)
for name in $(compile pyproject.toml --extra ltx -c install/lock/runtime.txt --upgrade \
    | grep -oE '^(cuda|nvidia|triton)[a-z0-9-]*' | sort -u); do
    engine+=(--no-emit-package "$name")
done
compile pyproject.toml "${engine[@]}" -c install/lock/runtime.txt --upgrade -o install/lock/ltx.txt
compile pyproject.toml "${engine[@]}" --group dev -c install/lock/ltx.txt --upgrade -o install/lock/dev.txt
pin="# $(grep -oE 'torch==[0-9.]+' pyproject.toml)"
for lock in ltx dev; do
    printf '%s\n%s\n' "$pin" "$(grep -v '^#' install/lock/$lock.txt)" >install/lock/$lock.txt
done

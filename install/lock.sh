#!/usr/bin/env bash
# Pin every dependency again, for all supported systems and Pythons at once. Needs uv and a package index.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() {
    uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate "$@"
}
compile pyproject.toml --group build --upgrade -o install/lock/runtime.txt
compile pyproject.toml --group dev -c install/lock/runtime.txt --upgrade -o install/lock/dev.txt

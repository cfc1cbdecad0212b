#!/usr/bin/env bash
# Renews the lock files: hashes for all platforms, no addresses. Needs `uv`; run by `make lock`.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-uv}
lock() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --no-header --no-annotate "$@"
}
lock pyproject.toml requirements/run.in -o requirements/run.txt
for extra in test lint bench; do
  lock pyproject.toml requirements/run.in "requirements/$extra.in" --extra "$extra" -o "requirements/$extra.txt"
done
if grep -nE 'https?://|^--(index|extra|find)' requirements/*.txt; then
  echo "a lock file carries an address" >&2
  exit 1
fi

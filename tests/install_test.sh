#!/usr/bin/env bash
# install_test.sh BUILD - the installed program works from wherever it was moved to, without the source tree, and the
# installed library can be used by a project that has never heard of this one.
set -euo pipefail
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'install_test: %s\n' "$*" >&2; exit 1; }

cmake --install "$build" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/moved"
unset DOSSIER_KNOWLEDGE
export XDG_CACHE_HOME=$work/cache
line='{"id":"1","text":"Ada Lovell is the chief executive of Open Harbor Foundation since 2019."}'

cd "$work"
"$work/moved/bin/dossier" --version | grep -q '^dossier [0-9]' || fail "no version"
expected=$("$build/dossier" extract --jsonl <<<"$line")
actual=$("$work/moved/bin/dossier" extract --jsonl <<<"$line")
[ "$expected" = "$actual" ] || fail "the installed program says something else: $actual"
# The knowledge beside the program is the one it uses: without it, it says which folder is missing.
mv "$work/moved/share/dossier/grammars/types.tsv" "$work/types.tsv"
if "$work/moved/bin/dossier" extract --jsonl <<<"$line" >"$work/out" 2>"$work/err"; then
  fail "the installed program does not use the installed knowledge"
fi
mv "$work/types.tsv" "$work/moved/share/dossier/grammars/types.tsv"

mkdir "$work/user"
cat >"$work/user/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(user LANGUAGES C CXX)
find_package(dossier 0.1 REQUIRED)
add_executable(user user.cpp)
target_link_libraries(user PRIVATE dossier::dossier)
target_compile_definitions(user PRIVATE KNOWLEDGE="${dossier_KNOWLEDGE}")
END
cat >"$work/user/user.cpp" <<'END'
#include <cstdio>

#include "pipeline/extract.h"
#include "pipeline/ingest.h"
#include "pipeline/knowledge.h"
#include "pipeline/results.h"

int main() {
  const dossier::Knowledge knowledge = dossier::Knowledge::load({.folders = {KNOWLEDGE}});
  dossier::Source source;
  source.bytes = "Ada Lovell is the chief executive of Open Harbor Foundation since 2019.";
  const dossier::Document document = dossier::ingest(source, knowledge);
  dossier::Extractor extractor(knowledge);
  const auto result = dossier::summarize(source, document, extractor.extract(document), knowledge);
  std::puts(dossier::protocol_line(result, "1").c_str());
}
END
cmake -S "$work/user" -B "$work/user/build" -DCMAKE_PREFIX_PATH="$work/moved" -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$work/user/build" >/dev/null
[ "$("$work/user/build/user")" = "$expected" ] || fail "the library says something else than the program"
echo "install_test: passed"

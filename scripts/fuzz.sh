#!/bin/sh
# Runs every fuzz target of the module for the given time each.
set -eu
time=$1
out=$(mktemp)
trap 'rm -f "$out"' EXIT
for dir in $(git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | xargs -n1 dirname | sort -u); do
	for target in $(grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/^func //' | sort -u); do
		echo "-- $dir $target"
		go test "./$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$time" >"$out" 2>&1 || {
			cat "$out"
			exit 1
		}
	done
done

#!/bin/sh
# Runs every fuzz target of the module for the given time each, as many at once as
# there are processors, one worker each. A package is built once for all its targets.
set -eu
time=$1
jobs=${2:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cache=$(go env GOCACHE)/fuzz/rekey

for dir in $(git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | xargs -n1 dirname | sort -u); do
	bin=$out/$(echo "$dir" | tr / _).test
	go test -c -fuzz=. -o "$bin" "./$dir"
	for target in $(grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | sed 's/^func //' | sort -u); do
		echo "$dir $target $bin"
	done
done >"$out/targets"

# A target that fails prints what it found; the others still get their time. Go
# calls it a failure, too, when the time ends while a worker is being asked
# (go.dev/issue/75804, mended in Go 1.27): that is no finding, and the target runs once more.
# On a busy machine the time may end before the seeds are through; then it gets more.
export time out cache
xargs -P "$jobs" -L 1 sh -c '
	log="$out/$(echo "$0-$1" | tr / _)"
	run() {
		(cd "$0" && "$2" -test.run "^\$" -test.fuzz "^$1\$" -test.fuzztime "$3" -test.fuzzminimizetime 1x \
			-test.parallel 1 -test.fuzzcachedir "$cache/$0") >"$log" 2>&1
	}
	execs=
	for t in "$time" "$time" 30s 60s; do
		if run "$@" "$t"; then
			execs=$(grep -oE "execs: [0-9]*[1-9][0-9]*" "$log" | tail -1)
			test "$execs" && break
			execs="nothing beyond its seeds"
		elif ! grep -q "context deadline exceeded" "$log" || grep -q "Failing input" "$log"; then
			execs=
			break
		fi
	done
	test "$execs" || { echo "-- $0 $1: FAILED"; cat "$log"; exit 1; }
	echo "-- $0 $1: $execs"' <"$out/targets"

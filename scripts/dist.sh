#!/bin/sh
# Builds rekey for every system it runs on, into dist/, each one file that needs
# nothing beside it, with a list of their SHA-256 sums. Takes the version to put into
# the names. The same source and the same Go give the same bytes.
set -eu
version=$1
go=${GO:-go}
rm -rf dist
mkdir dist
for target in linux/amd64 linux/arm64 windows/amd64 darwin/amd64 darwin/arm64; do
	os=${target%/*} arch=${target#*/}
	case $os in
	windows) name=rekey-$version-windows-$arch.exe ;;
	darwin) name=rekey-$version-macos-$arch ;;
	*) name=rekey-$version-$os-$arch ;;
	esac
	echo "-- $name"
	CGO_ENABLED=0 GOOS=$os GOARCH=$arch $go build -trimpath -ldflags "-s -w -X main.version=$version" -o "dist/$name" ./cmd/rekey
done
# The sheet is for phones, which run none of these.
$go run ./cmd/rekey sheet -o dist/reset.html >/dev/null
(cd dist && sha256sum -- * >SHA256SUMS 2>/dev/null || shasum -a 256 -- * >SHA256SUMS)
ls -l dist

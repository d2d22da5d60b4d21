#!/bin/sh
# Installs what the tests need besides Go: a C compiler for the race detector,
# curl as an independent client, and Chromium for the pages. As root on Debian or
# Ubuntu it installs them; elsewhere it says exactly what is missing.
set -eu

missing=""
command -v gcc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
	command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	echo "== installing:$missing"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ca-certificates $missing >/dev/null
	exit 0
fi

for what in $missing; do
	case $what in
	gcc) echo "SKIPPED: the race detector: gcc is missing and this user may not install it" ;;
	libc6-dev) ;;
	curl) echo "SKIPPED: tests that use curl as a client: curl is missing and this user may not install it" ;;
	chromium) echo "SKIPPED: tests of the pages in a browser: chromium is missing and this user may not install it" ;;
	esac
done
echo "Install:$missing"

#!/bin/sh
# Installs what the tests need besides Go: a C compiler for the race detector,
# Chromium for the pages, and the clients that other people wrote (curl, ffmpeg,
# nmap, Node.js for two ONVIF packages), and iproute2 for networks of their own.
# As root on Debian or Ubuntu it installs them; elsewhere it says exactly what is
# missing.
set -eu

missing=""
have() { command -v "$1" >/dev/null 2>&1; }
have gcc || missing="$missing gcc libc6-dev"
have curl || missing="$missing curl"
have chromium || have chromium-browser || have google-chrome || missing="$missing chromium"
have ffmpeg && have ffprobe || missing="$missing ffmpeg"
have nmap || missing="$missing nmap"
have ip || missing="$missing iproute2"
have node || missing="$missing nodejs"
have npm || missing="$missing npm"
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
	ffmpeg) echo "SKIPPED: tests of the pictures and streams: ffmpeg is missing and this user may not install it" ;;
	nmap) echo "SKIPPED: tests and a benchmark with nmap as a client: nmap is missing and this user may not install it" ;;
	iproute2) echo "SKIPPED: tests in networks of their own: ip is missing and this user may not install it" ;;
	nodejs | npm) echo "SKIPPED: tests with ONVIF clients of npm: $what is missing and this user may not install it" ;;
	esac
done
echo "Install:$missing"

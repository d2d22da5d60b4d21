#!/bin/sh
# Draws each page of the records in docs/records as a picture. Needs pdftoppm
# (Debian and Ubuntu: poppler-utils); ImageMagick makes them smaller.
set -eu
cd "$(dirname "$0")/../docs/records"
command -v pdftoppm >/dev/null || { echo "pdftoppm is not installed: the pictures stay as they are"; exit 0; }
rm -f ./*.png
for f in *.pdf; do
	pdftoppm -r 64 -png "$f" "${f%.pdf}"
done
if command -v convert >/dev/null; then
	for f in *.png; do
		convert "$f" -strip +dither -colors 64 -define png:compression-level=9 "png8:$f"
	done
fi

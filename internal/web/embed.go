package web

import "embed"

// files holds everything a page needs, so that the binary needs no file beside it.
//
//go:embed pages shared assets locales sheet
var files embed.FS

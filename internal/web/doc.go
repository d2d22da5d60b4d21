// Package web is the guide's look: one folder a page with its template, style
// and script, the shared layout, the drawings, fonts and cue sounds, and the
// text of every page in every language.
//
// A page is rendered from one struct of package view by [Renderer.Render].
// Templates never ask the application anything, so every page in every state can
// be drawn from canned data (package story) and looked at.
//
// Pages work without script; the strict Content-Security-Policy in [CSP] allows
// no inline script or style, and nothing is fetched from outside.
package web

// Package site is the guide as pages and forms: it turns what browsers send into
// the application's commands, and recoveries into what pages show (package
// view). It decides nothing: which page a recovery is at follows from its state
// alone (page.go), and every rule is the domain's.
//
// A recovery has one address, /r/<id>, whatever its page; forms post below it
// and are answered by a redirect back, so that reloading never repeats anything.
package site

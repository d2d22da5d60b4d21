// Package stand shows running twins to people and programs: pages with a front, a
// back and a screen to touch, and a control API for tests and trainers. It is for
// this computer only: it answers no request that was addressed to another host,
// and takes no form or command from a page of another origin.
package stand

// Package e2e holds no code: its tests drive the plain binary as people and
// accidents do. They kill it at random and at chosen moments, send it nonsense,
// and go through its pages in a browser, with a twin in another process.
//
// The binary is the one named by REKEY_BIN, or is built first.
package e2e

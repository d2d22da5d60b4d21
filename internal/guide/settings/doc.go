// Package settings joins tasks that change a recorder's settings with package
// setup: the worker of set-ups and restores, and the shelf that snapshots lie on.
package settings

// Package practice lets people rehearse: a twin in the data folder, on a clock
// that runs, whose recovery the site's pages lead through. It implements the
// site's port for practice recorders. Hands that go on by themselves follow the
// guide's schedule at a faster pace.
package practice

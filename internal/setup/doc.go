// Package setup brings a recorder to the state its owner wants, and back to one it
// had.
//
// A [Profile] says what is wanted; what it does not name stays as it is. [Compare]
// makes a [Plan] from it and what was read of the recorder (a [Target]): every
// setting that is to change, from what to what, in steps of one top name each, in
// an order in which what can cut the connection comes last. Nothing is written
// before somebody accepted the plan; then [Run] takes one step and says what became
// of it. Planned again after any interruption, what is done already is not in the
// plan any more. A [Snapshot] is the whole readable configuration as text, and
// [Restore] makes a plan from one.
//
// Accounts that a profile names are made and changed through a port of their own
// ([People]), and none is deleted.
//
// Rooms above join the port [Recorder] with a real client. Names of settings are
// those that recorders of the family answer to (configManager.cgi); where firmware
// does not have one, the plan says so.
package setup

// Package rekey is the vocabulary and every rule of getting an owner back into
// an Amcrest HDCVI recorder: recoveries, events, commands, the choice of route,
// the two drain procedures and their cadence, passwords by generation, and the
// attempt budget.
//
// The package is pure. [Rules.Decide] turns a recovery, a command and a moment
// into events; [Evolve] folds an event into a recovery. Neither reads a clock, a
// file or a socket, and the same input always gives the same result, so that
// replaying a recovery touches no recorder. What has to happen outside is named
// as data ([Recovery.Effect]) and its outcome comes back as the next command.
//
// Every number of the procedures reaches this package inside [Rules], which the
// catalogue fills from data that carry a source; the recovery's own events keep
// the numbers they were decided with.
package rekey

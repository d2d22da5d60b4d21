// Package firmware judges firmware files and installs one.
//
// [Inspect] says what a file is, without trusting a byte of it. [Match] says why a
// recorder must not be given it. [Check] says what there is for a model, and the
// maker's own way to install it. [Install] makes a plan of steps, and [Plan.Run] runs
// one of them against a [Recorder]; each looks first, so that a run that was cut off
// anywhere is finished by running it again, and no image is sent twice.
//
// The package opens no connection and fetches nothing. The one file it makes is a
// temporary copy of an image that lies packed in a download.
package firmware

// Package twin is a virtual HDCVI recorder. What a procedure does to it, it does
// for physical reasons: pressing the button takes charge off its board, a board
// without charge forgets, and a board that forgot boots into the factory state.
// What clients ask of it, it answers as the device would, over real sockets.
//
// It is a model, not a measurement: the power board was built so that the
// published procedure works on it, and every page that shows it has to say so.
//
// A [Twin] runs nothing while nobody asks. It keeps the moment it last looked and
// computes its state for the moment it is asked about, on the [Clock] it was
// given. Only its sockets wait. All methods of a Twin may be called at once from
// several goroutines.
//
// The twin knows physics and protocols, never the procedure: it has no idea how
// long a press should last or how many there should be.
package twin

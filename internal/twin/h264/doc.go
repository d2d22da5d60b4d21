// Package h264 encodes pictures as H.264 (ITU-T H.264, Constrained Baseline), well
// enough for any decoder to play and cheaply enough to do it while somebody looks.
//
// It is made for pictures of which most stands still: a macroblock that did not
// change costs nothing, the others are coded as the difference to the picture
// before or, where that is cheaper, on their own. There is no search for movement
// and no deblocking, so that the encoder knows every sample that a decoder will
// show; see [Encoder.Reconstruction].
//
// Table and clause numbers in comments are those of the standard.
package h264

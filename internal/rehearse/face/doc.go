// Package face is what a person sees of a twin, as pages draw it, and what they
// do at its screen. The practice beside the guide and the stand of running twins
// share it, so that a twin looks and behaves alike in both.
package face

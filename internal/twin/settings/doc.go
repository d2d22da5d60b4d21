// Package settings is the configuration tree of a recorder: which settings a model
// has, of which kind each is, and what the factory set it to.
//
// A [Tree] is the factory state of one [Shape]. It is made once in a process and
// shared, read-only, by all recorders of that shape. A recorder holds [Settings]:
// the tree, and the values that differ from it.
//
// Keys are written as recorders write them, without the word table before them:
// Network.eth0.IPAddress, Encode[0].MainFormat[0].Video.FPS.
package settings

// Package lan finds recorders on the local network, and watches one come and go.
// It never logs in: all it sends are discovery questions, which carry no
// credentials and cannot lock an account, and connections that are closed at once.
//
// # How recorders are found
//
// One UDP socket for each address of each usable interface, bound to that address:
// a datagram to 255.255.255.255 then leaves by that interface even without a route.
// Recorders are asked by multicast, limited and directed broadcast, and, since some
// sit behind something that drops both, one by one. One recorder answers several
// times; answers are merged.
//
// # What it costs the network
//
// Everything that is sent passes one [Pacer]: 1,000 packets a second in all and 40
// for each host. Everything ends by itself.
package lan

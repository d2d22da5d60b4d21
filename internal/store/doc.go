// Package store holds what every store of rekey does alike: which input is
// refused, how moments are rounded, how a record gets its place and hash, and in
// which order recoveries are listed. The stores themselves are the packages
// below it; none of them knows another.
package store

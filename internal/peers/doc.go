// Package peers holds no code: its tests let the client and the twin talk to each
// other, whole and with bytes damaged on the way. They are the only place that
// imports both ends and nothing above them.
package peers

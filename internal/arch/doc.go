// Package arch holds no code: its tests keep the rooms of ARCHITECTURE.md apart.
package arch

//go:build !linux

package lan

// carrier is what the interface's flags say where nothing more is known.
func carrier(string) bool { return true }

// surroundings is not known here.
func surroundings() string { return "" }

package rekey

import (
	"slices"
	"strings"
)

// clockWithin is by how many seconds a recorder's clock may be off and be called
// right: the checks after a set-up.
const clockWithin = 60

// Right reports whether the recorder's clock was right when it was compared.
func (c ClockCompared) Right() bool { return max(c.Off, -c.Off) <= clockWithin }

// diskStates are a recorder's words for a disk that works.
var diskStates = []string{"success", "normal", "running"}

// Work reports whether the recorder has disks and said of each that it works.
func (d DisksSeen) Work() bool {
	return len(d.Disks) > 0 && !slices.ContainsFunc(d.Disks, func(one DiskSeen) bool {
		return !slices.Contains(diskStates, strings.ToLower(one.State))
	})
}

package report

import (
	"runtime"
	"runtime/debug"
	"sync"
)

// MadeWith names this rekey in the records it writes. Two that could write other
// bytes have other names.
var MadeWith = sync.OnceValue(func() string {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			version = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && version == "(devel)" && len(s.Value) >= 12 {
				version = s.Value[:12]
			}
		}
	}
	return "rekey " + version + ", " + runtime.Version()
})

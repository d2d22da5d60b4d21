package e2e

import (
	"testing"

	"github.com/rekey-dvr/rekey/internal/bench"
	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/netns"
)

// nmap, which is not ours, hears every twin that find sees. How long each takes is
// the benchmark's business.
func TestFindAndNmapSeeTheSame(t *testing.T) {
	t.Parallel()
	nmap := need.Program(t, "find is not compared with nmap", "nmap")
	if err := netns.Able(); err != nil {
		need.Missing(t, "%v: find is not compared with nmap", err)
	}
	for look := 1; ; look++ {
		r, err := bench.Find(t.Context(), bench.FindParams{Runs: 1, Rekey: binary, Nmap: nmap, Remark: t.Output()})
		if err != nil {
			t.Fatal(err)
		}
		all := true
		for _, f := range r.Figures {
			if f.Name == "packets-second" && f.Value > 1050 || f.Value == 0 {
				t.Errorf("%+v", f)
			}
			if f.Name == "found" {
				all = f.Value == 50 && f.Baseline == 50
				t.Logf("%+v", f)
			}
		}
		if all {
			return
		}
		if look == looks {
			t.Fatal("they do not see the same")
		}
	}
}

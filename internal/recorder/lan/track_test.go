package lan

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

const mac1, mac2 = "9c:8e:cd:00:00:01", "9c:8e:cd:00:00:02"

// A script is what happens, second by second: each word is one question (every
// second here) and what comes back before the next. "a" is an answer of the first
// address, "b" of the second, "x" of the first address with another MAC, "t" a
// connection to the first, "." silence, "0" no network, "z" no question for ten
// seconds.
func TestTracker(t *testing.T) {
	for _, tc := range []struct{ name, mac, addr, script, want string }{
		{"seen once", mac1, "", "a a a", "seen@0=a"},
		{"by address", "", "a", ". a a", "seen@1=a"},
		{"lost packets are no absence", mac1, "", "a . a . . a . . . a", "seen@0=a"},
		{"gone four silent questions after", mac1, "", "a . . . . . .", "seen@0=a gone@5=a"},
		{"never there is not gone", mac1, "", ". . . . . . . .", ""},
		{"gone and back", mac1, "", "a . . . . . . a a", "seen@0=a gone@5=a back@7=a/7s!"},
		{"gone only once", mac1, "", "a . . . . . . . . . . . .", "seen@0=a gone@5=a"},
		{"moved", mac1, "", "a a b b b b", "seen@0=a moved@4=b"},
		{"two addresses do not move to and fro", mac1, "", "a ab ba ab a b a b", "seen@0=a"},
		{"back elsewhere", mac1, "", "a . . . . . . b b", "seen@0=a gone@5=a back@7=b/7s! moved@7=b"},
		{"another at its address", mac1, "a", "a a x x x x x", "seen@0=a gone@6=a"},
		{"learns the MAC and follows it", "", "a", "a a b b b", "seen@0=a moved@4=b"},
		{"others are left out while it is unknown", "", "a", "b b b a", "seen@3=a"},
		{"connections", "", "a", "t t . . . . . t", "seen@0=a gone@6=a back@7=a/6s!"},
		{"no network is not gone", mac1, "", "a a 0 0 0 0 0 0 0 a a", "seen@0=a not-looking@2=a looking@9=a"},
		{"gone while nobody looked", mac1, "", "a a 0 0 0 . . . . . .", "seen@0=a not-looking@2=a looking@5=a gone@9=a"},
		{"no network from the beginning", mac1, "", "0 0 . a", "not-looking@0= looking@2= seen@3=a"},
		{"this computer slept", mac1, "", "a z a a", "seen@0=a not-looking@0=a looking@10=a"},
		{"slept, and it was gone since", mac1, "", "a z . . . . . .", "seen@0=a not-looking@0=a looking@10=a gone@14=a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := play(tc.mac, tc.addr, tc.script); got != tc.want {
				t.Errorf("%s\n got %s\nwant %s", tc.script, got, tc.want)
			}
		})
	}
}

var places = map[string]netip.Addr{"a": netip.MustParseAddr("192.168.1.108"), "b": netip.MustParseAddr("192.168.1.30")}

func play(mac, addr, script string) string {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	tr := tracker{mac: mac, addr: places[addr], every: time.Second}
	var out []string
	note := func(all []Event) {
		for _, e := range all {
			s := fmt.Sprintf("%s@%d=", e.What, int(e.At.Sub(start).Seconds()))
			for name, a := range places {
				if a == e.Address {
					s += name
				}
			}
			if e.What == Back {
				s += "/" + e.Away.Truncate(time.Second).String()
			}
			if e.Restarted {
				s += "!"
			}
			out = append(out, s)
		}
	}
	at := start
	for _, word := range strings.Fields(script) {
		if word == "z" {
			at = at.Add(9 * time.Second)
			continue
		}
		note(tr.ask(at, word != "0"))
		for i, c := range word {
			now := at.Add(time.Duration(i+1) * time.Millisecond)
			switch c {
			case 'a', 'b':
				note(tr.heard(now, places[string(c)], mac1, ByDHIP))
			case 'x':
				note(tr.heard(now, places["a"], mac2, ByDHIP))
			case 't':
				note(tr.heard(now, places["a"], "", ByTCP))
			}
		}
		at = at.Add(time.Second)
	}
	return strings.Join(out, " ")
}

// The bound that Watch promises, from the figures it runs with.
func TestGoneIsToldWithinFiveSeconds(t *testing.T) {
	if worst := askEvery * (goneAfter + 1); worst > 4500*time.Millisecond {
		t.Errorf("up to %s", worst)
	}
}

package conformance

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write docs/clients.md instead of comparing with it")

const tableFile = "../docs/clients.md"

// client is one program of other people, and what is written about it.
type client struct {
	name, about string
}

// clients in the order of the table.
var clients = []client{
	{"npm onvif 0.8.3", "Login by UsernameToken, as it does by itself."},
	{"npm onvif 0.8.3, HTTP Digest", "With `useWSSecurity: false`."},
	{"npm node-onvif 0.1.7", ""},
	{"npm digest-fetch 3.1.1", ""},
	{"use-go/onvif v0.0.9", "A Go module; sets its tokens by this computer's clock, not the recorder's."},
	{"IOTechSystems/onvif v1.2.0", "A Go module; login by UsernameToken."},
	{"IOTechSystems/onvif v1.2.0, HTTP Digest", "With `AuthMode: digest`."},
	{"kerberos-io/onvif v1.0.0", "A Go module; login by UsernameToken. It sends what is for Media2 to the first media service."},
	{"WS-Discovery", "By multicast, in a network of its own that has nothing but loopback."},
	{"curl --digest", ""},
	{"ffprobe", "Every stream address that ONVIF gives, over TCP, signed in as `admin`."},
	{"gortsplib v4.12.3", "A Go module. An H.264 stream played until five pictures were seen, the first of them decodable over TCP."},
	{"nmap", "`-sV` with the scripts `http-title`, `http-auth` and `rtsp-methods`."},
}

// why are the calls that a generation refuses, and the reason. Such a call has to
// fail; every other one has to pass.
var why = map[string]map[string]string{
	"npm onvif 0.8.3, HTTP Digest": {"connect A": tokenOnly, "getDeviceInformation A": tokenOnly},
	"IOTechSystems/onvif v1.2.0, HTTP Digest": {
		"GetDeviceInformation A": tokenOnly, "GetNetworkInterfaces A": tokenOnly, "GetUsers A": tokenOnly, "GetProfiles A": tokenOnly,
	},
	kerberosName: {"media2.GetProfiles A": noMedia2, "media2.GetProfiles B": noMedia2},
}

const (
	tokenOnly = "ONVIF takes a UsernameToken only"
	noMedia2  = "this firmware has no Media2"
)

// seen is what clients saw: client, call, generation, and what went wrong.
var seen struct {
	sync.Mutex
	rows  map[string][]string // calls of a client, in order
	cells map[[3]string]string
}

// saw notes one call. It fails the test where the outcome is not the one known.
func saw(t *testing.T, client, call, generation string, err error) {
	t.Helper()
	seen.Lock()
	defer seen.Unlock()
	if seen.cells == nil {
		seen.rows, seen.cells = map[string][]string{}, map[[3]string]string{}
	}
	if !slices.Contains(seen.rows[client], call) {
		seen.rows[client] = append(seen.rows[client], call)
	}
	reason := why[client][call+" "+generation]
	cell := "yes"
	switch {
	case err == nil && reason != "":
		t.Errorf("%s, %s, generation %s: passes, although %s", client, call, generation, reason)
	case err != nil && reason == "":
		t.Errorf("%s, %s, generation %s: %v", client, call, generation, err)
		cell = "no"
	case err != nil:
		cell = "no: " + reason
	}
	seen.cells[[3]string{client, call, generation}] = cell
}

// table prints what was seen.
func table() string {
	var b strings.Builder
	b.WriteString(`# Clients that other people wrote

What each of them does with a virtual recorder of each generation. They are used as they are on the registries. The table is made by
the tests in [conformance](../conformance) and compared with what they see in every run; nothing in it is written by hand.

Generation A stands for firmware 3.200 to 3.217, B for 3.218, C for 4.x.
`)
	for _, c := range clients {
		calls := seen.rows[c.name]
		if len(calls) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", c.name)
		if c.about != "" {
			b.WriteString(c.about + "\n\n")
		}
		b.WriteString("| call | A | B | C |\n|---|---|---|---|\n")
		for _, call := range calls {
			fmt.Fprintf(&b, "| `%s` |", call)
			for _, g := range []string{"A", "B", "C"} {
				cell, asked := seen.cells[[3]string{c.name, call, g}]
				if !asked {
					cell = "not reached"
				}
				b.WriteString(" " + cell + " |")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// compare holds the table in the repository against what was seen, or writes it.
func compare(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(seen.rows)) {
		if !slices.ContainsFunc(clients, func(c client) bool { return c.name == name }) {
			t.Errorf("the client %q has no place in the table", name)
		}
	}
	got := table()
	if *update {
		if err := os.WriteFile(tableFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what was seen; after a look at the difference, run the tests with -update\n%s", tableFile, difference(string(want), got))
	}
}

// difference lists the lines that only one of two texts has.
func difference(want, got string) string {
	var b strings.Builder
	have := strings.Split(got, "\n")
	had := strings.Split(want, "\n")
	for _, l := range had {
		if !slices.Contains(have, l) {
			b.WriteString("- " + l + "\n")
		}
	}
	for _, l := range have {
		if !slices.Contains(had, l) {
			b.WriteString("+ " + l + "\n")
		}
	}
	return b.String()
}

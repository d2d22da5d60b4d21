package conformance

import "testing"

// TestClients runs every client against one twin of each generation, and holds the
// table against what they saw.
func TestClients(t *testing.T) {
	bin, err := binary(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	modules := npmClients(t)
	t.Run("generations", func(t *testing.T) {
		for _, m := range models {
			t.Run(m.generation, func(t *testing.T) {
				t.Parallel()
				r, err := start(t, bin, m.generation, m.model, m.password)
				if err != nil {
					t.Fatal(err)
				}
				npm(t, modules, r)
				useGo(t, r)
				ioTech(t, r, "IOTechSystems/onvif v1.2.0", "usernametoken")
				ioTech(t, r, "IOTechSystems/onvif v1.2.0, HTTP Digest", "digest")
				kerberosIO(t, r)
				curl(t, r)
				streams(t, r)
				rtspClient(t, r)
				nmap(t, r)
				discovery(t, bin, modules, m.generation, m.model, m.password)
			})
		}
	})
	if !t.Failed() {
		compare(t)
	}
}

package arch

import (
	"os"
	"os/exec"
	"testing"
)

// The guide can leave the server: what a phone's browser needs to run it offline
// builds without sockets and without SQL.
func TestGuideBuildsForTheBrowser(t *testing.T) {
	cmd := exec.Command("go", "build",
		module, module+"/internal/catalog", module+"/internal/guide",
		module+"/internal/web", module+"/internal/web/view", module+"/internal/web/site", module+"/internal/store/memory", module+"/internal/vault")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// cutOff is a recorder whose answers end with the context.
type cutOff struct{ setup.Recorder }

func (cutOff) Settings(ctx context.Context, _ string) (wire.Table, error) {
	return nil, context.Cause(ctx)
}

// Ctrl-C among the steps ends with its own code and lists them; a recorder that does
// not answer is something else.
func TestInterruptedAmongSteps(t *testing.T) {
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	plan := setup.Plan{Kind: setup.FromProfile, Steps: []setup.Step{
		{ID: "general/General", Section: "general", Name: "General", Changes: []setup.Change{{Word: "general.name", Key: "General.MachineName", From: "a", To: "b"}}},
		{ID: "video/VideoStandard", Section: "video", Name: "VideoStandard", Changes: []setup.Change{{Word: "general.video-standard", Key: "VideoStandard", From: "PAL", To: "NTSC"}}},
	}}
	for _, tc := range []struct {
		name string
		ctx  context.Context
		want exitWith
	}{{"interrupted", gone, exitInterrupted}, {"no answer", context.Background(), exitUnseen}} {
		var out bytes.Buffer
		p := &process{ctx: tc.ctx, stdout: &out, stderr: &out, stdin: strings.NewReader(""), getenv: func(string) string { return "" }}
		err := planFlags{Yes: true}.carryOut(gone, p, "127.0.0.1", cutOff{}, plan, setup.Given{})
		var code exitWith
		if !errors.As(err, &code) || code != tc.want || !strings.Contains(out.String(), "video/VideoStandard: not begun") {
			t.Errorf("%s: %v\n%s", tc.name, err, &out)
		}
	}
}

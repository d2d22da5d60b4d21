package guide_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/updates"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/twin/image"
)

// newer is a practice file for the twin of these tests.
var newer = wire.Practice{Board: "HCVR5x08-S2", OEM: "SV10003", Standard: "N", Version: "3.200.AC04.6", Release: "R", Date: "2016-05-05"}

// updatable gives a case at its finish over a twin that fits the file, the file kept.
// Its clock goes on by step each millisecond.
func updatable(t *testing.T, step time.Duration) (*bench, json.RawMessage) {
	t.Helper()
	files := updates.Folder(t.TempDir())
	b := finishedOn(t, twin.Config{Model: twin.Model{SKU: "AMDV7208", Board: newer.Board, OEM: newer.OEM, Standard: newer.Standard}},
		titles{writes: new(atomic.Int32)})
	b.config.Workers[rekey.TaskFirmware] = &updates.Worker{Catalog: b.config.Catalog, Files: files}
	spec := image.Spec{For: newer, Size: 200 << 10}
	hash, err := files.Keep(`C:\fakepath\`+spec.Name(), bytes.NewReader(spec.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := files.Keep(spec.Name(), bytes.NewReader(spec.Bytes())); err != nil || again != hash {
		t.Errorf("kept twice: %q, %v", again, err)
	}
	b.flowBy(step)
	ask, _ := json.Marshal(updates.Ask{File: hash, Power: true})
	return b, ask
}

func TestFirmwareIsATask(t *testing.T) {
	t.Parallel()
	b, ask := updatable(t, 100*time.Millisecond)
	_, err := b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskFirmware, ask)
	var no *updates.Refused
	if rekey.CodeOf(err) != rekey.CodeFirmware || !errors.As(err, &no) || no.Error() != "snapshot" {
		t.Fatalf("without a snapshot: %v", err)
	}
	if _, err := b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskFirmware, json.RawMessage(`{"file":"../etc"}`)); rekey.CodeOf(err) != rekey.CodeNotFound {
		t.Fatalf("a file that is not there: %v", err)
	}
	b.do(rekey.KeepSnapshot{Hash: "taken", Why: "before-firmware"})
	r := b.must(b.guide.PlanTask(b.ctx, b.id, guide.Any, rekey.TaskFirmware, ask))
	if !tidied(t, b, ask) {
		t.Fatal("the file of a task that was planned went")
	}
	b.do(rekey.AcceptTask{N: 1, Digest: r.Task().Digest})

	// rekey is ended once the recorder is at work on the image, and started anew.
	ctx, kill := context.WithCancel(b.ctx)
	b.store.seen = func(appends []rekey.Append) {
		for _, a := range appends {
			for _, e := range a.Events {
				if e.Type == "task-step-started" && strings.Contains(string(e.Data), `"install"`) {
					kill()
				}
			}
		}
	}
	if _, err := b.guide.Carry(ctx, b.id); err == nil {
		t.Error("nobody noticed the end")
	}
	kill()
	b.store.seen = nil
	b.guide = b.another(b.clock)
	b.guide.LookEvery(1)
	for range 200 { // the recorder may be away when it is asked first
		r = b.must(b.guide.Look(b.ctx, b.id))
		if !r.Missing && r.Gone.IsZero() {
			r = b.must(b.guide.Carry(b.ctx, b.id))
		}
		if k := &r.Tasks[0]; k.Halted {
			r = b.do(rekey.GoOnTask{N: 1})
		} else if !k.Open() {
			break
		}
	}
	if got := r.Tasks[0]; got.Outcome != rekey.TaskDone {
		t.Fatalf("%s, %+v", outcomes(r), got.Next())
	}
	if s := r.Seen.Firmware; s[rekey.After].Version != newer.Version || s[rekey.After].Build != newer.Date || s[rekey.Before].Version == newer.Version {
		t.Errorf("%+v", s)
	}
	if m := r.Finish["firmware"]; m.By != rekey.BySeen {
		t.Errorf("%+v", m)
	}
	for _, s := range r.Tasks[0].Steps {
		if s.ID == "upload" && s.Tries != 1 {
			t.Errorf("the image was sent in %d tries", s.Tries)
		}
	}
	if tidied(t, b, ask) {
		t.Error("the file stays although nobody needs it any more")
	}
}

// tidied has a folder tidied as if everything in it was old, and reports whether the
// file that was asked for is there still.
func tidied(t *testing.T, b *bench, ask json.RawMessage) bool {
	t.Helper()
	files := b.config.Workers[rekey.TaskFirmware].(*updates.Worker).Files
	all, err := os.ReadDir(string(files))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		old := time.Now().Add(-2 * updates.KeptFor)
		if err := os.Chtimes(filepath.Join(string(files), e.Name()), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := files.Tidy(b.ctx, b.guide, 0); err != nil {
		t.Fatal(err)
	}
	var asked updates.Ask
	if err := json.Unmarshal(ask, &asked); err != nil {
		t.Fatal(err)
	}
	file, err := files.Open(asked.File)
	if err == nil {
		_ = file.Close()
	}
	return err == nil
}

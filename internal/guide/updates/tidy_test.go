package updates

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey"
)

// now is close to the times that the files get by themselves.
var now = time.Now()

// shelf is a folder whose name a pattern would trip over.
func shelf(t *testing.T) Folder {
	t.Helper()
	return Folder(filepath.Join(t.TempDir(), "firm[ware"))
}

// bring keeps a file that was last used so long ago.
func (f Folder) bring(t *testing.T, text string, ago time.Duration) string {
	t.Helper()
	hash, err := f.Keep("x.bin", strings.NewReader(text))
	if err == nil {
		err = f.touch(hash, now.Add(-ago))
	}
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// names lists what is in the folder.
func (f Folder) names(t *testing.T) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(string(f))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// planned are open tasks by recovery: the file and what is kept beside it.
type planned map[string][2]string

func (p planned) needs(recovery string) (hash, before string, err error) {
	return p[recovery][0], p[recovery][1], nil
}

func TestTidyKeepsWhatATaskNeeds(t *testing.T) {
	t.Parallel()
	f := shelf(t)
	if err := f.tidy(now, 0, planned{}.needs); err != nil { // nothing was ever brought
		t.Fatal(err)
	}
	const old = KeptFor + time.Hour
	needed, ended, planning := f.bring(t, "needed", old), f.bring(t, "ended", old), f.bring(t, "planning", old)
	f.bring(t, "looked at", old)
	fresh := f.bring(t, "fresh", KeptFor-time.Hour)
	for recovery, hash := range map[string]string{"aaa": needed, "bbb": ended, "ccc": planning, "ddd": strings.Repeat("0", 64)} {
		if err := f.need(recovery, hash); err != nil {
			t.Fatal(err)
		}
	}
	mark := func(ago time.Duration, names ...string) {
		for _, name := range names {
			if _, err := os.Stat(f.path(name)); err != nil {
				if err := os.Mkdir(f.path(name), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			if err := f.touch(name, now.Add(-ago)); err != nil {
				t.Fatal(err)
			}
		}
	}
	mark(old, needed, ended, planning, "need-aaa-"+needed, "need-bbb-"+ended, "before-aaa.json", "before-bbb.json", ".new-killed")
	mark(time.Minute, "need-ccc-"+planning, ".new-arriving", "before-new.json")
	mark(old, ".gone-"+strings.Repeat("1", 64))
	tasks := planned{"aaa": {needed, "before-aaa.json"}}
	if err := f.tidy(now, 0, tasks.needs); err != nil {
		t.Fatal(err)
	}
	want := []string{".new-arriving", "before-aaa.json", "before-new.json", fresh, needed, planning, "need-aaa-" + needed, "need-ccc-" + planning}
	slices.Sort(want)
	if d := cmp.Diff(want, f.names(t)); d != "" {
		t.Error(d)
	}
	if _, err := f.Open(needed); err != nil {
		t.Error(err)
	}
}

// Of what nobody needs the newest stay. Bringing a file again makes it one of them.
func TestTidyKeepsTheNewest(t *testing.T) {
	t.Parallel()
	f := shelf(t)
	var all []string
	for n := range KeptFiles + 3 {
		all = append(all, f.bring(t, strings.Repeat("x", n+1), time.Duration(100-n)*time.Hour))
	}
	if again, err := f.Keep("y.bin", strings.NewReader("x")); err != nil || again != all[0] {
		t.Fatal(again, err)
	}
	if err := f.tidy(now, 0, planned{}.needs); err != nil {
		t.Fatal(err)
	}
	want := append(slices.Clone(all[4:]), all[0])
	slices.Sort(want)
	if d := cmp.Diff(want, f.names(t)); d != "" {
		t.Error(d)
	}
}

// Room is made of what nobody needs, and where that is not enough nothing more is taken.
func TestTidyMakesRoom(t *testing.T) {
	t.Parallel()
	f := shelf(t)
	needed, other := f.bring(t, "needed", time.Hour), f.bring(t, "other", time.Minute)
	if err := f.need("aaa", needed); err != nil {
		t.Fatal(err)
	}
	if err := f.touch(needed, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	tasks := planned{"aaa": {needed, ""}}
	if err := f.tidy(now, KeptBytes-11, tasks.needs); err != nil || len(f.names(t)) != 3 {
		t.Fatalf("%v, %v", err, f.names(t))
	}
	if err := f.tidy(now, KeptBytes-6, tasks.needs); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Open(other); rekey.CodeOf(err) != rekey.CodeNotFound {
		t.Errorf("a file that nobody needs: %v", err)
	}
	if err := f.tidy(now, KeptBytes-5, tasks.needs); rekey.CodeOf(err) != rekey.CodeTooLarge || rekey.HintOf(err) == "" {
		t.Errorf("more than there is room for: %v", err)
	}
	if _, err := f.Open(needed); err != nil {
		t.Error(err)
	}
}

// Whoever notes a need while a file is being put aside gets it back.
func TestTidyGivesBackWhatIsNeededMeanwhile(t *testing.T) {
	t.Parallel()
	f := shelf(t)
	hash := f.bring(t, "file", time.Minute)
	if err := f.need("aaa", hash); err != nil {
		t.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		if err := os.Rename(f.path(hash), f.path(gonePrefix+hash)); err != nil {
			t.Fatal(err)
		}
		if again { // or brings it anew
			if _, err := f.Keep("z.bin", bytes.NewReader([]byte("file"))); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.tidy(now, 0, planned{}.needs); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Open(hash); err != nil || len(f.names(t)) != 2 {
			t.Errorf("%v, %v", err, f.names(t))
		}
	}
	if err := f.tidy(now, 0, func(string) (string, string, error) { return "", "", errors.New("the store is away") }); err == nil {
		t.Error("what is needed is not known, and it went on")
	}
}

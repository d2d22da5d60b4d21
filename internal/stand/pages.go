package stand

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/rehearse/face"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// rowsAPage is how many twins one page lists.
const rowsAPage = 100

// frame is what every page has. The language is the browser's.
func (s *Stand) frame(r *http.Request, here string) view.Frame {
	return view.Frame{
		Lang: s.pages.Texts().Match(r.URL.Query().Get("lang"), r.Header.Get("Accept-Language")),
		Zone: time.Local, Now: time.Now(), Here: here, HomeURL: "/", Secure: true,
	}
}

// list shows the twins, a hundred a page.
func (s *Stand) list(w http.ResponseWriter, r *http.Request) {
	from, err := strconv.Atoi(r.URL.Query().Get("from"))
	if err != nil || from < 1 || from > len(s.twins) {
		from = 1
	}
	last := min(from+rowsAPage-1, len(s.twins))
	p := view.Stand{Frame: s.frame(r, "/"), First: from, Last: last, Count: len(s.twins)}
	if from > 1 {
		p.Before = fmt.Sprintf("/?from=%d", max(1, from-rowsAPage))
	}
	if last < len(s.twins) {
		p.After = fmt.Sprintf("/?from=%d", last+1)
	}
	for n := from; n <= last; n++ {
		p.Rows = append(p.Rows, row(n, s.twins[n-1]))
	}
	s.write(w, http.StatusOK, p)
}

func row(n int, t *twin.Twin) view.StandRow {
	snap := t.Snapshot()
	v := view.StandRow{
		N: n, URL: Page(n), Model: snap.Model.SKU, Serial: snap.Model.Serial, MAC: snap.Model.MAC,
		Generation: string(snap.Model.Generation), Address: snap.Address, State: State(&snap), Serving: snap.Serving,
	}
	for _, tally := range t.Ledger() {
		v.Bad += tally.Bad
	}
	for _, f := range snap.Faults.Names() {
		v.Faults = append(v.Faults, string(f.Kind()))
	}
	return v
}

// State says in one word what a twin is: "factory" (the factory login works),
// "uninitialised" (no password yet) or "owned".
func State(s *twin.Snapshot) string {
	switch {
	case !s.Initialised:
		return "uninitialised"
	case s.Factory:
		return "factory"
	}
	return "owned"
}

// one shows a twin.
func (s *Stand) one(w http.ResponseWriter, r *http.Request, o one) {
	snap := o.t.Snapshot()
	m := snap.Model
	here := Page(o.n)
	p := view.StandTwin{
		Frame: s.frame(r, here), N: o.n, List: fmt.Sprintf("/?from=%d", (o.n-1)/rowsAPage*rowsAPage+1),
		State: State(&snap), Serving: snap.Serving, Trouble: snap.Trouble,
		Clock: snap.Monitor.Clock, Control: "http://" + r.Host + "/twins/" + strconv.Itoa(o.n),
		Facts: []view.StandFact{
			{Key: "stand.fact.model", Value: m.SKU}, {Key: "stand.fact.generation", Value: string(m.Generation)},
			{Key: "stand.fact.firmware", Value: m.Version}, {Key: "stand.fact.serial", Value: m.Serial},
			{Key: "stand.fact.mac", Value: m.MAC}, {Key: "stand.fact.channels", Value: strconv.Itoa(m.Channels)},
		},
		Services: services(&snap),
		Switches: switches(snap.Switches), Proofs: proofs(o.t),
	}
	p.Version = version(o.t, &snap)
	p.EventsURL, p.StateURL = here+"/events", here+"/live"
	p.Twin = touch(o, &snap)
	clock(&p, o, &snap)
	p.Cameras, p.Disk = cameras(here, &snap), storage(here, &snap)
	s.write(w, http.StatusOK, p)
}

// camera sends what one camera shows now.
func (s *Stand) camera(w http.ResponseWriter, r *http.Request, o one) {
	channel, err := strconv.Atoi(r.PathValue("channel"))
	if err != nil {
		channel = 0
	}
	b, err := o.t.Picture(channel)
	if err != nil {
		s.failed(w, r, coded(err))
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	_, _ = w.Write(b) // the reader went away: nothing to do
}

// cameras lists the inputs, with pictures while the recorder shows them.
func cameras(here string, s *twin.Snapshot) []view.StandCamera {
	var list []view.StandCamera
	for _, c := range s.Cameras {
		v := view.StandCamera{N: c.Channel, Name: c.Name, Kind: string(c.Kind), Signal: c.Signal, Trouble: c.Trouble}
		if c.Kind == twin.InputFolder || c.Kind == twin.InputStream {
			v.Source = c.Source
		}
		if s.Monitor.Channels > 0 {
			v.URL = here + "/camera/" + strconv.Itoa(c.Channel)
		}
		list = append(list, v)
	}
	return list
}

// storage is the disk, which can be formatted while the recorder is on and
// can write to it.
func storage(here string, s *twin.Snapshot) view.StandDisk {
	d := view.StandDisk{
		There: s.Storage.There, Used: bytesOf(s.Storage.Used), Size: bytesOf(s.Storage.Capacity),
		Recordings: s.Storage.Recordings, Hours: fmt.Sprintf("%.1f", float64(s.Storage.Seconds)/3600),
	}
	if d.There && !s.Storage.Failing && s.Stage != twin.StageOff {
		d.Format = view.Post(here + "/format")
	}
	return d
}

// bytesOf gives bytes as makers of disks count them.
func bytesOf(n int64) string {
	if n < 1e9 {
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}

// services lists where it answers, by name.
func services(s *twin.Snapshot) []view.StandFact {
	var list []view.StandFact
	for _, name := range slices.Sorted(maps.Keys(s.Services)) {
		list = append(list, view.StandFact{Name: string(name), Value: s.Services[name]})
	}
	return list
}

func switches(s twin.Switches) []view.StandFact {
	var list []view.StandFact
	for _, i := range twin.SwitchTable() {
		list = append(list, view.StandFact{Name: i.Name, Value: i.Value(s)})
	}
	return list
}

func proofs(t *twin.Twin) []view.StandProofs {
	all := t.Ledger()
	var list []view.StandProofs
	for _, user := range slices.Sorted(maps.Keys(all)) {
		c := all[user]
		list = append(list, view.StandProofs{
			User: user, Proofs: c.Proofs, Accepted: c.Accepted, Bad: c.Bad, Locked: c.WhileLocked, NotJudged: c.NotJudged,
		})
	}
	return list
}

// touch gives the front, the back, the charge and the screen.
func touch(o one, snap *twin.Snapshot) *view.Twin {
	live := moving(o.t, snap)
	v := &view.Twin{Live: live, Model: snap.Model.SKU, Button: live.Front.Button, Rocker: live.Rear.Rocker != nil}
	at := Page(o.n) + "/"
	face.Allow(v, func(act string) string { return at + act })
	for _, c := range face.Cables(live.Rear) {
		c.Do = view.Post(at+"cable", "cable", c.ID, "in", yesNo(!c.In))
		v.Cables = append(v.Cables, c)
	}
	for _, f := range twin.Faults() {
		on := snap.Faults.Has(f.Name)
		v.Faults = append(v.Faults, view.Fault{
			ID: string(f.Name), On: on, Do: view.Post(at+"fault", "fault", string(f.Name), "on", yesNo(!on)),
		})
	}
	return v
}

func yesNo(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// clock fills in the twin's time and what can be done to it.
func clock(p *view.StandTwin, o one, snap *twin.Snapshot) {
	p.Moment = fmt.Sprintf("%s  ×%g", snap.At.Format(time.DateTime), snap.Pace)
	if _, moves := o.t.Clock().(*twin.Paced); !moves {
		return
	}
	at := Page(o.n) + "/"
	for _, pace := range []float64{0, 1, 60, 3600} {
		id := strconv.FormatFloat(pace, 'f', -1, 64)
		p.Paces = append(p.Paces, view.StandStep{ID: id, On: pace == snap.Pace, Do: view.Post(at+"pace", "pace", id)})
	}
	for _, step := range []string{"minute", "hour", "day"} {
		p.Steps = append(p.Steps, view.StandStep{ID: step, Do: view.Post(at+"step", "step", step)})
	}
}

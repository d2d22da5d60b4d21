package face

import (
	"slices"

	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Monitor gives the monitor as the page shows it: dark without its cable.
func Monitor(snap twin.Snapshot) view.TwinMonitor {
	if !snap.Rear.Cables[twin.CableHDMI] {
		return view.TwinMonitor{Screen: string(twin.ScreenOff), Channels: []string{}}
	}
	s := snap.Monitor
	m := view.TwinMonitor{
		Screen: string(s.Name), Channels: []string{}, Title: s.Title, Step: s.Step, Steps: make([]bool, s.Steps),
		Box: s.Box, Good: s.Message == twin.NoMessage || s.Message == twin.PasswordChanged, Lines: s.Lines,
	}
	if len(s.Clock) >= len("2000-01-01 00:00") {
		m.Clock = s.Clock[:len("2000-01-01 00:00")]
	}
	for i := range m.Steps {
		m.Steps[i] = i < s.Step
	}
	if s.Table != nil {
		m.Heads, m.Rows = s.Table.Heads, s.Table.Rows
	}
	if s.Name == twin.ScreenBoot && snap.ReadyAt.After(snap.At) {
		left := snap.ReadyAt.Sub(snap.At)
		m.Percent = min(99, max(1, int(100-100*left/twin.DefaultBootTime)))
	}
	if s.Name == twin.ScreenLive {
		m.Channels = channels(&snap)
	}
	m.Fields, m.Buttons = fields(&s), buttons(&s)
	m.Menu = s.Name == twin.ScreenMenu
	return m
}

// channels are the names of the cameras as the grid shows them.
func channels(snap *twin.Snapshot) []string {
	names := []string{}
	for i := range snap.Monitor.Channels {
		name := ""
		if snap.Rear.Cables[twin.CableCameras] {
			name = cameraNames[i%len(cameraNames)]
		}
		names = append(names, name)
	}
	return names
}

func fields(s *twin.Screen) []view.ScreenField {
	list := []view.ScreenField{}
	for _, f := range s.Fields {
		v := view.ScreenField{ID: f.ID, Label: f.Label, Kind: string(f.Kind), Value: f.Value, Max: f.Max, Hint: f.Hint, Follow: f.Follow, Under: f.Under, Focus: f.ID == s.Focus}
		for _, c := range f.Choices {
			v.Choices = append(v.Choices, view.ScreenChoice{Value: c.Value, Label: c.Label})
		}
		list = append(list, v)
	}
	return list
}

// buttons puts first what the Enter key means: a browser's Enter presses the first
// button of a form.
func buttons(s *twin.Screen) []view.ScreenButton {
	list := []view.ScreenButton{}
	for _, b := range s.Buttons {
		list = append(list, view.ScreenButton{ID: b.ID, Label: b.Label, Enter: b.Enter, Grave: b.Grave, Focus: b.ID == s.Focus})
	}
	slices.SortStableFunc(list, func(a, b view.ScreenButton) int {
		switch {
		case a.Enter == b.Enter:
			return 0
		case a.Enter:
			return -1
		}
		return 1
	})
	return list
}

var cameraNames = []string{"Till", "Door", "Yard", "Stairs", "Store", "Gate", "Hall", "Street"}

// Allow fills in which actions the monitor and the front offer now; url gives the
// address of each by its name: press, screen.
func Allow(t *view.Twin, url func(act string) string) {
	if t.Button {
		t.Press = view.Post(url("press"))
	}
	if len(t.Live.Monitor.Buttons) > 0 {
		t.Screen = view.Post(url("screen"))
	}
}

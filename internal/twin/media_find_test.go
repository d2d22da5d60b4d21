package twin

import "testing"

// What a search asks for, and which recordings can answer it: those of the
// schedule, by hand, or of motion. Pictures, other streams and what other alarms
// record are not there, however they are asked for.
func TestConditions(t *testing.T) {
	for name, tt := range map[string]struct {
		ask                   condition
		timing, manual, event bool
	}{
		"everything":               {condition{}, true, true, true},
		"wild cards":               {condition{Types: []string{"*"}, Flags: []string{"*"}, Events: []string{"*"}}, true, true, true},
		"the schedule's":           {condition{Flags: []string{"Timing"}}, true, false, false},
		"by hand":                  {condition{Flags: []string{"Manual"}}, false, true, false},
		"of events":                {condition{Flags: []string{"Event"}}, false, false, true},
		"of an event":              {condition{Events: []string{"VideoMotion"}}, false, false, true},
		"of one of two events":     {condition{Events: []string{"AlarmLocal", "VideoMotion"}}, false, false, true},
		"of another event":         {condition{Events: []string{"VideoLoss"}}, false, false, false},
		"of traffic":               {condition{Events: []string{"Traffic*"}}, false, false, false},
		"the schedule's of motion": {condition{Flags: []string{"Timing"}, Events: []string{"VideoMotion"}}, false, false, false},
		"two flags, one event":     {condition{Flags: []string{"Timing", "Event"}, Events: []string{"VideoMotion"}}, false, false, true},
		"marked":                   {condition{Flags: []string{"Marker", "Mosaic", "Cutout"}}, false, false, false},
		"recordings":               {condition{Types: []string{"dav"}}, true, true, true},
		"pictures":                 {condition{Types: []string{"jpg"}}, false, false, false},
		"pictures of motion":       {condition{Types: []string{"jpg"}, Flags: []string{"Event"}, Events: []string{"VideoMotion"}}, false, false, false},
		"pictures and recordings":  {condition{Types: []string{"jpg", "dav"}}, true, true, true},
		"another container":        {condition{Types: []string{"mp4"}}, false, false, false},
		"the main stream":          {condition{VideoStream: "Main"}, true, true, true},
		"the extra stream":         {condition{VideoStream: "Extra1"}, false, false, false},
		"the disk":                 {condition{Dirs: []string{"/mnt/dvr/sda0"}}, true, true, true},
		"another disk":             {condition{Dirs: []string{"/mnt/dvr/sdb0"}}, false, false, false},
	} {
		tt.ask.StartTime, tt.ask.EndTime = "2026-01-01 00:00:00", "2026-01-02 00:00:00"
		q, plausible := tt.ask.query()
		if !plausible || q.Timing != tt.timing || q.Manual != tt.manual || q.Event != tt.event {
			t.Errorf("%s: %+v", name, q)
		}
	}
}

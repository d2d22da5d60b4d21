package twin

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// However the clock is set, listeners and the log hear of it in the same way. No
// time server adjusted it, and what leaves it alone says nothing.
func TestSettingTheClockIsToldOf(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	heard := r.hears(wire.EventTimeChange, wire.EventNTPAdjustTime, wire.EventNewFile)
	clock := func() time.Time {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.body.Memory.clock(r.clock.Now())
	}
	onvif := func(kind string, at time.Time, zone string) func() {
		return func() {
			text := "<SetSystemDateAndTime ><DateTimeType>" + kind + "</DateTimeType><DaylightSavings>false</DaylightSavings>" + zone
			if !at.IsZero() {
				text += fmt.Sprintf("<UTCDateTime><tt:Time><tt:Hour>%d</tt:Hour><tt:Minute>%d</tt:Minute><tt:Second>%d</tt:Second></tt:Time><tt:Date><tt:Year>%d</tt:Year><tt:Month>%d</tt:Month><tt:Day>%d</tt:Day></tt:Date></UTCDateTime>",
					at.Hour(), at.Minute(), at.Second(), at.Year(), at.Month(), at.Day())
			}
			if status, body, _ := r.soap(signed("admin", "owner1", clock()), deviceSpace, text+"</SetSystemDateAndTime>"); status != 200 {
				t.Errorf("%d %s", status, body)
			}
		}
	}
	changed := func(before, after string) []string {
		return []string{`Code=TimeChange;action=Pulse;index=0;data={"BeforeModifyTime":"` + before + `","ModifiedTime":"` + after + `"}`}
	}
	r.clock.Advance(300 * time.Millisecond)
	steps := []struct {
		name string
		do   func()
		want []string
	}{
		{"CGI", func() { r.asUser("admin", "global.cgi?action=setCurrentTime&time=2026-01-01 00:00:40") },
			changed("2026-01-01 00:00:00", "2026-01-01 00:00:40")},
		{"CGI, not a time", func() { r.asUser("admin", "global.cgi?action=setCurrentTime&time=2026-02-30 00:00:40") }, nil},
		{"RPC2", func() {
			r.call(r.login("admin", "owner1").Session, "global.setCurrentTime", `{"time":"2026-01-01 00:00:50"}`)
		}, changed("2026-01-01 00:00:40", "2026-01-01 00:00:50")},
		{"ONVIF", onvif("Manual", time.Date(2026, 1, 1, 0, 1, 30, 0, time.UTC), ""), changed("2026-01-01 00:00:50", "2026-01-01 00:01:30")},
		{"ONVIF, by a time server", onvif("NTP", time.Time{}, ""), nil},
		{"ONVIF, the zone it has", onvif("NTP", time.Time{}, "<TimeZone><tt:TZ>GMT+00:00</tt:TZ></TimeZone>"), nil},
		{"ONVIF, another zone", onvif("NTP", time.Time{}, "<TimeZone><tt:TZ>CET-1</tt:TZ></TimeZone>"),
			changed("2026-01-01 00:01:30", "2026-01-01 01:01:30")},
	}
	times := 0
	for _, s := range steps {
		s.do()
		var got []string
		for _, line := range heard() {
			if !strings.HasPrefix(line, "Code=NewFile") {
				got = append(got, line)
			} else if s.want == nil {
				t.Errorf("%s ended a recording: %s", s.name, line)
			}
		}
		if d := cmp.Diff(s.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, d)
		}
		times += len(s.want)
	}
	if _, body := r.asUser("admin", "Log.backup?action=All&condition.Type=ModifyTime"); strings.Count(body, "Before:2026-01-01") != times {
		t.Errorf("the log: %q", body)
	}
}

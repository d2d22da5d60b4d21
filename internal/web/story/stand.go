package story

import (
	"strconv"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// stand is the pages of running virtual recorders.
func (b base) stand() []Story {
	row := func(n int, model, g, state string) view.StandRow {
		i := strconv.Itoa(n)
		return view.StandRow{
			N: n, URL: "/twin/" + i, Model: model, Serial: "AMC0TWIN000000" + i, MAC: "9c:8e:cd:00:00:0" + i,
			Generation: g, Address: "127.0.20." + i + ":8080", State: state, Serving: true,
		}
	}
	rows := []view.StandRow{
		row(1, "AMDV7208", "A", "owned"), row(2, "AMDV10808-S3", "A", "factory"),
		row(3, "AMDV4M8", "B", "owned"), row(4, "AMDV8M8-H5", "C", "uninitialised"),
	}
	rows[0].Bad, rows[0].Faults = 5, []string{"locked"}
	rows[2].Serving, rows[2].Faults = false, []string{"absent", "slow"}
	f := b.frame()
	f.PhoneURL, f.Langs = "", nil
	list := view.Stand{Frame: f, Rows: rows, First: 1, Last: 4, Count: 240, After: "/?from=5"}
	all := []Story{{"stand", list}, {"stand-twin", b.standTwin(f)}}
	for _, screen := range []string{"wizard-hdd", "init-pattern", "menu"} {
		p := b.standTwin(f)
		p.Twin.Live.Monitor = monitor(screen)
		all = append(all, Story{"stand-" + screen, p})
	}
	return all
}

func (b base) standTwin(f view.Frame) view.StandTwin {
	f.Here, f.Twin = "/twin/1", twin(430, "live", false)
	f.Twin.HandsGo = view.Action{}
	p := view.StandTwin{
		Frame: f, N: 1, List: "/", State: "owned", Serving: true, Clock: "2026-11-23 16:20:05",
		Moment: "2026-11-23 16:20:05  ×1", Control: "http://127.0.0.1:41555/twins/1",
		Facts: []view.StandFact{
			{Key: "stand.fact.model", Value: "AMDV7208"}, {Key: "stand.fact.generation", Value: "A"},
			{Key: "stand.fact.firmware", Value: "3.200.AC04.5"}, {Key: "stand.fact.serial", Value: "AMC0TWIN0000001"},
			{Key: "stand.fact.mac", Value: "9c:8e:cd:00:00:01"}, {Key: "stand.fact.channels", Value: "8"},
		},
		Services: []view.StandFact{{Name: "web", Value: "127.0.20.1:80"}, {Name: "rtsp", Value: "127.0.20.1:554"}, {Name: "dvrip", Value: "127.0.20.1:37777"}, {Name: "discovery", Value: "127.0.20.1:37810"}},
		Switches: []view.StandFact{{Name: "long-password", Value: "never-matches, 6"}, {Name: "lock", Value: "user"}, {Name: "first-login", Value: "factory"}},
		Proofs:   []view.StandProofs{{User: "admin", Proofs: 7, Accepted: 1, Bad: 5, Locked: 1}},
	}
	for n := 1; n <= 8; n++ {
		p.Cameras = append(p.Cameras, view.StandCamera{N: n, Name: "CAM" + strconv.Itoa(n), Kind: "test", Signal: true})
	}
	p.Cameras[1].Kind, p.Cameras[1].Source, p.Cameras[1].Name = "folder", "/home/anna/yard", "Yard"
	p.Cameras[2].Kind, p.Cameras[2].Source, p.Cameras[2].Signal = "stream", "rtsp://192.168.1.20:554/cam/realmonitor?channel=1&subtype=1", false
	p.Cameras[2].Trouble = "dialing the camera: connection refused"
	p.Cameras[3].Kind, p.Cameras[3].Signal = "none", false
	p.Disk = view.StandDisk{There: true, Used: "61.4 GB", Size: "1000.2 GB", Recordings: 14, Hours: "272.5", Format: view.Post("/twin/1/format")}
	for _, id := range []string{"0", "1", "60", "3600"} {
		p.Paces = append(p.Paces, view.StandStep{ID: id, On: id == "1", Do: view.Post("/twin/1/pace", "pace", id)})
	}
	for _, id := range []string{"minute", "hour", "day"} {
		p.Steps = append(p.Steps, view.StandStep{ID: id, Do: view.Post("/twin/1/step", "step", id)})
	}
	return p
}

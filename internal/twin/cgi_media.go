package twin

import (
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/disk"
)

// cgiMediaRows answer what cameras see and saw.
func cgiMediaRows() []cgiRow {
	return []cgiRow{
		{"mediaFileFind.cgi", "", anyone, (*Twin).cgiMediaFind},
		{"loadfile.cgi", "startLoad", anyone, (*Twin).cgiLoadFile},
		{"snapshot.cgi", "", anyone, (*Twin).cgiSnapshot},
		{"mjpg/video.cgi", "", anyone, (*Twin).cgiMotionJPEG},
		{"realmonitor.cgi", "getStream", anyone, (*Twin).cgiRealMonitor},
		{"audio.cgi", "getAudio", anyone, (*Twin).cgiGetAudio},
	}
}

// cgiMediaFind answers searches for recordings.
func (t *Twin) cgiMediaFind(c call) reply {
	media, now := &t.mind.media, t.clients(c.now)
	object, _ := strconv.ParseInt(c.arg("object"), 10, 64)
	known := false
	switch c.arg("action") {
	case "factory.create":
		return t.pair("result", strconv.FormatInt(media.Create(now), 10))
	case "findFile":
		return t.cgiFindFile(c, object)
	case "findNextFile":
		count, err := strconv.Atoi(c.arg("count"))
		page, known := media.Next(now, object, count)
		if !known || err != nil {
			return badRequest()
		}
		return t.lines(wire.MediaTable(mediaItems(page)))
	case "close", "factory.close":
		known = media.Close(now, object)
	case "destroy", "factory.destroy":
		known = media.Destroy(now, object)
	}
	if !known {
		return badRequest()
	}
	return ok()
}

// cgiFindFile begins a search. Nothing found is Error, with status 200: clients
// look for OK in the body.
func (t *Twin) cgiFindFile(c call, object int64) reply {
	condition, whole := conditionOf(c)
	q, plausible := condition.query()
	if !whole || !plausible {
		return badRequest()
	}
	if !t.may(c.user, replay(q.Channel)) {
		return refuse(403, wire.CGINoRight)
	}
	found, known := t.search(c.now, object, q)
	switch {
	case !known:
		return badRequest()
	case !found:
		return refuse(200, wire.CGIOther)
	}
	return ok()
}

// mediaItems lists files as both ways of searching do.
func mediaItems(files []disk.File) []wire.MediaItem {
	items := make([]wire.MediaItem, 0, len(files))
	for _, f := range files {
		m := wire.MediaItem{
			Channel: f.Channel, Duration: int(f.To.Sub(f.From).Seconds()),
			StartTime: f.From.Format(time.DateTime), EndTime: f.To.Format(time.DateTime),
			FilePath: f.Path(), Flags: []string{flag(f)}, Length: fileSize(f.Stretch), Type: "dav", WorkDir: disk.Folder,
		}
		if f.Event {
			m.Events = []string{"VideoMotion"}
		}
		items = append(items, m)
	}
	return items
}

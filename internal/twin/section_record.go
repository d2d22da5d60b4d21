package twin

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// resolutions that the page of encoding offers, as width and height.
var resolutions = []string{"1920x1080", "1280x720", "960x576", "960x480", "704x576", "704x480", "352x288", "352x240"}

func (v viewer) encodeItems() []item {
	return v.channelItems("encode", func(channel int) []item {
		c := strconv.Itoa(channel)
		main := "Encode[" + c + "].MainFormat[0]."
		fps := v.pick("fps", "Frame Rate", main+"Video.FPS")
		fps.Choices = numbers(1, 30)
		return []item{
			v.text("title", "Channel Name", "ChannelTitle["+c+"].Name", 63, badName),
			v.pick("codec", "Compression", main+"Video.Compression", "H.264", "H.264", "H.265", "H.265", "MJPG", "MJPEG"),
			v.resolutionItem(main), fps,
			v.text("rate", "Bit Rate (Kb/s)", main+"Video.BitRate", 5, badNumber),
			v.tick("audio", "Audio", main+"AudioEnable"),
		}
	})
}

// resolutionItem is two settings in one field.
func (v viewer) resolutionItem(format string) item {
	s := &v.t.body.Flash.Settings
	is := s.Get(format+"Video.Width") + "x" + s.Get(format+"Video.Height")
	it := item{Field: Field{ID: "size", Label: "Resolution", Kind: FieldChoice}, is: is, bad: badValue}
	known := false
	for _, r := range resolutions {
		it.Choices = append(it.Choices, Choice{r, r})
		known = known || r == is
	}
	if !known {
		it.Choices = append(it.Choices, Choice{is, is})
	}
	it.to = func(value string) wire.Table {
		w, h, _ := strings.Cut(value, "x")
		return wire.Table{{Key: format + "Video.Width", Value: w}, {Key: format + "Video.Height", Value: h}}
	}
	return it
}

// plans are what a day's first span can be for, by its mask.
var plans = choices("7", "Always, motion and alarm", "1", "Always", "6", "Motion and alarm only", "2", "Motion only", "0", "Nothing")

const wholeDay = " 00:00:00-24:00:00"

func (v viewer) recordItems() []item {
	return v.channelItems("record", func(channel int) []item {
		c := "[" + strconv.Itoa(channel) + "]."
		before := v.pick("before", "Pre-record (s)", "Record"+c+"PreRecord")
		before.Choices = numbers(0, 30)
		return []item{
			v.pick("mode", "Record Mode", "RecordMode"+c+"Mode", "0", "Schedule", "1", "Manual", "2", "Stop"),
			v.planItem("Record" + c), before,
			v.tick("motion", "Motion Detect", "MotionDetect"+c+"Enable"),
		}
	})
}

// planItem is the plan of a week where every day is alike, in its first span. One
// that is more than that shows as such and can be replaced.
func (v viewer) planItem(record string) item {
	s := &v.t.body.Flash.Settings
	day := func(n int) string { return fmt.Sprintf("%sTimeSection[%d][0]", record, n) }
	it := item{Field: Field{ID: "plan", Label: "Schedule", Kind: FieldChoice, Choices: plans}, bad: badValue}
	mask, whole := strings.CutSuffix(s.Get(day(0)), wholeDay)
	it.is = "own"
	for _, p := range plans {
		if whole && p.Value == mask {
			it.is = mask
		}
	}
	for n := 1; n < 7; n++ {
		if s.Get(day(n)) != s.Get(day(0)) {
			it.is = "own"
		}
	}
	if it.is == "own" {
		it.Choices = append(choices("own", "By the plan of each day"), plans...)
	}
	it.to = func(value string) wire.Table {
		var lines wire.Table
		for n := 0; n < 7 && value != "own"; n++ {
			lines = append(lines, wire.Pair{Key: day(n), Value: value + wholeDay})
		}
		return lines
	}
	return it
}

func (v viewer) diskItems() []item { return nil }

func (v viewer) diskLines() []string {
	if _, _, there := v.t.storage(); !there {
		return []string{"No HDD."}
	}
	return nil
}

func (v viewer) diskTable() *Table {
	total, used, there := v.t.storage()
	if !there {
		return nil
	}
	status := "Normal"
	if !v.t.writable() {
		status = "Error"
	}
	gigabytes := func(n int64) string { return fmt.Sprintf("%.2f GB", float64(n)/(1<<30)) }
	return &Table{
		Heads: []string{"HDD", "Type", "Status", "Free Space", "Total Space"},
		Rows:  [][]string{{"SATA 1", "Read/Write", status, gigabytes(total - used), gigabytes(total)}},
	}
}

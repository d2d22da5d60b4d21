package twin

import (
	"fmt"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

func (v viewer) generalItems() []item {
	return []item{
		v.text("general.name", "Device Name", "General.MachineName", 32, badName),
		v.text("general.number", "Device No.", "General.LocalNo", 3, badNumber),
		v.languageItem("general.language"),
		v.standardItem("general.standard"),
		v.pick("general.full", "HDD Full", "MediaGlobal.OverwriteMode", "Overwrite", "Overwrite", "Stop", "Stop"),
		v.text("general.logout", "Auto Logout (min, 0 never)", "General.MaxOnlineTime", 4, badNumber),
	}
}

func (v viewer) languageItem(id string) item {
	return v.pick(id, "Language", "Language.CurrentLanguage", "English", "ENGLISH", "SimpChinese", "CHINESE", "Spanish", "ESPAÑOL",
		"French", "FRANÇAIS", "German", "DEUTSCH", "Italian", "ITALIANO", "Portuguese", "PORTUGUÊS", "Russian", "РУССКИЙ")
}

func (v viewer) standardItem(id string) item {
	return v.pick(id, "Video Standard", "VideoStandard", "NTSC", "NTSC", "PAL", "PAL")
}

// clockField is where a new time is typed. What stands in it goes on like a clock
// until it is saved; empty leaves the clock alone.
const clockField = "date.time"

func (v viewer) dateItems() []item {
	list := []item{{
		Field: Field{ID: clockField, Label: "New Time", Kind: FieldText, Max: len(time.DateTime), Hint: "YYYY-MM-DD HH:MM:SS"},
		free:  v.wrongTime,
	}, v.zoneItem(), v.pick("date.format", "Date Format", "Locales.TimeFormat",
		"yyyy-MM-dd_HH:mm:ss", "YYYY MM DD", "MM-dd-yyyy_HH:mm:ss", "MM DD YYYY", "dd-MM-yyyy_HH:mm:ss", "DD MM YYYY")}
	list = append(list, v.tick("date.dst", "DST", "Locales.DSTEnable"))
	list = append(list, under("date.dst", append(v.dstItems("Start"), v.dstItems("End")...)...)...)
	list = append(list, v.tick("date.ntp", "NTP", "NTP.Enable"))
	return append(list, under("date.ntp",
		v.text("date.server", "NTP Server", "NTP.Address", 63, "The server's name is not possible."),
		v.text("date.port", "NTP Port", "NTP.Port", 5, badPort),
		v.text("date.interval", "Interval (min)", "NTP.UpdatePeriod", 5, badNumber),
	)...)
}

// under says that fields go with a tick.
func under(tick string, items ...item) []item {
	for i := range items {
		items[i].Under = tick
	}
	return items
}

func (v viewer) dateLines() []string {
	return []string{"System Time: " + v.t.body.Memory.clock(v.now).Format("2006-01-02 15:04")}
}

func (v viewer) wrongTime(text string) string {
	if text == "" {
		return ""
	}
	if _, err := parseClock(text, v.now.Location()); err != nil {
		return "The time is not possible."
	}
	return ""
}

// setClock puts the clock to what was typed, and to what has gone by since.
func (v viewer) setClock(text string) {
	at, err := parseClock(text, v.now.Location())
	if err == nil {
		_ = v.t.setClock(v.now, v.m.user, at.Add(v.now.Sub(v.m.typed)).Format(time.DateTime)) // a year too far leaves it
	}
}

// zoneItem chooses the zone by the maker's own number. The zone that recorders come
// with keeps the name that goes with it.
func (v viewer) zoneItem() item {
	it := v.pick("date.zone", "Time Zone", "NTP.TimeZone")
	for n := 0; ; n++ {
		minutes, known := wire.ZoneMinutes(n)
		if !known {
			break
		}
		it.Choices = append(it.Choices, Choice{strconv.Itoa(n), zoneLabel(minutes)})
	}
	if last := len(it.Choices); v.t.body.Flash.Settings.Int("NTP.TimeZone") >= last {
		it.Choices = append(it.Choices, Choice{it.is, "No. " + it.is})
	}
	it.to = func(value string) wire.Table {
		label := "Easterntime"
		if n, err := strconv.Atoi(value); err == nil && n != factoryZone {
			minutes, _ := wire.ZoneMinutes(n)
			label = zoneLabel(minutes)
		}
		return wire.Table{{Key: "NTP.TimeZone", Value: value}, {Key: "NTP.TimeZoneDesc", Value: label}}
	}
	return it
}

func zoneLabel(minutes int) string {
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("GMT%c%02d:%02d", sign, minutes/60, minutes%60)
}

// dstItems are when summer time begins or ends. A week of 0 is a day of the month,
// any other the weekday in that week, 0 for Sunday.
func (v viewer) dstItems(end string) []item {
	id, key := "date.dst"+end, "Locales.DST"+end+"."
	month := v.pick(id+".month", "DST "+end+": Month", key+"Month")
	for m := time.January; m <= time.December; m++ {
		month.Choices = append(month.Choices, Choice{strconv.Itoa(int(m)), m.String()[:3]})
	}
	week := v.pick(id+".week", "DST "+end+": Week", key+"Week", "0", "By date", "1", "First", "2", "Second", "3", "Third", "4", "Fourth", "5", "Fifth", "-1", "Last")
	hour := v.pick(id+".hour", "DST "+end+": Hour", key+"Hour")
	hour.Choices = numbers(0, 23)
	return []item{month, week, v.text(id+".day", "DST "+end+": Day", key+"Day", 2, "The day is not possible."), hour}
}

func (v viewer) maintainItems() []item {
	day := v.pick("maintain.day", "Auto Reboot", "AutoMaintain.AutoRebootDay", "-1", "Never", "7", "Every day",
		"0", "Sunday", "1", "Monday", "2", "Tuesday", "3", "Wednesday", "4", "Thursday", "5", "Friday", "6", "Saturday")
	hour := v.pick("maintain.hour", "Hour", "AutoMaintain.AutoRebootHour")
	hour.Choices = numbers(0, 23)
	return []item{v.tick("maintain.reboot", "Reboot by plan", "AutoMaintain.AutoRebootEnable"), day, hour}
}

package wire

import "slices"

// zones are the recorders' time zones by their number in NTP.TimeZone, in minutes
// east of Greenwich. The maker's list (EM_CFG_TIME_ZONE_TYPE of its network kit)
// goes east from 0 and then west.
var zones = [...]int{
	0, 60, 120, 180, 210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 540, 570, 600, 660, 720, 780,
	-60, -120, -180, -210, -240, -300, -360, -420, -480, -540, -600, -660, -720,
}

// ZoneMinutes gives how many minutes east of Greenwich the zone with this number in
// NTP.TimeZone is; ok is false for a number that is not known.
func ZoneMinutes(number int) (minutes int, ok bool) {
	if number < 0 || number >= len(zones) {
		return 0, false
	}
	return zones[number], true
}

// ZoneNumber is the inverse of [ZoneMinutes]; ok is false where recorders have no
// such zone.
func ZoneNumber(minutes int) (number int, ok bool) {
	i := slices.Index(zones[:], minutes)
	return max(i, 0), i >= 0
}

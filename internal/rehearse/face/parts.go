package face

import (
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Front gives the button and the lights.
func Front(f twin.Front) view.TwinFront {
	on := func(l twin.LED) bool { return l != twin.Dark }
	v := view.TwinFront{Button: f.HasButton, Pressed: f.Button, Power: on(f.Power), HDD: on(f.Disk), Net: on(f.Net)}
	if f.Button {
		v.Down = int(f.Held * 1000)
	}
	return v
}

// Rear gives the cables, and the rocker where there is one.
func Rear(r twin.Rear) view.TwinRear {
	v := view.TwinRear{
		Power: r.Cord, HDMI: r.Cables[twin.CableHDMI], LAN: r.Cables[twin.CableNetwork],
		USB: r.Cables[twin.CableUSB], Video: r.Cables[twin.CableCameras],
	}
	if r.HasRocker {
		v.Rocker = &r.Rocker
	}
	return v
}

// Cables lists what can be pulled, plugged and switched at the back. Their
// actions are for the caller to fill in.
func Cables(r view.TwinRear) []view.Cable {
	list := []view.Cable{
		{ID: "power", In: r.Power, Part: "power"}, {ID: "hdmi", In: r.HDMI, Part: "hdmi"},
		{ID: "lan", In: r.LAN, Part: "lan"}, {ID: "usb", In: r.USB, Part: "usb"}, {ID: "video", In: r.Video, Part: "video"},
	}
	if r.Rocker != nil {
		list = append(list, view.Cable{ID: "rocker", In: *r.Rocker, Part: "rocker"})
	}
	return list
}

// sockets maps the page's names of cables to the twin's.
var sockets = map[string]twin.Cable{
	"hdmi": twin.CableHDMI, "lan": twin.CableNetwork, "usb": twin.CableUSB, "video": twin.CableCameras,
}

// Pull pulls (in false) or plugs what [Cables] lists by its ID. It gives
// [twin.ErrNoPart] for what this recorder has not.
func Pull(t *twin.Twin, id string, in bool) error {
	if c, known := sockets[id]; known {
		return t.SetCable(c, in)
	}
	switch {
	case id == "rocker":
		return t.SetRocker(in)
	case id != "power":
		return twin.ErrNoPart
	case in:
		t.Plug()
	default:
		t.Unplug()
	}
	return nil
}

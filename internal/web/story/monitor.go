package story

import "github.com/rekey-dvr/rekey/internal/web/view"

var (
	ok     = view.ScreenButton{ID: "ok", Label: "OK", Enter: true}
	next   = view.ScreenButton{ID: "next", Label: "Next", Enter: true}
	back   = view.ScreenButton{ID: "back", Label: "Back"}
	cancel = view.ScreenButton{ID: "cancel", Label: "Cancel"}
)

// monitor is a page of the recorder's own screen.
func monitor(screen string) view.TwinMonitor {
	m := view.TwinMonitor{Screen: screen}
	switch screen {
	case "live":
		m.Channels, m.Buttons = []string{"Till", "Door", "Yard", ""}, []view.ScreenButton{{ID: "menu", Label: "Main Menu", Focus: true}}
	case "login":
		m.Title, m.Box, m.Buttons = "System Login", "Wrong user name or password.", []view.ScreenButton{ok, cancel}
		m.Fields = []view.ScreenField{typed("user", "User Name", "admin", 31), {ID: "password", Label: "Password", Kind: "password", Max: 128, Focus: true}}
	case "wizard-network":
		m.Title, m.Step, m.Steps = "Startup Wizard: Network", 3, []bool{true, true, true, false, false, false, false, false}
		m.Fields = []view.ScreenField{
			{ID: "network.dhcp", Label: "DHCP", Kind: "check", Value: "false"}, typed("network.address", "IP Address", "192.168.1.108", 15),
			typed("network.mask", "Subnet Mask", "255.255.255.0", 15), typed("network.gateway", "Default Gateway", "192.168.1.1", 15),
			typed("network.dns1", "Preferred DNS", "8.8.8.8", 15), typed("network.http", "HTTP Port", "80", 5),
		}
		m.Buttons = []view.ScreenButton{next, back, cancel}
	case "wizard-hdd":
		m.Title, m.Step, m.Steps = "Startup Wizard: HDD Manage", 7, []bool{true, true, true, true, true, true, true, false}
		m.Heads = []string{"HDD", "Type", "Status", "Free Space", "Total Space"}
		m.Rows = [][]string{{"SATA 1", "Read/Write", "Normal", "874.30 GB", "931.51 GB"}}
		m.Buttons = []view.ScreenButton{next, back, {ID: "format", Label: "Format", Grave: true}, cancel}
	case "init-pattern":
		m.Title, m.Step, m.Steps = "Unlock Pattern", 4, []bool{true, true, true, true, false, false}
		m.Lines = []string{"Connect at least 4 dots, twice. It then unlocks this screen instead of the password."}
		m.Fields = []view.ScreenField{{ID: "pattern.new", Label: "Pattern", Kind: "pattern", Value: "•••"}, {ID: "pattern.again", Label: "Once more", Kind: "pattern"}}
		m.Buttons = []view.ScreenButton{next, back, {ID: "skip", Label: "Skip"}, cancel}
	case "menu":
		m.Title, m.Menu = "Main Menu", true
		for _, name := range []string{"General", "Date & Time", "Encode", "Record", "HDD Manage", "Network", "P2P & UPnP", "Account", "Auto Maintain", "Upgrade", "Version", "Log", "Startup Wizard", "Shutdown", "Exit"} {
			m.Buttons = append(m.Buttons, view.ScreenButton{ID: name, Label: name})
		}
	}
	return m
}

func typed(id, label, value string, longest int) view.ScreenField {
	return view.ScreenField{ID: id, Label: label, Kind: "text", Value: value, Max: longest}
}

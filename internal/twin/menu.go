package twin

// menuPages are the main menu's, in order. The names of HDD Manage, Account, Modify
// Password and Auto Maintain are from makers' pages; the rest is the family's in
// general.
var menuPages = []struct {
	page  ScreenName
	label string
	needs right
}{
	{"general", "General", authSysCfg}, {"date", "Date & Time", authSysCfg}, {"encode", "Encode", authAVParam},
	{"record", "Record", authStoreCfg}, {"hdd", "HDD Manage", authStoreCfg}, {"network", "Network", authNetCfg},
	{"p2p", "P2P & UPnP", authNetCfg}, {ScreenAccounts, "Account", anyone}, {"maintain", "Auto Maintain", authSysCfg},
	{ScreenUpgrade, "Upgrade", authMaintence}, {ScreenVersion, "Version", anyone}, {ScreenLog, "Log", authSysInfo},
	{ScreenName(wizardPage), "Startup Wizard", authSysCfg}, {ScreenPower, "Shutdown", authMaintence},
}

// menuPanel is the main menu or a page of it.
func (v viewer) menuPanel(name ScreenName) *panel {
	switch name {
	case ScreenMenu:
		return v.mainMenu()
	case ScreenAccounts:
		return v.accountsPanel()
	case ScreenPassword:
		return v.passwordPanel()
	case ScreenAddUser:
		return v.addUserPanel()
	case ScreenModifyUser:
		return v.modifyUserPanel()
	case ScreenUpgrade:
		return v.upgradePanel()
	case ScreenVersion:
		return v.versionPanel()
	case ScreenLog:
		return v.logPanel()
	case ScreenPower:
		return v.powerPanel()
	}
	if s, there := sections()[string(name)]; there {
		return v.sectionPanel(s)
	}
	return nil
}

func (v viewer) mainMenu() *panel {
	p := &panel{title: "Main Menu"}
	for _, row := range menuPages {
		p.buttons = append(p.buttons, Button{ID: string(row.page), Label: row.label})
	}
	p.buttons = append(p.buttons, Button{ID: buttonCancel.ID, Label: "Exit"})
	p.press = func(id string) error {
		if id == buttonCancel.ID {
			v.leave()
			return nil
		}
		for _, row := range menuPages {
			if string(row.page) == id {
				return v.open(row.page, row.needs)
			}
		}
		return ErrNotNow
	}
	return p
}

// open shows a page of the menu to who has the right.
func (v viewer) open(page ScreenName, needs right) error {
	if !v.may(needs) {
		return v.noRight()
	}
	if page == wizardPage {
		if v.m.user != "admin" {
			return v.noRight()
		}
		page = v.firstStep()
	}
	v.m.draft, v.m.first = nil, 0
	v.turn(page)
	return nil
}

func (v viewer) noRight() error {
	v.m.message = NoRight
	return ErrRefused
}

// sectionPanel is a section in the menu. Apply writes it and stays; Cancel drops
// what was put in.
func (v viewer) sectionPanel(s section) *panel {
	p := s.panel(v)
	if len(p.items) > 0 {
		p.buttons = []Button{buttonApply}
	}
	p.buttons = append(append(p.buttons, s.more...), buttonCancel)
	p.press = func(id string) error {
		switch id {
		case buttonCancel.ID:
			v.m.draft = nil
			v.turn(ScreenMenu)
		case buttonApply.ID:
			if !v.may(s.needs) {
				return v.noRight()
			}
			if v.save(p.items) {
				v.m.draft, v.m.box = nil, "The settings are saved."
			}
		default:
			v.askFormat()
		}
		return nil
	}
	return p
}

package view

// Pages lists an empty value of every page there is.
func Pages() []Page {
	return []Page{
		Home{}, Triage{}, Routes{}, Before{}, Gate{}, Coach{}, Rest{}, Tag{}, Return{},
		Address{}, Verify{}, Password{}, Finish{}, Record{}, Steps{}, Wait{}, Screen{},
		Phone{}, Practice{}, Error{}, Card{}, Stand{}, StandTwin{},
		Task{}, Setup{}, Follow{}, Firmware{}, Snapshots{}, Reminders{},
		Unlock{}, Kept{}, HandOver{}, KeyCard{},
	}
}

package setup

import "slices"

// fromSteps are the notes that follow from steps alone.
var fromSteps = []Note{NoteRestart, NoteCuts, NoteReach, NoteLockOff, NotePasswords}

// note adds what follows from the changes.
func (p *Plan) note() {
	for _, s := range p.Steps {
		if s.Restart {
			p.say(NoteRestart)
		}
		if s.Cuts {
			p.say(NoteCuts)
		}
		if s.Account != nil && s.Account.New && !s.Account.Own {
			p.say(NotePasswords)
		}
		for _, c := range s.Changes {
			switch c.Key {
			case "UPnP.Enable", "T2UServer.Enable", "VSP_PaaS.Enable", "DDNS[0].Enable", "Telnet.Enable", "SSHD.Enable":
				if same(c.Key, c.To, "true") {
					p.say(NoteReach)
				}
			case "General.LockLoginEnable":
				if same(c.Key, c.To, "false") {
					p.say(NoteLockOff)
				}
			}
		}
	}
}

// noteProfile adds what follows from what is wanted.
func (p *Plan) noteProfile(profile *Profile) {
	c, n := profile.Clock, profile.NTP
	dst := c != nil && c.DST != nil && *c.DST == DSTAuto
	if dst {
		p.say(NoteDSTYear)
	}
	if n != nil && n.Enable != nil && *n.Enable {
		if dst {
			p.say(NoteNTPDST)
		}
		if c == nil || c.Zone == nil {
			p.say(NoteNTPZone)
		}
	}
}

func (p *Plan) say(n Note) {
	if !slices.Contains(p.Notes, n) {
		p.Notes = append(p.Notes, n)
	}
}

package twin

import "time"

// ScreenName is which page the owner sees on the screen at the recorder.
type ScreenName string

// The pages.
const (
	ScreenOff            ScreenName = "off"             // no power, no picture
	ScreenBoot           ScreenName = "boot"            // the maker's picture
	ScreenLive           ScreenName = "live"            // the grid of cameras
	ScreenLogin          ScreenName = "login"           // name and password, for the menu
	ScreenLocked         ScreenName = "locked"          // the account is locked
	ScreenWizard         ScreenName = "wizard"          // the set-up wizard offers itself
	ScreenWizardLogin    ScreenName = "wizard-login"    // it wants admin's login
	ScreenWizardPassword ScreenName = "wizard-password" // it wants a new password
	ScreenInit           ScreenName = "init"            // first run: the licence
	ScreenInitPassword   ScreenName = "init-password"   // first run: the first password
	ScreenMenu           ScreenName = "menu"            // the main menu
	ScreenAccounts       ScreenName = "accounts"        // menu, system, account
	ScreenPassword       ScreenName = "password"        // change the password of one account
)

// Screen is what the owner sees at a moment.
type Screen struct {
	Name      ScreenName `json:"name"`
	Clock     string     `json:"clock,omitempty"`    // 2006-01-02 15:04:05, on every page with a picture
	User      string     `json:"user,omitempty"`     // who is logged in at the console
	Account   string     `json:"account,omitempty"`  // whose password is being changed
	Accounts  []string   `json:"accounts,omitempty"` // on ScreenAccounts
	Message   Message    `json:"message,omitempty"`  // the box over the page
	Left      int        `json:"left,omitempty"`     // tries left, where the message says so
	LockedFor int        `json:"locked_for,omitempty"`
	Channels  int        `json:"channels,omitempty"` // of the grid
	LimitMin  int        `json:"limit_min"`          // shortest password the page takes; 0 not known
	LimitMax  int        `json:"limit_max"`          // longest; 0 not known
}

// Message is what the box on the screen says. Pages word it.
type Message string

// The messages.
const (
	NoMessage       Message = ""
	WrongLogin      Message = "wrong-login"
	AccountLocked   Message = "account-locked"
	PasswordsDiffer Message = "passwords-differ"
	PasswordRefused Message = "password-refused"
	PasswordChanged Message = "password-changed"
	NoRight         Message = "no-right"
	NotFactory      Message = "only-admin" // the wizard takes admin's login only
)

// monitorState is where on its pages the screen is; live view is the zero value.
type monitorState struct {
	page    ScreenName
	user    string
	account string
	message Message
	left    int
}

// firstScreen is what comes after the maker's picture.
func (t *Twin) firstScreen() monitorState {
	switch f := &t.body.Flash; {
	case !f.Initialised:
		return monitorState{page: ScreenInit}
	case f.Wizard:
		return monitorState{page: ScreenWizard}
	}
	return monitorState{page: ScreenLive}
}

// screen is the monitor at now.
func (t *Twin) screen(now time.Time) Screen {
	switch t.body.Run.stage(now) {
	case StageOff:
		return Screen{Name: ScreenOff}
	case StageBoot:
		return Screen{Name: ScreenBoot}
	}
	m := t.mind.monitor
	s := Screen{
		Name: m.page, User: m.user, Account: m.account, Message: m.message, Left: m.left,
		Clock:    t.body.Memory.clock(now).Format(time.DateTime),
		Channels: t.body.Model.Channels,
	}
	if s.Name == ScreenAccounts {
		for _, a := range t.body.Flash.Accounts {
			if !a.Hidden {
				s.Accounts = append(s.Accounts, a.Name)
			}
		}
	}
	if end := t.body.Locks.until(now, m.account, console); s.Name == ScreenLocked {
		s.LockedFor = max(0, int(end.Sub(now).Round(time.Second).Seconds()))
	}
	s.LimitMin, s.LimitMax = t.limits()
	return s
}

// limits are what the password page tells of its rule.
func (t *Twin) limits() (shortest, longest int) {
	switch {
	case t.body.firstRun():
		return minLength, maxLength
	case t.body.Model.Generation == GenA:
		return 1, t.body.Switches.LongLimit
	}
	return 0, 0
}

package twin

import "time"

// ScreenName is which page the owner sees on the screen at the recorder. Besides
// those below there are the pages of the start-up wizard ("wizard-general" and so
// on, see [WizardSteps]) and those of the menu ("general" and so on).
type ScreenName string

// The pages.
const (
	ScreenOff          ScreenName = "off"           // no power, no picture
	ScreenBoot         ScreenName = "boot"          // the maker's picture
	ScreenLive         ScreenName = "live"          // the grid of cameras
	ScreenLogin        ScreenName = "login"         // name and password, for the menu
	ScreenPatternLogin ScreenName = "login-pattern" // the unlock pattern instead, where one was set
	ScreenLocked       ScreenName = "locked"        // the account is locked
	ScreenWizard       ScreenName = "wizard"        // the start-up wizard offers itself
	ScreenWizardLogin  ScreenName = "wizard-login"  // it wants admin's login
	ScreenWizardFinish ScreenName = "wizard-finish" // its last page
	ScreenInit         ScreenName = "init"          // first run: region, language, video standard
	ScreenInitTime     ScreenName = "init-time"     // first run: zone and clock
	ScreenInitPassword ScreenName = "init-password" // first run: the first password
	ScreenInitPattern  ScreenName = "init-pattern"  // first run: the unlock pattern
	ScreenInitProtect  ScreenName = "init-protect"  // first run: e-mail and questions
	ScreenInitLicence  ScreenName = "init-licence"  // first run: the licence
	ScreenMenu         ScreenName = "menu"          // the main menu
	ScreenAccounts     ScreenName = "accounts"      // menu, system, account
	ScreenPassword     ScreenName = "password"      // change the password of one account
	ScreenAddUser      ScreenName = "add-user"      // menu, account, add
	ScreenModifyUser   ScreenName = "modify-user"   // menu, account, modify
	ScreenUpgrade      ScreenName = "upgrade"       // menu, upgrade from a USB stick
	ScreenVersion      ScreenName = "version"       // menu, version
	ScreenLog          ScreenName = "log"           // menu, log
	ScreenPower        ScreenName = "power"         // menu, shutdown
	ScreenAsk          ScreenName = "ask"           // a question that wants a yes before anything is done
)

// Screen is what the owner sees at a moment. Fields and buttons are in the order
// of the Tab key. Texts are the recorder's own, in English.
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

	Title   string   `json:"title,omitempty"`
	Step    int      `json:"step,omitempty"` // of a wizard, from 1
	Steps   int      `json:"steps,omitempty"`
	Box     string   `json:"box,omitempty"` // what the screen says to what was just done
	Lines   []string `json:"lines,omitempty"`
	Table   *Table   `json:"table,omitempty"`
	Fields  []Field  `json:"fields,omitempty"`
	Buttons []Button `json:"buttons,omitempty"`
	Focus   string   `json:"focus,omitempty"` // ID of the field or button that keys go to
}

// Table is a list on a page.
type Table struct {
	Heads []string   `json:"heads"`
	Rows  [][]string `json:"rows"`
}

// FieldKind is what sort of field one is.
type FieldKind string

// The kinds.
const (
	FieldText     FieldKind = "text"
	FieldPassword FieldKind = "password" // its value shows as one dot for each character
	FieldChoice   FieldKind = "choice"
	FieldCheck    FieldKind = "check"   // "true" or "false"
	FieldPattern  FieldKind = "pattern" // dots of a three by three grid, "1" to "9" in the order drawn; shows as a password
)

// Field is something on a page that can be filled in.
type Field struct {
	ID      string    `json:"id"`
	Label   string    `json:"label"`
	Kind    FieldKind `json:"kind"`
	Value   string    `json:"value"`
	Choices []Choice  `json:"choices,omitempty"`
	Max     int       `json:"max,omitempty"`    // characters; 0 where there is nothing to type
	Hint    string    `json:"hint,omitempty"`   // what stands in the field while it is empty
	Follow  bool      `json:"follow,omitempty"` // other fields of the page depend on it
	Under   string    `json:"under,omitempty"`  // the tick that it goes with: without that it means nothing
}

// Choice is a value that a field can have.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Button is something on a page to press.
type Button struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Enter bool   `json:"enter,omitempty"` // what the Enter key presses on a field
	Grave bool   `json:"grave,omitempty"` // something is lost by it
}

// Message is what the box on the screen says, of logins and passwords.
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

// boxes word the messages as a recorder does.
var boxes = map[Message]string{
	WrongLogin: "Wrong user name or password.", AccountLocked: "The account is locked.",
	PasswordsDiffer: "The two passwords are not the same.", PasswordRefused: "The password does not follow the rule.",
	PasswordChanged: "The password was changed.", NoRight: "No right for this operation.",
	NotFactory: "Log in as admin.",
}

// monitorState is where on its pages the screen is; live view is the zero value.
type monitorState struct {
	page    ScreenName
	user    string
	account string
	message Message
	left    int
	box     string
	draft   draft  // what was put into fields; the recorder has none of it yet
	focus   string // empty: the first field or button
	typed   time.Time
	ask     question
	first   int // line of the log the page begins with
}

// draft is what stands in the fields of a page or of a whole wizard, by their IDs,
// where it is not what the recorder has.
type draft map[string]Password

// firstScreen is what comes after the maker's picture. Power loss, and the end of
// the twin's process, lose what stood on the screen: a wizard that was open begins
// anew, with empty pages.
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
	m := &t.mind.monitor
	s := Screen{
		Name: m.page, User: m.user, Account: m.account, Message: m.message, Left: m.left, Box: m.box,
		Clock:    t.body.Memory.clock(now).Format(time.DateTime),
		Channels: t.body.Model.Channels,
	}
	if s.Box == "" {
		s.Box = boxes[m.message]
	}
	if s.Name == ScreenAccounts {
		s.Accounts = t.listedAccounts()
	}
	if end := t.body.Locks.until(now, m.account, console); s.Name == ScreenLocked {
		s.LockedFor = max(0, int(end.Sub(now).Round(time.Second).Seconds()))
	}
	s.LimitMin, s.LimitMax = t.limits()
	t.viewer(now).draw(&s)
	return s
}

// listedAccounts are those that the menu shows.
func (t *Twin) listedAccounts() []string {
	var names []string
	for _, a := range t.body.Flash.Accounts {
		if !a.Hidden {
			names = append(names, a.Name)
		}
	}
	return names
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

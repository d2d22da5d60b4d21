package twin

import (
	"errors"
	"testing"
	"time"
)

// The stock wizard after a drain, as an owner goes through it.
func TestWizardAfterDrain(t *testing.T) {
	r := start(t, Config{Model: withButton(GenA), Password: "owner1"})
	r.drainFront(92)
	c := r.Console()
	type step struct {
		name string
		do   func() (Screen, error)
		want ScreenName
		msg  Message
		err  error
	}
	steps := []step{
		{"it waits", func() (Screen, error) { return c.Screen(), nil }, ScreenWizard, "", nil},
		{"no menu yet", c.Menu, ScreenWizard, "", ErrNotNow},
		{"next", c.Next, ScreenWizardLogin, "", nil},
		{"888888", func() (Screen, error) { return c.Login("888888", "888888") }, ScreenWizardLogin, NotFactory, ErrRefused},
		{"admin", func() (Screen, error) { return c.Login("admin", "admin") }, "wizard-general", "", nil},
		{"two passwords", func() (Screen, error) { return c.ChangePassword("abc234", "abc235") }, "wizard-general", PasswordsDiffer, ErrPassword},
		{"cancel", c.Cancel, ScreenLive, "", nil},
	}
	for _, s := range steps {
		got, err := s.do()
		if got.Name != s.want || got.Message != s.msg || !errors.Is(err, s.err) {
			t.Fatalf("%s: %s %q %v, want %s %q %v", s.name, got.Name, got.Message, err, s.want, s.msg, s.err)
		}
	}
	if !r.logsIn("admin") {
		t.Error("cancelling changed the password")
	}
	r.Unplug()
	r.clock.Advance(time.Minute)
	r.Plug()
	r.clock.Advance(DefaultBootTime)
	if got := c.Screen().Name; got != ScreenWizard {
		t.Errorf("after cancelling, the next start shows %s", got)
	}
	_, _ = c.Next()
	_, _ = c.Login("admin", "admin")
	if s, err := c.ChangePassword("abc234", "abc234"); err != nil || s.Name != ScreenLive || s.Message != PasswordChanged {
		t.Errorf("the change: %+v %v", s, err)
	}
	if !r.logsIn("abc234") || r.logsIn("admin") {
		t.Error("the wizard's password is not the one that logs in")
	}
	if r.Snapshot().Factory {
		t.Error("it still counts as factory state")
	}
}

// The local account 888888 of an owner who forgot admin's password.
func TestMenuChangesPassword(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	c := r.Console()
	_, _ = c.Menu()
	if s, err := c.Login("888888", "888888"); err != nil || s.Name != ScreenMenu || s.User != "888888" {
		t.Fatalf("888888 at the console: %+v %v", s, err)
	}
	s, err := c.Accounts()
	if err != nil || len(s.Accounts) != 3 {
		t.Fatalf("accounts: %+v %v", s, err)
	}
	_, _ = c.Account("admin")
	if s, err := c.ChangePassword("xyz789", "xyz789"); err != nil || s.Name != ScreenAccounts {
		t.Errorf("change: %+v %v", s, err)
	}
	if !r.logsIn("xyz789") {
		t.Error("admin's new password is refused")
	}
	_, _ = c.Cancel()
	if s, _ := c.Cancel(); s.Name != ScreenLive || s.User != "" {
		t.Errorf("after leaving the menu: %+v", s)
	}
	_, _ = c.Menu()
	_, _ = c.Login("666666", "666666")
	_, _ = c.Accounts()
	if s, err := c.Account("admin"); !errors.Is(err, ErrRefused) || s.Message != NoRight {
		t.Errorf("666666 on admin's account: %+v %v", s, err)
	}
}

func TestFirstRunOnScreen(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC}})
	c := r.Console()
	if s := c.Screen(); s.Name != ScreenInit || s.LimitMin != 8 || s.LimitMax != 32 {
		t.Fatalf("%+v", s)
	}
	if _, err := c.Cancel(); !errors.Is(err, ErrNotNow) {
		t.Errorf("a first run can be left: %v", err)
	}
	_, _ = c.Next()
	for _, bad := range []Password{"short1", "onlyletters", "with;semi1", "with space'1"} {
		if s, err := c.ChangePassword(bad, bad); !errors.Is(err, ErrPassword) || s.Name != ScreenInitPassword {
			t.Errorf("a password against the rule: %+v %v", s, err)
		}
	}
	if s, err := c.ChangePassword("Owner2024", "Owner2024"); err != nil || s.Name != ScreenLive {
		t.Fatalf("%+v %v", s, err)
	}
	if !r.logsIn("Owner2024") {
		t.Error("the first password is refused")
	}
}

func TestScreenFollowsPower(t *testing.T) {
	r := start(t, Config{Password: "owner1"})
	want := []ScreenName{ScreenLive, ScreenOff, ScreenBoot, ScreenLive}
	r.clock.Advance(time.Hour)
	got := []ScreenName{r.Console().Screen().Name}
	r.Unplug()
	got = append(got, r.Console().Screen().Name)
	r.clock.Advance(time.Minute)
	r.Plug()
	got = append(got, r.Console().Screen().Name)
	r.clock.Advance(DefaultBootTime)
	got = append(got, r.Console().Screen().Name)
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("screens %v, want %v", got, want)
		}
	}
	r.Unplug()
	if _, err := r.Console().Menu(); !errors.Is(err, ErrNotNow) {
		t.Errorf("a menu without power: %v", err)
	}
}

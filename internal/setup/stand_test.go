package setup_test

import (
	"context"
	"testing"
	"time"
	_ "time/tzdata" // the zones of the tests have to be known

	"go.uber.org/goleak"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/setup"
	"github.com/rekey-dvr/rekey/internal/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var admin = map[twin.Generation]string{twin.GenA: "Owner1", twin.GenB: "Owner123", twin.GenC: "Owner123"}

// start runs a twin that an owner has set a password on.
func start(t *testing.T, g twin.Generation, channels int) *twin.Twin {
	t.Helper()
	clock := twin.NewStepped(time.Now())
	tw, err := twin.New(twin.Config{Model: twin.Model{Generation: g, Channels: channels}, Clock: clock,
		Password: twin.Password(admin[g]), Services: []twin.Service{twin.ServiceWeb}})
	if err != nil {
		t.Fatal(err)
	}
	if err := tw.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tw.Close() })
	clock.Advance(2 * time.Minute)
	return tw
}

// signIn gives access to what listens at an address.
func signIn(t *testing.T, address string, g twin.Generation) *recorder.Access {
	t.Helper()
	c := &recorder.Client{Address: address, DiscoveryPort: -1, DVRIPPort: -1, DHIPPort: -1}
	password := secret.New(admin[g])
	a, err := c.Access(c.ProveRPC(t.Context(), "admin", password), "admin", password)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The ways to a recorder: both, the one without a session, and the one that is left
// where CGI refuses.
const (
	byBoth = "CGI and a session"
	byCGI  = "CGI alone"
	byRPC  = "a session alone"
)

// signInBy gives access that has only some of the ways.
func signInBy(t *testing.T, address string, g twin.Generation, way string) *recorder.Access {
	t.Helper()
	c := &recorder.Client{Address: address, DiscoveryPort: -1, DVRIPPort: -1, DHIPPort: -1}
	password, prove := secret.New(admin[g]), c.ProveRPC
	if way == byCGI {
		prove = c.ProveCGI
	}
	o := prove(t.Context(), "admin", password)
	if way == byRPC {
		password = secret.New("another1")
	}
	a, err := c.Access(o, "admin", password)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func about(g twin.Generation) setup.About {
	return setup.About{Model: "AMDV7208", Firmware: "1", Serial: "S", Generation: rekey.Generation(g)}
}

// plain is a sealer whose seal is none, to see what goes where.
type plain struct{}

func (plain) Seal(s secret.String) ([]byte, error) { return []byte("sealed:" + s.Reveal()), nil }
func (plain) Unseal(b []byte) (secret.String, error) {
	return secret.New(string(b[len("sealed:"):])), nil
}

func given() setup.Given {
	return setup.Given{Now: time.Now, Sealer: plain{}, Footage: setup.FootageKept,
		Secrets: map[string]secret.String{setup.SecretMail: secret.New("m@il & w0rd")}}
}

// staff is a recorder's accounts, joined with the client.
type staff struct{ of client }

type client interface {
	Accounts(context.Context) ([]recorder.User, error)
	AddUser(context.Context, recorder.NewUser) error
	ModifyUser(context.Context, recorder.User) error
}

func (s staff) List(ctx context.Context) ([]setup.Person, error) {
	users, err := s.of.Accounts(ctx)
	list := make([]setup.Person, len(users))
	for i, u := range users {
		list[i] = setup.Person{Name: u.Name, Group: u.Group, Note: u.Memo, Shared: u.Sharable, Reserved: u.Reserved}
	}
	return list, err
}

func (s staff) Add(ctx context.Context, p setup.Person, pw secret.String) error {
	return s.of.AddUser(ctx, recorder.NewUser{Name: p.Name, Group: p.Group, Memo: p.Note, Sharable: p.Shared, Password: pw})
}

func (s staff) Change(ctx context.Context, p setup.Person) error {
	return s.of.ModifyUser(ctx, recorder.User{Name: p.Name, Group: p.Group, Memo: p.Note, Sharable: p.Shared})
}

// givenAt is given, with what makes accounts at a recorder.
func givenAt(r setup.Recorder) setup.Given {
	g := given()
	if c, is := r.(client); is {
		g.Maker = setup.Maker{People: staff{c}, Owner: "admin", Stock: []string{"admin", "888888", "666666", "default"},
			Password: func() (secret.String, error) { return secret.New("Gu4rd7xy"), nil }}
	}
	return g
}

// planFor reads the recorder and compares it with a profile.
func planFor(t *testing.T, r setup.Recorder, g twin.Generation, text string) setup.Plan {
	t.Helper()
	d, err := setup.ParseProfile([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	target, err := setup.Read(t.Context(), r, about(g), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	with := givenAt(r)
	if d.Profile.Mail == nil {
		with.Secrets = nil
	}
	if len(d.Profile.Accounts) > 0 {
		if err := target.ReadAccounts(t.Context(), with.Maker.People); err != nil {
			t.Fatal(err)
		}
	}
	p, err := setup.Compare(target, d.Profile, with)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

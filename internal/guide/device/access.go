package device

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// access is the client's, with the guide's words where they differ.
type access struct {
	*recorder.Access
	address string
}

func (a *access) Software(ctx context.Context) (version, build string, err error) {
	v, err := a.Access.Software(ctx)
	return v.Version, v.BuildDate, err
}

func (a *access) Upgrade(ctx context.Context) (state string, percent int, err error) {
	u, err := a.Access.Upgrade(ctx)
	return u.State, u.Progress, err
}

// Logins leaves out the login of this access: the last of its account and kind.
func (a *access) Logins(ctx context.Context) ([]wire.ActiveUser, error) {
	users, err := a.Access.Logins(ctx)
	own := a.Session()
	if err != nil || own == nil {
		return users, err
	}
	for i, u := range slices.Backward(users) {
		if u.Name == own.User() && u.ClientType == recorder.ClientType {
			return slices.Delete(users, i, i+1), nil
		}
	}
	return users, nil
}

func (a *access) Log(ctx context.Context, from, to time.Time, kind string) ([]guide.LogLine, error) {
	rows, err := a.Access.Log(ctx, from, to, kind)
	lines := make([]guide.LogLine, len(rows))
	for i, r := range rows {
		_, restart := r.Reboot()
		lines[i] = guide.LogLine{Time: r.Time, Type: r.Type, User: r.User, Detail: r.Detail, Restart: restart, LostPower: r.LostPower()}
	}
	return lines, err
}

func (a *access) Accounts(ctx context.Context) ([]guide.Account, error) {
	users, err := a.Access.Accounts(ctx)
	accounts := make([]guide.Account, len(users))
	for i, u := range users {
		accounts[i] = guide.Account(u)
	}
	return accounts, err
}

func (a *access) AddUser(ctx context.Context, n guide.NewAccount) error {
	return a.Access.AddUser(ctx, recorder.NewUser{
		Name: n.Name, Password: n.Password, Group: n.Group, Memo: n.Memo, Sharable: n.Sharable,
	})
}

func (a *access) ModifyUser(ctx context.Context, u guide.Account) error {
	return a.Access.ModifyUser(ctx, recorder.User(u))
}

func (a *access) SetPassword(ctx context.Context, account string, old, new secret.String) (rekey.SendOutcome, error) {
	o := a.Access.SetPassword(ctx, account, old, new)
	return sent(o), o.Err
}

// Refusal is the judgement of the login that ended CGI.
func (a *access) Refusal() (guide.Judgement, bool) {
	err := a.Access.LoginRefused()
	if err == nil {
		return guide.Judgement{}, false
	}
	j := guide.Judgement{Outcome: rekey.ProofWrong, Err: err}
	if recorder.KindOf(err) == recorder.Locked {
		j.Outcome = rekey.ProofLocked
	}
	return j, true
}

// Explain says what an error of these calls means. Any other stays as it is.
func (a *access) Explain(err error) error {
	var said *recorder.Error
	if rekey.CodeOf(err) != rekey.CodeInternal || !errors.As(err, &said) {
		return err
	}
	if e := Explain(a.address, err); e.Code != rekey.CodeInternal {
		return e
	}
	return err
}

package guide

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// SeekFollow logs in at the recorder and fills the follow-through list with what its
// log and its open sessions show: who logged in before the password was changed, who
// is refused since, and who was let in again. A line that was done and is refused is
// opened again. All of it is seen.
func (g *Guide) SeekFollow(ctx context.Context, id string) (rekey.Recovery, error) {
	return g.Within(ctx, id, func(ctx context.Context, r rekey.Recovery, a Access) error {
		clock, err := a.Clock(ctx)
		if err != nil {
			return explained(a, err)
		}
		lines, err := a.Log(ctx, time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), clock.Add(time.Minute), "")
		if err != nil {
			return explained(a, err)
		}
		logins, _ := a.Logins(ctx) // not every recorder tells them
		cmds := followSeen(&r, lines, logins, g.wallFor(&r), clock)
		if len(cmds) == 0 {
			return nil
		}
		_, err = g.Do(ctx, r.ID, Any, cmds)
		return err
	})
}

// client is somebody who logs in at the recorder over the network.
type client struct {
	account, address, kind string
	before                 bool // it logged in while the old password was good
	in                     bool // it was let in since
	refused                int  // times since
	last                   string
}

// id names the client's line on the list; the account is not in it, since one program
// may try several.
func (c *client) id() string {
	sum := sha256.Sum256([]byte(c.address + "/" + c.kind))
	return "seen-" + hex.EncodeToString(sum[:6])
}

// followSeen gives what the recorder's log and sessions add to the list. now is the wall
// clock that the recorder's is compared with.
func followSeen(r *rekey.Recovery, lines []LogLine, logins []wire.ActiveUser, now, clock time.Time) rekey.Together {
	own := ownTries(r, now, clock)
	clients := map[string]*client{}
	at := func(account, address, kind string) *client {
		c := &client{account: account, address: address, kind: kind}
		if known := clients[c.id()]; known != nil {
			return known
		}
		clients[c.id()] = c
		return c
	}
	changed := changedAt(lines)
	for i, l := range lines {
		address := hostIn(detail(l, "Address"))
		if net.ParseIP(address) == nil {
			continue // at its own screen, or not said
		}
		kind := detail(l, "Type")
		switch {
		case isRefusal(l.Type):
			if i >= changed && !own.takes(l) {
				c := at(l.User, address, cmp.Or(kind, kindAt(clients, address, l.User)))
				c.refused, c.last = c.refused+1, l.Time.Format(time.DateTime)
			}
		case strings.EqualFold(l.Type, "Login") && own.near(l): // rekey itself
		case strings.EqualFold(l.Type, "Login") && i < changed:
			at(l.User, address, kind).before = true
		case strings.EqualFold(l.Type, "Login"):
			at(l.User, address, kind).in = true
		}
	}
	for _, l := range logins {
		if address := hostIn(l.ClientAddress); net.ParseIP(address) != nil {
			at(l.Name, address, l.ClientType)
		}
	}
	return commandsFor(r, clients)
}

// commandsFor gives the commands for the clients, in a fixed order.
func commandsFor(r *rekey.Recovery, clients map[string]*client) rekey.Together {
	list := make([]*client, 0, len(clients))
	for _, c := range clients {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *client) int { return cmp.Or(cmp.Compare(a.address, b.address), cmp.Compare(a.kind, b.kind)) })
	var cmds rekey.Together
	for _, c := range list {
		cmds = append(cmds, c.commands(r.Follow(c.id()))...)
	}
	return cmds
}

// commands gives what a client means for its line f, nil when it has none yet. Only
// who had the old password, or is refused, is on the list.
func (c *client) commands(f *rekey.Follow) (cmds []rekey.Command) {
	if f == nil && !c.before && c.refused == 0 {
		return nil
	}
	if f == nil {
		cmds = append(cmds, rekey.NameFollow{ID: c.id(), Kind: c.follows(), Name: c.name(), From: c.address, Seen: true})
	}
	switch {
	case c.refused > 0 && f != nil && f.Done:
		cmds = append(cmds, rekey.ReopenFollow{ID: c.id(), Why: c.why(), Seen: true})
	case c.refused == 0 && c.in && (f == nil || !f.Done):
		cmds = append(cmds, rekey.DoneFollow{ID: c.id(), Seen: true})
	}
	return cmds
}

func (c *client) why() string { return strconv.Itoa(c.refused) + " × " + c.account + ", " + c.last }

func (c *client) name() string {
	if c.kind == "" {
		return c.address
	}
	return c.kind + ", " + c.address
}

// follows guesses what the client is from the recorder's word for it. A person sees
// the word and the address beside it.
func (c *client) follows() rekey.FollowKind {
	kind := strings.ToLower(c.kind)
	switch {
	case strings.Contains(kind, "cgi"), strings.Contains(kind, "rtsp"):
		return rekey.FollowIntegration
	case strings.Contains(kind, "onvif"), strings.Contains(kind, "nvr"), strings.Contains(kind, "dvr"):
		return rekey.FollowNVR
	case strings.Contains(kind, "app"), strings.Contains(kind, "phone"), strings.Contains(kind, "mobile"), strings.Contains(kind, "web"):
		return rekey.FollowApp
	}
	return rekey.FollowOther
}

// kindAt gives the kind of a client that is known at an address, for a line that does
// not say which kind was refused: of those, one that is not let in.
func kindAt(clients map[string]*client, address, account string) (kind string) {
	for _, c := range clients {
		if c.address == address && c.account == account && !c.in && (kind == "" || c.kind < kind) {
			kind = c.kind
		}
	}
	return kind
}

// changedAt gives the place in the log after the last change of a password: order
// tells it where the clock was lost in between.
func changedAt(lines []LogLine) int {
	for i, l := range slices.Backward(lines) {
		if kind := strings.ToLower(l.Type); strings.Contains(kind, "password") || strings.HasPrefix(kind, "initial") {
			return i + 1
		}
	}
	return 0
}

// isRefusal tells a refused login by the words that recorders have for it; which of
// them the DVRs here write is not known.
func isRefusal(kind string) bool {
	kind = strings.ToLower(strings.ReplaceAll(kind, " ", ""))
	return strings.Contains(kind, "login") && (strings.Contains(kind, "fail") || strings.Contains(kind, "error") || strings.Contains(kind, "invalid"))
}

func detail(l LogLine, key string) string {
	v, _ := l.Detail.Get(key)
	return v
}

// hostIn gives the host of an address with or without a port.
func hostIn(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return strings.Trim(address, "[]")
}

// tries are rekey's own proofs, by the recorder's clock. It does not know from which
// of its addresses the recorder saw them come.
type tries []ownTry

type ownTry struct {
	account string
	at      []time.Time // by its clock as it is, and as it was found: it may have been set since
	bad     bool
}

func (o ownTry) near(l LogLine) bool {
	return o.account == l.User && slices.ContainsFunc(o.at, func(at time.Time) bool { return at.Sub(l.Time).Abs() <= ownWithin })
}

// ownWithin is by how much the recorder's log may be beside this computer's clock.
const ownWithin = 2 * time.Minute

func ownTries(r *rekey.Recovery, now, clock time.Time) *tries {
	_, east := now.Zone()
	found, compared := r.Seen.Clock[rekey.Before]
	var own tries
	for _, p := range r.Proofs {
		if !p.Outcome.Spends() || p.By == rekey.BySaid {
			continue
		}
		o := ownTry{p.Account, []time.Time{clock.Add(p.At.Sub(now))}, p.Outcome.Bad()}
		if compared {
			o.at = append(o.at, p.At.Add(time.Duration(found.Off+int64(east))*time.Second))
		}
		own = append(own, o)
	}
	return &own
}

// takes reports whether a refusal in the log is one of rekey's own, each once.
func (t *tries) takes(l LogLine) bool {
	for i, own := range *t {
		if own.bad && own.near(l) {
			*t = slices.Delete(*t, i, i+1)
			return true
		}
	}
	return false
}

// near reports whether a login in the log may be one of rekey's own: a proof that was
// accepted opens several.
func (t *tries) near(l LogLine) bool {
	return slices.ContainsFunc(*t, func(own ownTry) bool { return own.near(l) })
}

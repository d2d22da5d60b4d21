package site

import (
	"context"
	"strconv"
	"unicode/utf8"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

func (d *deed) toFollow() { d.to = "/r/" + d.id + "?page=follow" }

// followAdd puts something on the list that the person knows of.
func (d *deed) followAdd() error {
	name, kind := d.f.get("what"), rekey.FollowKind(d.f.get("kind"))
	if name == "" || utf8.RuneCountInString(name) > maxFollowName {
		d.showAgain("what", view.T("follow.name.wrong"), ask{page: "follow"})
		return nil
	}
	d.toFollow()
	return d.do(rekey.NameFollow{ID: freeFollow(&d.r), Kind: kind, Name: name})
}

// freeFollow gives a name for a line of the list that none has.
func freeFollow(r *rekey.Recovery) string {
	for n := len(r.Follows) + 1; ; n++ {
		if id := "said-" + strconv.Itoa(n); r.Follow(id) == nil {
			return id
		}
	}
}

func (d *deed) followDone() error {
	d.toFollow()
	return d.do(rekey.DoneFollow{ID: d.f.get("item")})
}

func (d *deed) followOpen() error {
	d.toFollow()
	return d.do(rekey.ReopenFollow{ID: d.f.get("item")})
}

// followLook asks the recorder's log and its list of sessions who holds the old
// password. It waits for the answer, since the person does.
func (d *deed) followLook() error {
	ctx, cancel := context.WithTimeout(d.ctx, planWithin)
	defer cancel()
	d.toFollow()
	return d.took(d.guide.SeekFollow(ctx, d.id))
}

package rekey

import "time"

// NameFollow puts something that holds the old password on the follow-through
// list. Seen says that the recorder showed it; one that is there already is left as
// it is.
type NameFollow struct {
	ID   string
	Kind FollowKind
	Name string
	From string
	Seen bool
}

func (c NameFollow) decide(p *plan) error {
	if !p.r.follows() {
		return p.notNow("The follow-through list")
	}
	if c.ID == "" || c.Name == "" || !c.Kind.Valid() || len(c.ID) > maxText || len(c.Name) > maxText || len(c.From) > maxText {
		return Errorf(CodeInvalid, "%q is not a line of the follow-through list", c.Name)
	}
	if p.r.Follow(c.ID) != nil {
		return nil
	}
	if len(p.r.Follows) >= MaxFollows {
		return Errorf(CodeTooLarge, "the follow-through list may have %d lines at most", MaxFollows)
	}
	p.add(seenOrSaid(c.Seen), FollowNamed{ID: c.ID, Kind: c.Kind, Name: c.Name, From: c.From, RemindD: days(p.Remind.Follow)})
	return nil
}

// follows reports whether there is a follow-through list: the old password is, or
// is about to be, worth nothing.
func (r *Recovery) follows() bool {
	return r.Stage == StageClosing || r.Stage == StageFinish || r.Stage == StageEnded
}

// DoneFollow says that a line of the list is done: as a person says, or because
// the recorder let it in (Seen).
type DoneFollow struct {
	ID   string
	Seen bool
}

func (c DoneFollow) decide(p *plan) error {
	f, err := p.follow(c.ID)
	if err == nil && !f.Done {
		p.add(seenOrSaid(c.Seen), FollowDone{ID: c.ID, RemindD: days(p.Remind.Follow)})
	}
	return err
}

// ReopenFollow says that a line that was done is not: Seen when the recorder
// refused it.
type ReopenFollow struct {
	ID   string
	Why  string
	Seen bool
}

func (c ReopenFollow) decide(p *plan) error {
	f, err := p.follow(c.ID)
	switch {
	case err != nil:
		return err
	case len(c.Why) > maxText:
		return Errorf(CodeTooLarge, "a reason may have %d characters at most", maxText)
	case f.Done:
		p.add(seenOrSaid(c.Seen), FollowReopened{ID: c.ID, Why: c.Why, RemindD: days(p.Remind.Follow)})
	}
	return nil
}

func (p *plan) follow(id string) (*Follow, error) {
	f := p.r.Follow(id)
	if f == nil || !p.r.follows() {
		return nil, p.notNow("This line of the follow-through list")
	}
	return f, nil
}

func seenOrSaid(seen bool) By {
	if seen {
		return BySeen
	}
	return BySaid
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }

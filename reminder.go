package rekey

import (
	"strconv"
	"time"
)

// What a reminder is about: the What of a [Due], a [ReminderDue] and a [Notice].
const (
	DueRest           = "rest-ready"      // the wait without power is over
	DueQuiet          = "quiet-end"       // the recorder was left alone for long enough
	DueRemindSupport  = "remind-support"  // a one-time password from the maker is awaited
	DueRemindFollow   = "remind-follow"   // something may still hold the old password
	DueRemindSnapshot = "remind-snapshot" // the last snapshot has grown old
	DueRemindEarliest = "remind-earliest" // the wait without power is at its least, not at what is advised
)

// The other moments of [Recovery.DueMoments], of which nobody is told.
const (
	DueCoach = "coach-end"
	DueProof = "proof-allowed"
	DueTask  = "task"
)

// Reminder is something that is to be brought to mind at a moment. The Key names
// it for ever: of one key there is one [ReminderDue].
type Reminder struct {
	Key  string
	What string
	At   time.Time
}

// Reminders gives what is to be brought to mind as the recovery stands, now or
// later, and was not yet.
func (r *Recovery) Reminders() []Reminder {
	var all []Reminder
	add := func(what string, from time.Time, days int) {
		if from.IsZero() || days <= 0 {
			return
		}
		n := Reminder{Key: reminderKey(what, from), What: what, At: from.AddDate(0, 0, days)}
		if !r.Reminded[n.Key] {
			all = append(all, n)
		}
	}
	if d := r.Drain(); d != nil && r.Stage == StageRest && !d.Ready && r.Doubt == nil && r.wantsEarliest() {
		_, earliest := d.ReadyAt()
		if n := (Reminder{Key: reminderKey(DueRemindEarliest, d.RestFrom), What: DueRemindEarliest, At: earliest}); !r.Reminded[n.Key] {
			all = append(all, n)
		}
	}
	if r.Facts.SupportPending == Yes && r.Stage != StageEnded {
		add(DueRemindSupport, r.Support.From, r.Support.RemindD)
	}
	if len(r.OpenFollows()) > 0 {
		add(DueRemindFollow, r.FollowAt, r.FollowRemindD)
	}
	if s := r.Snapshot(); s != nil {
		add(DueRemindSnapshot, s.At, s.RemindD)
	}
	return all
}

func reminderKey(what string, from time.Time) string {
	return what + "/" + strconv.FormatInt(from.UnixMilli(), 10)
}

// Notice is what people are to be told of a recovery: the end of a wait, or a
// reminder. The Key is unique in the recovery.
type Notice struct {
	Key  string
	What string    // see DueRest and the others
	At   time.Time // since when it is due; UTC, whole milliseconds
}

// Notices gives what the events that were decided call for people to be told.
func Notices(events []Event) []Notice {
	var all []Notice
	add := func(key, what string, at time.Time) { all = append(all, Notice{Key: key, What: what, At: at}) }
	for _, e := range events {
		switch b := e.Body.(type) {
		case RestReady:
			add(reminderKey(DueRest, e.At), DueRest, e.At)
		case QuietEnded:
			add(reminderKey(DueQuiet, e.At), DueQuiet, e.At)
		case ReminderDue:
			add(b.Key, b.What, b.At)
		}
	}
	return all
}

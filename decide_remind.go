package rekey

import "slices"

// RemindKinds is what a person can be told of, in the order of a recovery.
var RemindKinds = []string{DueRemindEarliest, DueRest, DueQuiet, DueRemindSupport, DueRemindFollow, DueRemindSnapshot}

// RemindWays are the ways to people. A channel of one of them is named by it, or by
// it, "/" and more.
var RemindWays = []string{"mail", "ntfy", "webhook", "push"}

// Tells reports whether a person is told of something by a way. Where nobody chose,
// a real recovery tells by every way there is all but the earliest moment, which is
// for those who asked; and practice tells nobody outside.
func (r *Recovery) Tells(what, way string) bool {
	if c := r.Reminding; c != nil {
		return slices.Contains(c.What, what) && slices.Contains(c.Where, way)
	}
	return r.Practice == nil && what != DueRemindEarliest && slices.Contains(RemindWays, way)
}

// wantsEarliest reports whether somebody asked to be told of the earliest moment.
func (r *Recovery) wantsEarliest() bool {
	return r.Reminding != nil && slices.Contains(r.Reminding.What, DueRemindEarliest)
}

// ChooseReminders says what a person wants to be told, and how.
type ChooseReminders struct {
	What, Where []string
	Lang, Zone  string
}

func (c ChooseReminders) decide(p *plan) error {
	for _, what := range c.What {
		if !slices.Contains(RemindKinds, what) {
			return Errorf(CodeInvalid, "%q is nothing to be reminded of", what)
		}
	}
	for _, way := range c.Where {
		if !slices.Contains(RemindWays, way) {
			return Errorf(CodeInvalid, "%q is no way to be reminded", way)
		}
	}
	if len(c.Lang) > maxText || len(c.Zone) > maxText || len(c.What) > len(RemindKinds) || len(c.Where) > len(RemindWays) {
		return Errorf(CodeTooLarge, "that is more than a choice of reminders has")
	}
	b := RemindersChosen(c)
	if was := p.r.Reminding; was != nil && slices.Equal(was.What, b.What) && slices.Equal(was.Where, b.Where) && was.Lang == b.Lang && was.Zone == b.Zone {
		return nil
	}
	p.add(BySaid, b)
	return p.due() // the earliest moment may have passed
}

// RecordReminder records what became of a reminder. What is recorded already stays.
type RecordReminder struct {
	Key, Channel string
	Outcome      ReminderOutcome
	Tries        int
	Reason       string
}

func (c RecordReminder) decide(p *plan) error {
	if c.Key == "" || c.Channel == "" || c.Outcome != ReminderTaken && c.Outcome != ReminderGivenUp {
		return Errorf(CodeInternal, "the outcome %q of the reminder %q is none", c.Outcome, c.Key)
	}
	if _, known := p.r.Told[toldKey(c.Key, c.Channel)]; known {
		return nil
	}
	p.add(ByRekey, ReminderSent(c))
	return nil
}

func toldKey(key, channel string) string { return key + " " + channel }

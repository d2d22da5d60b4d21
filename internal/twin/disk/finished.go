package disk

import "slices"

// Ongoing gives the spans that are being recorded.
func (d *Disk) Ongoing() []Span {
	i := slices.IndexFunc(d.Spans, func(s Span) bool { return s.To == 0 })
	if i < 0 {
		return nil
	}
	return slices.Clone(d.Spans[i:])
}

// Ended gives the span that a span which went on became when it ended at a second;
// false when nothing of it is left.
func (d *Disk) Ended(s Span, at int64) (Span, bool) {
	for _, e := range slices.Backward(d.Spans) {
		if e.To == at && e.Alike(s) {
			return e, true
		}
	}
	return Span{}, false
}

// Alike tells whether two spans record the same channels in the same way.
func (s Span) Alike(o Span) bool {
	return s.Channels == o.Channels && s.Motion == o.Motion && s.Manual == o.Manual && s.Shape == o.Shape &&
		s.Source == o.Source
}

// Finished gives the files of a span that ended after one second and not after
// another: those of one channel after those of the one before it. The last file of
// a span that goes on is not among them, for it may still grow.
func (s Span) Finished(after, until int64, motions Motions) []File {
	return slices.DeleteFunc(s.around(after, until, motions), func(f File) bool {
		return f.To.Unix() <= after || f.To.Unix() > until
	})
}

// Next is the second at which the next file of a span that goes on ends, later than
// after: when a motion begins or ends, at the latest at the full hour.
func (s Span) Next(after int64, motions Motions) int64 {
	next := after + hour - after%hour
	for _, f := range s.around(after, after, motions) {
		if to := f.To.Unix(); to > after {
			next = min(next, to)
		}
	}
	return next
}

// around gives the files of the full hours that have the two seconds and what is
// between them, as they will be when the last of these hours is over.
func (s Span) around(after, until int64, motions Motions) []File {
	var all []File
	from, to := max(s.From, after-after%hour), until+hour-until%hour
	if s.To != 0 {
		to = min(to, s.To)
	}
	for channel := range MaxChannels {
		if s.Channels>>channel&1 == 0 || from >= to {
			continue
		}
		whole := Stretch{
			Channel: channel, From: Time(from), To: Time(to), Shape: s.Shape, Source: s.Source,
			Motion: s.Motion>>channel&1 == 1, Manual: s.Manual>>channel&1 == 1,
		}
		for _, h := range whole.hours() {
			all = append(all, h.files(motions)...)
		}
	}
	return all
}

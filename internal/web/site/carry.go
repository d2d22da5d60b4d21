package site

import (
	"context"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// carryWithin bounds one run of a recovery's effects; a task's is the guide's.
const carryWithin = 3 * time.Minute

// carry carries out in the background what a form allowed. The page that is
// shown meanwhile hears of the outcome as of any other change. A recovery whose
// effects already run gets one more run afterwards.
func (s *Site) carry(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, runs := s.running[id]; runs {
		s.running[id] = true
		return
	}
	if s.life.Err() != nil {
		return
	}
	s.running[id] = false
	s.work.Go(func() { s.carryOut(id) })
}

func (s *Site) carryOut(id string) {
	s.jobs <- struct{}{}
	defer func() { <-s.jobs }()
	for {
		within := carryWithin
		if r, err := s.guide.State(s.life, id); err == nil && r.Task() != nil {
			within = guide.TaskWithin
		}
		ctx, cancel := context.WithTimeout(s.life, within)
		_, err := s.guide.Carry(ctx, id)
		cancel()
		if err != nil && s.life.Err() == nil {
			s.log.Warn("effect", "recovery", id, "code", rekey.CodeOf(err), "err", err)
		}
		s.mu.Lock()
		if err == nil {
			delete(s.troubles, id)
		} else {
			s.troubles[id] = err
		}
		again := s.running[id] && s.life.Err() == nil
		if !again {
			delete(s.running, id)
			s.mu.Unlock()
			return
		}
		s.running[id] = false
		s.mu.Unlock()
	}
}

// notice gives the line on top of a recovery's page: why rekey holds back, or
// what the last effect met.
func (s *Site) notice(r *rekey.Recovery) view.Text {
	if h := r.Held; h != nil && h.Until.IsZero() { // else the button that it holds back says until when
		return view.T("error.budget-spent.say")
	}
	s.mu.Lock()
	err := s.troubles[r.ID]
	s.mu.Unlock()
	switch code := rekey.CodeOf(err); code {
	case "":
		return view.Text{}
	case rekey.CodeUnreachable, rekey.CodePublicAddress, rekey.CodeFull, rekey.CodeClockBack, rekey.CodeGarbage,
		rekey.CodeLimit, rekey.CodeLocked, rekey.CodeDamaged, rekey.CodePassword, rekey.CodeConflict,
		rekey.CodeVaultLocked:
		return view.T("error." + string(code) + ".say")
	}
	return view.T("error.internal.say")
}

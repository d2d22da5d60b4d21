package rehearse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/catalog"
	"github.com/rekey-dvr/rekey/internal/guide"
	"github.com/rekey-dvr/rekey/internal/guide/accounts"
	"github.com/rekey-dvr/rekey/internal/guide/settings"
	"github.com/rekey-dvr/rekey/internal/setup"
)

// finisher goes through the finish list of a sample as its owner would, through the
// guide that `rekey serve` uses: plans are made against the twin, shown, accepted and
// carried out over its network.
type finisher struct {
	*hands
	s        *sample
	settings *settings.Worker
}

// finishes gives a sample's rehearsal hands that go on to the end of the list.
func (s *sample) finishes(t *testing.T, cat *catalog.Catalog, o *Options) {
	f := &finisher{s: s, settings: &settings.Worker{Shelf: settings.Folder(t.TempDir()), Catalog: cat}}
	o.hooks.workers = func(v guide.Vault) map[rekey.TaskKind]guide.Worker {
		f.settings.Sealer = v
		return map[rekey.TaskKind]guide.Worker{
			rekey.TaskAccounts: &accounts.Worker{Catalog: cat, Vault: v}, rekey.TaskSetup: f.settings, rekey.TaskRestart: guide.Restart{},
		}
	}
	o.hooks.told = starts
	o.hooks.finish = func(ctx context.Context, h *hands) error {
		if f.hands = h; h.o.Finish == FinishScreen {
			return f.atScreen(ctx)
		}
		return f.whole(ctx)
	}
}

// starts lets the time of a start go by as soon as rekey has seen the recorder gone at
// the finish: while a task waits, nobody else moves the clock.
func starts(s *scene, appends []rekey.Append) {
	for _, a := range appends {
		for _, e := range a.Events {
			if e.Type == (rekey.SeenGone{}).EventName() && s.r.Stage == rekey.StageFinish {
				s.clock.Advance(powerUp)
			}
		}
	}
}

// whole goes through the list from top to bottom.
func (f *finisher) whole(ctx context.Context) error {
	ask := settings.Ask{Profile: f.s.profile}.JSON()
	for _, step := range []func(context.Context) error{
		f.task(rekey.TaskAccounts, nil), f.task(rekey.TaskSetup, ask), f.look, f.papers, f.task(rekey.TaskRestart, nil), f.follow, f.keep,
	} {
		if err := f.spend(ctx, time.Minute+aWhile); err != nil {
			return err
		}
		if err := step(ctx); err != nil {
			return err
		}
	}
	return f.spend(ctx, moment)
}

// task has a task planned, reads the plan for a while, accepts it, and has it done.
func (f *finisher) task(kind rekey.TaskKind, ask json.RawMessage) func(context.Context) error {
	return func(ctx context.Context) error {
		r, made, err := f.guide.Plan(ctx, f.id, guide.Any, kind, ask)
		if held := (*rekey.Held)(nil); errors.As(err, &held) { // the closing proof has spent the recorder's patience for now
			if err := f.pass(ctx, held.Until); err != nil {
				return err
			}
			r, made, err = f.guide.Plan(ctx, f.id, guide.Any, kind, ask)
		}
		if err != nil {
			return err
		}
		if err := f.asWanted(ctx, kind, made); err != nil || r.Task() == nil {
			return err
		}
		task := r.Task()
		if err := f.spend(ctx, aWhile); err != nil {
			return err
		}
		if err := f.do(ctx, rekey.AcceptTask{N: task.N, Digest: task.Digest}); err != nil {
			return err
		}
		if r, err = f.guide.Carry(ctx, f.id); err != nil {
			return err
		}
		if done := r.TaskN(task.N); done.Outcome != rekey.TaskDone {
			return fmt.Errorf("%s: %q, %+v", kind, done.Outcome, done.Steps)
		}
		return f.sync(ctx)
	}
}

// asWanted marks what was compared and is as wanted, as the page does.
func (f *finisher) asWanted(ctx context.Context, kind rekey.TaskKind, made guide.TaskPlan) error {
	var lines []string
	if plan, is := made.Plan.(*setup.Plan); is {
		doc, err := setup.ParseProfile([]byte(f.s.profile))
		if err != nil {
			return err
		}
		lines = settings.AsWanted(settings.NamedLines(&doc.Profile), plan)
	} else if len(made.Steps) == 0 {
		lines = []string{string(kind)}
	}
	for _, line := range lines {
		if err := f.do(ctx, rekey.MarkFinish{Item: line, State: rekey.FinishDone, Seen: true}); err != nil {
			return err
		}
	}
	return nil
}

// look looks at the recorder once more: its clock, and the firmware that stays.
func (f *finisher) look(ctx context.Context) error {
	_, err := f.guide.Within(ctx, f.id, func(ctx context.Context, r rekey.Recovery, a guide.Access) error {
		_, err := f.guide.Do(ctx, f.id, guide.Any, f.guide.LookAround(ctx, &r, a, rekey.After))
		return err
	})
	return err
}

// papers are the lines that no recorder can show.
func (f *finisher) papers(ctx context.Context) error {
	marks := rekey.Together{
		rekey.MarkFinish{Item: "firmware", State: rekey.FinishSkipped}, rekey.MarkFinish{Item: "card", State: rekey.FinishDone},
		rekey.ChooseReminders{What: []string{rekey.DueRemindFollow, rekey.DueRemindSnapshot}, Where: []string{"mail"}, Lang: f.s.lang},
	}
	if f.r.Generation() != rekey.GenA {
		marks = append(marks, rekey.MarkFinish{Item: "recovery", State: rekey.FinishSkipped})
	}
	return f.do(ctx, marks)
}

// follow looks for what holds the old password, adds what the owner knows of, and ticks
// it off.
func (f *finisher) follow(ctx context.Context) error {
	if f.r.Finishing() {
		if _, err := f.guide.SeekFollow(ctx, f.id); err != nil {
			return err
		}
	}
	for i, name := range f.s.follows {
		id, kind := fmt.Sprintf("said-%d", i+1), rekey.FollowApp
		if i > 0 {
			kind = rekey.FollowNVR
		}
		if err := f.do(ctx, rekey.NameFollow{ID: id, Kind: kind, Name: name}); err != nil {
			return err
		}
		if err := f.spend(ctx, time.Minute); err != nil {
			return err
		}
		if err := f.do(ctx, rekey.DoneFollow{ID: id}); err != nil {
			return err
		}
	}
	return nil
}

// keep keeps the settings as they are now, for the next time.
func (f *finisher) keep(ctx context.Context) error {
	_, err := f.settings.Keep(ctx, f.guide, f.id, "asked")
	return err
}

package stand

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/rehearse/face"
	"github.com/rekey-dvr/rekey/internal/twin"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// act does what a form of a twin's page asks for. Who asks for JSON gets the
// state after it, a browser its page again.
func (s *Stand) act(w http.ResponseWriter, r *http.Request, o one) {
	if err := r.ParseForm(); err != nil {
		s.failed(w, r, rekey.Errorf(rekey.CodeInvalid, "The form did not arrive whole").Wrap(err))
		return
	}
	do, known := acts[r.PathValue("act")]
	if !known {
		s.failed(w, r, rekey.Errorf(rekey.CodeNotFound, "A virtual recorder has nothing of that name"))
		return
	}
	if err := do(o.t, r); err != nil {
		s.failed(w, r, coded(err))
		return
	}
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		s.live(w, r, o)
		return
	}
	http.Redirect(w, r, Page(o.n), http.StatusSeeOther)
}

// coded gives a twin's refusal its code.
func coded(err error) error {
	var bad *twin.ConfigError
	switch {
	case errors.Is(err, twin.ErrNoPart), errors.As(err, &bad):
		return rekey.Errorf(rekey.CodeInvalid, "This recorder has no such thing").Wrap(err)
	case errors.Is(err, twin.ErrNotNow):
		return rekey.Errorf(rekey.CodeNotNow, "The recorder cannot do that now").Wrap(err)
	}
	return err
}

// steps are how far the clock can be moved by one press.
var steps = map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}

var acts = map[string]func(*twin.Twin, *http.Request) error{
	"press": func(t *twin.Twin, r *http.Request) error {
		if r.PostForm.Get("down") == "1" {
			return t.ButtonDown()
		}
		return t.ButtonUp()
	},
	"cable": func(t *twin.Twin, r *http.Request) error {
		return face.Pull(t, r.PostForm.Get("cable"), r.PostForm.Get("in") == "1")
	},
	"fault": func(t *twin.Twin, r *http.Request) error {
		return controlFault(t, controlCommand{Fault: r.PostForm.Get("fault"), In: r.PostForm.Get("on") == "1"})
	},
	"pace": func(t *twin.Twin, r *http.Request) error {
		pace, err := strconv.ParseFloat(r.PostForm.Get("pace"), 64)
		if err != nil {
			return rekey.Errorf(rekey.CodeInvalid, "The pace is no number")
		}
		return controls["pace"](t, controlCommand{Pace: pace})
	},
	"step": func(t *twin.Twin, r *http.Request) error {
		d, known := steps[r.PostForm.Get("step")]
		if !known {
			return rekey.Errorf(rekey.CodeInvalid, "The clock is not moved like that")
		}
		return controls["advance"](t, controlCommand{Seconds: d.Seconds()})
	},
	"screen": func(t *twin.Twin, r *http.Request) error { return face.Screen(t, view.ReadScreen(r.PostForm)) },
	"format": func(t *twin.Twin, _ *http.Request) error { return t.Format() },
}

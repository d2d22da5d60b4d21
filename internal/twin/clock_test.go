package twin

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestSteppedCallsInOrder(t *testing.T) {
	c := NewStepped(epoch)
	var got []string
	note := func(name string) func() {
		return func() { got = append(got, name+" "+c.Now().Sub(epoch).String()) }
	}
	c.At(epoch.Add(2*time.Second), note("two"))
	c.At(epoch.Add(time.Second), func() {
		note("one")()
		c.At(epoch.Add(1500*time.Millisecond), note("nested"))
	})
	cancel := c.At(epoch.Add(time.Second), note("never"))
	cancel()
	cancel()
	c.At(epoch.Add(time.Minute), note("later"))
	c.Advance(10 * time.Second)
	c.Advance(-time.Hour)
	want := []string{"one 1s", "nested 1.5s", "two 2s"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if c.Now() != epoch.Add(10*time.Second) {
		t.Errorf("it stands at %s", c.Now())
	}
	c.Set(epoch)
	if c.Now() != epoch {
		t.Error("it cannot be set back")
	}
}

func TestPacedRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewPaced(epoch, 60)
		called := make(chan time.Time, 1)
		cancel := c.At(epoch.Add(time.Hour), func() { called <- c.Now() })
		time.Sleep(30 * time.Second) // of the bubble's time
		if got := c.Now().Sub(epoch); got != 30*time.Minute {
			t.Errorf("after 30 s at pace 60: %v", got)
		}
		c.SetPace(0)
		time.Sleep(time.Hour)
		if got := c.Now().Sub(epoch); got != 30*time.Minute {
			t.Errorf("a standing clock went to %v", got)
		}
		c.SetPace(1800)
		if at := <-called; at.Before(epoch.Add(time.Hour)) {
			t.Errorf("called at %s", at)
		}
		cancel()
		c.SetPace(0)
		c.At(c.Now().Add(24*time.Hour), func() { called <- c.Now() })
		c.Advance(72 * time.Hour)
		select {
		case <-called:
		default:
			t.Error("Advance returned before it called what was due")
		}
	})
}

func TestPacedGoesOnFromMark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewPaced(epoch, 10)
		time.Sleep(time.Minute)
		m := c.Mark()
		time.Sleep(time.Hour) // the process is down
		if got := PacedFrom(m).Now(); !got.Equal(c.Now()) {
			t.Errorf("it goes on at %s, want %s", got, c.Now())
		}
	})
}

func TestRealCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := make(chan bool, 2)
		Real{}.At(time.Now().Add(time.Hour), func() { done <- true })
		Real{}.At(time.Now().Add(-time.Hour), func() { done <- true })
		cancel := Real{}.At(time.Now().Add(time.Minute), func() { t.Error("called although it was cancelled") })
		cancel()
		<-done
		<-done
	})
}

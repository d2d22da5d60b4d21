package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/store/sqlite"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// kills is how often the server is killed under a scripted recovery.
const kills = 200

// acknowledge posts a form as a script does and gives the version that the answer
// acknowledges.
func (p *person) acknowledge(command string) (int64, error) {
	form := url.Values{"v": {"1"}}
	req, err := http.NewRequest(http.MethodPost, p.base+"/r/"+p.id+"/"+command, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	res, err := p.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return 0, err
	}
	var live view.Live
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %d %s", command, res.StatusCode, wordsOf(string(text)))
	}
	return live.Version, json.Unmarshal(text, &live)
}

func TestKilledAtRandomMomentsForgetsNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	p := serve(t, dir)
	owner := newPerson(t, p)
	owner.begin("front")
	owner.must("before", "owner", "mine", "kind", "no", "footage", "no")
	for _, gate := range []string{"power-off", "cord-out", "cables-out"} {
		owner.must("gate", "gate", gate)
	}
	owner.must("begin")
	random := rand.New(rand.NewPCG(1, 2))
	var acknowledged int64
	commands := 0
	for kill := range kills {
		later := time.Duration(random.IntN(60)) * time.Millisecond
		met, dead := make(chan struct{}), make(chan struct{}) // every other one comes after a command, however slow that was
		meet := sync.OnceFunc(func() { close(met) })
		if kill%2 == 0 {
			meet()
		}
		victim := p
		go func() {
			<-met
			<-time.After(later)
			victim.kill()
			close(dead)
		}()
		for i := 0; ; i++ {
			version, err := owner.acknowledge([]string{"pause", "resume"}[i%2])
			meet()
			if err != nil {
				break
			}
			acknowledged = max(acknowledged, version)
			commands++
		}
		<-dead
		p = serve(t, dir)
		owner.base = p.url
		live, err := owner.state()
		if err != nil {
			t.Fatalf("after kill %d: %v", kill+1, err)
		}
		if live.Version < acknowledged {
			t.Fatalf("kill %d lost events: version %d was acknowledged, %d is there", kill+1, acknowledged, live.Version)
		}
	}
	if commands < kills/2 {
		t.Fatalf("only %d commands were acknowledged between %d kills: the script does not meet them", commands, kills)
	}
	p.kill()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "rekey.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	records, err := store.Load(t.Context(), rekey.StreamID(rekey.RecoveryPrefix+owner.id), 0)
	if err != nil || int64(len(records)) < acknowledged {
		t.Fatalf("%d events are there, %d were acknowledged; %v", len(records), acknowledged, err)
	}
	t.Logf("%d kills, %d commands acknowledged, %d events", kills, commands, len(records))
}

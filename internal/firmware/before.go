package firmware

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// Before is what a recorder was like before an installation. Values are kept as digests
// with a salt of their own: enough to tell whether they are the same afterwards. Of a
// password it is only noted that there is one.
type Before struct {
	Software Software          `json:"software"`
	Salt     string            `json:"salt"`
	Names    []string          `json:"names"` // first names of the settings
	Settings map[string]string `json:"settings"`
}

// usualNames are read where a recorder does not list its settings.
var usualNames = []string{"General", "Network", "NTP", "Locales", "ChannelTitle", "Encode", "Record", "RecordMode", "MotionDetect", "VideoStandard", "Language"}

const maxNames = 512

// note reads all settings that can be read.
func note(ctx context.Context, r Recorder, now Software) (Before, error) {
	var salt [16]byte
	rand.Read(salt[:]) // never fails
	b := Before{Software: now, Salt: hex.EncodeToString(salt[:])}
	names, err := r.SettingNames(ctx)
	switch {
	case answered(err):
		names = usualNames
	case err != nil:
		return b, err
	}
	b.Names = names[:min(len(names), maxNames)]
	b.Settings, err = b.read(ctx, r)
	return b, err
}

// read gives the digest of every setting by its whole key. Names that the recorder
// does not give are left out.
func (b *Before) read(ctx context.Context, r Recorder) (map[string]string, error) {
	all := map[string]string{}
	for _, name := range b.Names {
		t, err := r.Settings(ctx, name)
		if answered(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, p := range t {
			all[p.Key] = b.digest(p)
		}
	}
	return all, nil
}

func (b *Before) digest(p wire.Pair) string {
	if wire.IsSecret(p.Key, p.Value) {
		return "set" // passwords are short: a digest beside its salt could be tried out
	}
	h := hmac.New(sha256.New, []byte(b.Salt))
	h.Write([]byte(p.Key + "=" + p.Value))
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// differ gives the keys that had a value before and have another now, or none. New
// firmware may have more settings; those are no difference.
func (b *Before) differ(ctx context.Context, r Recorder) ([]string, error) {
	now, err := b.read(ctx, r)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, k := range slices.Sorted(maps.Keys(b.Settings)) {
		if now[k] != b.Settings[k] {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

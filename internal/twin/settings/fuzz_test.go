package settings

import (
	"encoding/json"
	"testing"
)

// FuzzFlatten: whatever table a client sends under whatever name, it is refused or
// the settings read back as they were set, and can be printed and stored.
func FuzzFlatten(f *testing.F) {
	for _, seed := range [][2]string{
		{"General", `{"MachineName":"Yard","LocalNo":9,"LockLoginEnable":false}`},
		{"ChannelTitle", `[null,{"Name":"Door"}]`},
		{"ChannelTitle[1]", `{"Name":"Door"}`},
		{"VideoStandard", `"PAL"`},
		{"NTP", `{"Port":1e3,"UpdatePeriod":1.5}`},
		{"RTSP", `{"RTP":{"StartPort":30000}}`},
		{"RTSP", `null`},
		{"None", `{"a":[[[[1]]]]}`},
	} {
		f.Add(seed[0], seed[1])
	}
	tree := Factory(Shape{"A", 2})
	f.Fuzz(func(t *testing.T, name, table string) {
		st := New(tree)
		pairs, err := st.Flatten(name, json.RawMessage(table))
		if err != nil {
			return
		}
		changed, err := st.Set(pairs)
		if err != nil {
			if len(st.over) != 0 {
				t.Fatalf("refused, and half done: %v", st.over)
			}
			return
		}
		last := map[string]string{}
		for _, p := range pairs {
			last[p.Key] = p.Value
		}
		for key, v := range last {
			if st.Get(key) != v {
				t.Fatalf("%s is %q, set to %q", key, st.Get(key), v)
			}
		}
		next := reload(t, st, tree)
		for _, key := range changed {
			if next.Get(key) != st.Get(key) {
				t.Fatalf("%s reads %q from a file, not %q", key, next.Get(key), st.Get(key))
			}
		}
	})
}

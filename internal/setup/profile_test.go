package setup_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/setup"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(setup.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("profile.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("profile.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON gives a YAML text as a JSON reader would have it: keys are texts.
func asJSON(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(texted(v))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func texted(v any) any {
	switch v := v.(type) {
	case map[any]any:
		m := map[string]any{}
		for k, e := range v {
			m[fmt.Sprint(k)] = texted(e)
		}
		return m
	case map[string]any:
		for k, e := range v {
			v[k] = texted(e)
		}
	case []any:
		for i, e := range v {
			v[i] = texted(e)
		}
	}
	return v
}

// TestSchema: every example of the documents is a profile, for the schema and for
// rekey.
func TestSchema(t *testing.T) {
	s := compiled(t)
	examples := []string{example(t)}
	for _, doc := range []string{"reference/profile.md", "guide/setup.md"} {
		text, err := os.ReadFile(filepath.Join("../../docs", doc))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
			examples = append(examples, m[1])
		}
	}
	if len(examples) < 3 {
		t.Errorf("%d examples", len(examples))
	}
	for _, e := range examples {
		if err := s.Validate(asJSON(t, e)); err != nil {
			t.Errorf("%v\n%s", err, e)
		}
		if _, err := setup.ParseProfile([]byte(e)); err != nil {
			t.Errorf("%v\n%s", err, e)
		}
	}
}

// TestSchemaHasEveryField: the schema and the struct name the same fields.
func TestSchemaHasEveryField(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal([]byte(setup.Schema()), &root); err != nil {
		t.Fatal(err)
	}
	var fromSchema, fromStruct []string
	walkSchema(root, root, "", &fromSchema)
	walkStruct(reflect.TypeFor[setup.Profile](), "", &fromStruct)
	sorted := cmp.Transformer("set", func(list []string) map[string]bool {
		m := map[string]bool{}
		for _, s := range list {
			m[s] = true
		}
		return m
	})
	if d := cmp.Diff(fromStruct, fromSchema, sorted); d != "" || len(fromStruct) < 90 {
		t.Errorf("%d fields; struct against schema:\n%s", len(fromStruct), d)
	}
}

func walkSchema(root, s map[string]any, at string, list *[]string) {
	if ref, ok := s["$ref"].(string); ok {
		s = root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	if items, ok := s["items"].(map[string]any); ok {
		walkSchema(root, items, at, list)
	}
	if every, ok := s["patternProperties"].(map[string]any); ok {
		for _, e := range every {
			walkSchema(root, e.(map[string]any), at, list)
		}
	}
	properties, _ := s["properties"].(map[string]any)
	for name, p := range properties {
		*list = append(*list, at+"/"+name)
		walkSchema(root, p.(map[string]any), at+"/"+name, list)
	}
}

func walkStruct(t reflect.Type, at string, list *[]string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		*list = append(*list, at+"/"+name)
		walkStruct(t.Field(i).Type, at+"/"+name, list)
	}
}

// What a profile says wrongly is told with its line, and the schema says no, too,
// but for what only rekey knows.
func TestProfileWrong(t *testing.T) {
	s := compiled(t)
	for name, tt := range map[string]struct {
		text, want string
		schema     bool // can tell
	}{
		"unknown section":   {"rekey-profile: 1\nnetworks: {}\n", "line 2: field networks is not known", true},
		"unknown field":     {"rekey-profile: 1\nnetwork:\n  dhpc: true\n", "line 3: field dhpc is not known", true},
		"another type":      {"rekey-profile: 1\nntp:\n  port: many\n", "line 3: \"many\" stands where a whole number is wanted", true},
		"no version":        {"general: {name: x}\n", "rekey-profile is 1", true},
		"another version":   {"rekey-profile: 2\n", "line 1: rekey-profile is 1", true},
		"a bad word":        {"rekey-profile: 1\ndisk:\n  when-full: format\n", "line 3: disk.when-full is one of overwrite, stop", true},
		"a bad address":     {"rekey-profile: 1\nnetwork:\n\n  address: 192.168.1.256\n", "line 4: network.address is an address", true},
		"a bad channel":     {"rekey-profile: 1\nchannels:\n  0: {title: x}\n", "line 3: channels.0 is between 1 and 256", true},
		"a bad size":        {"rekey-profile: 1\nchannels:\n  3:\n    main:\n      size: big\n", "line 5: channels.3.main.size is width and height", true},
		"a span backwards":  {"rekey-profile: 1\nevery-channel:\n  record:\n    plan: [{days: [every], from: \"18:00\", to: \"08:00\", for: [plain]}]\n", "line 4: every-channel.record.plan has spans from", false},
		"no such zone":      {"rekey-profile: 1\nclock: {zone: America/Nowhere}\n", "line 2: clock.zone is no time zone", false},
		"DST without zone":  {"rekey-profile: 1\nclock: {dst: auto}\n", "line 2: clock.dst needs a zone", false},
		"a bad account":     {"rekey-profile: 1\naccounts: [{name: x, group: root}]\n", "line 2: accounts have a group, admin or user", true},
		"an account twice":  {"rekey-profile: 1\naccounts: [{name: clerk, group: user}, {name: Clerk, group: user}]\n", "line 2: accounts name \"Clerk\" twice", false},
		"an alias":          {"rekey-profile: 1\ngeneral: &x {name: y}\nntp: *x\n", "line 2: profile has no anchors", false},
		"two documents":     {"rekey-profile: 1\n---\nrekey-profile: 1\n", "profile is one document", false},
		"nothing":           {"", "empty", false},
		"a list as text":    {"rekey-profile: 1\ngeneral: {name: [a]}\n", "line 2: a list stands where a text is wanted", false},
		"a word as number":  {"rekey-profile: 1\nntp: {port: seven}\n", `line 2: "seven" stands where a whole number is wanted`, false},
		"a word as yes":     {"rekey-profile: 1\nnetwork: {dhcp: maybe}\n", `"maybe" stands where true or false is wanted`, false},
		"a text as group":   {"rekey-profile: 1\ngeneral: x\n", `"x" stands where a group of fields is wanted`, false},
		"no YAML":           {"\t:", "cannot be read", false},
		"a list":            {"- 1\n", "cannot be read", false},
		"a field two times": {"rekey-profile: 1\nntp: {port: 1}\nntp: {port: 2}\n", "line 3", false},
	} {
		_, err := setup.ParseProfile([]byte(tt.text))
		if rekey.CodeOf(err) != rekey.CodeInvalid || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
		if tt.schema {
			if err := s.Validate(asJSON(t, tt.text)); err == nil {
				t.Errorf("%s: the schema takes it", name)
			}
		}
	}
	if _, err := setup.ParseProfile(bytes.Repeat([]byte("#"), setup.MaxProfile+1)); rekey.CodeOf(err) != rekey.CodeTooLarge {
		t.Error(err)
	}
}

// A profile that is changed keeps its comments.
func TestCommentsAreKept(t *testing.T) {
	const text = `# The shop on the corner.
rekey-profile: 1
general:
  name: Shop # as the staff calls it
# Ask the provider before changing this.
network:
  dhcp: true
  dns: [192.168.1.1] # the router
mail:
  enable: true
`
	d, err := setup.ParseProfile([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p := d.Profile
	name, off := "Corner", false
	p.General = &setup.General{Name: &name}
	p.Mail = nil
	p.Reach = &setup.Reach{UPnP: &off}
	if err := d.Set(p); err != nil {
		t.Fatal(err)
	}
	got, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	const want = `# The shop on the corner.
rekey-profile: 1
general:
  name: Corner # as the staff calls it
# Ask the provider before changing this.
network:
  dhcp: true
  dns: [192.168.1.1] # the router
reach:
  upnp: false
`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
	bad := p
	bad.Version = 7
	if err := d.Set(bad); rekey.CodeOf(err) != rekey.CodeInvalid {
		t.Error(err)
	}
}

// FuzzParseProfile: what is read can be written, and says the same then.
func FuzzParseProfile(f *testing.F) {
	f.Add([]byte("rekey-profile: 1\n"))
	f.Add([]byte("rekey-profile: 1\nchannels: {1: {title: a, record: {mode: never, plan: []}}, 2: null}\n"))
	f.Add([]byte("# c\nrekey-profile: 1 # d\nnetwork:\n  dns:\n  - 1.2.3.4 # e\n"))
	if text, err := os.ReadFile("testdata/full.yaml"); err == nil {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := setup.ParseProfile(text)
		if err != nil {
			return
		}
		if err := d.Set(d.Profile); err != nil {
			t.Fatal(err)
		}
		again, err := d.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		e, err := setup.ParseProfile(again)
		if err != nil {
			t.Fatalf("%v\n%q\n%q", err, text, again)
		}
		first, _ := yaml.Marshal(d.Profile)
		second, _ := yaml.Marshal(e.Profile)
		if !bytes.Equal(first, second) {
			t.Errorf("%q became %q", first, second)
		}
	})
}

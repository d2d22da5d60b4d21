package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var allowRaw = cmp.AllowUnexported(Session{}, Result{})

var requests = []struct {
	name, raw string
	want      Request
	own       bool
}{
	{
		"login step 1",
		`{"method":"global.login","params":{"userName":"admin","password":"","clientType":"Web3.0","loginType":"Direct"},"id":1}`,
		Request{Method: "global.login", ID: 1,
			Params: json.RawMessage(`{"userName":"admin","password":"","clientType":"Web3.0","loginType":"Direct"}`)}, true,
	},
	{
		"number session",
		`{"method":"magicBox.getSerialNo","params":null,"id":3,"session":2147483643}`,
		Request{Method: "magicBox.getSerialNo", Params: json.RawMessage("null"), ID: 3, Session: IntSession(2147483643)}, true,
	},
	{
		"text session and object",
		`{"method":"log.doFind","params":{"count":9},"id":4,"session":"0ae5e3a55d6b36d0d35a0f5c751f450a","object":77}`,
		Request{Method: "log.doFind", Params: json.RawMessage(`{"count":9}`), ID: 4,
			Session: StringSession("0ae5e3a55d6b36d0d35a0f5c751f450a"), Object: json.RawMessage("77")}, true,
	},
	{
		"session 0 and spaces",
		"{ \"id\" : 10000, \"method\" : \"global.login\", \"session\" : 0 }\n",
		Request{Method: "global.login", ID: 10000, Session: IntSession(0)}, false,
	},
	{
		"null session",
		`{"method":"x","params":null,"id":1,"session":null}`,
		Request{Method: "x", Params: json.RawMessage("null"), ID: 1, Session: Session{"null"}}, true,
	},
}

func TestRequest(t *testing.T) {
	for _, tt := range requests {
		got, err := DecodeRequest([]byte(tt.raw))
		if d := cmp.Diff(tt.want, got, allowRaw); d != "" || err != nil {
			t.Errorf("%s: %v %s", tt.name, err, d)
		}
		if b, err := got.Encode(); tt.own && (err != nil || string(b) != tt.raw) {
			t.Errorf("%s: prints as %s, %v", tt.name, b, err)
		}
	}
	for _, raw := range []string{"", "{}", "null", "[]", `{"method":"a","session":1.5}`, `{"method":"a","session":{}}`,
		`{"method":"a"}{}`, `{"method":"a"`, `{"method":"a","session":"` + strings.Repeat("s", MaxSession) + `"}`} {
		if _, err := DecodeRequest([]byte(raw)); err == nil {
			t.Errorf("%.40s was taken", raw)
		}
	}
	if _, err := DecodeRequest(make([]byte, MaxJSON+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("large: %v", err)
	}
}

// The bodies are those of the protocol notes, sections 3.2 to 3.4.
var responses = []struct {
	name, raw string
	code      ErrorCode
	ok        bool
	own       bool
}{
	{"challenge", `{"error":{"code":268632079,"message":"Component error: login challenge!"},"id":1,` +
		`"params":{"encryption":"Default","mac":"9C8ECD000001","random":"1452638970","realm":"Login to AMC0TESTSN00001"},` +
		`"result":false,"session":2147483643}`, CodeChallenge, false, true},
	{"granted", `{"id":2,"params":{"keepAliveInterval":60},"result":true,"session":2147483643}`, 0, true, true},
	{"granted by generation A", `{ "id" : 10000, "params" : null, "result" : true, "session" : 1626533888 }`, 0, true, false},
	{"wrong", `{"error":{"code":268632085,"message":"Component error: User or password not valid!"},"id":2,` +
		`"params":{"remainLockSecond":0,"remainLoginTimes":4},"result":false,"session":2147483643}`, CodeLoginNotValid, false, true},
	{"wrong in 2017", `{ "error" : { "code" : 268632071, "message" : "Component error: password not valid!" }, "id" : 10000, "result" : false, "session" : 1997483520 }`,
		CodePasswordNotValid, false, false},
	{"wrong on old firmware", `{"id":2,"params":{"error":"PasswordNotValid"},"result":false,"session":5}`, CodePasswordNotValid, false, true},
	{"locked on old firmware", `{"id":2,"params":{"error":"HasBeenLocked"},"result":false,"session":5}`, CodeLocked, false, true},
	{"handle", `{"id":3,"params":null,"result":77,"session":"a"}`, 0, true, true},
	{"no handle", `{"id":3,"params":null,"result":0,"session":"a"}`, 0, false, true},
	{"time as result", `{"id":3,"result":"2024-01-02 03:04:05","session":1}`, 0, true, true},
	{"error without result", `{"error":{"code":268894210,"message":"Method not found!"},"id":3}`, CodeMethodNotFound, false, true},
}

func TestResponse(t *testing.T) {
	for _, tt := range responses {
		got, err := DecodeResponse([]byte(tt.raw))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got.Code() != tt.code || got.Result.OK() != tt.ok {
			t.Errorf("%s: code %v, ok %v", tt.name, got.Code(), got.Result.OK())
		}
		if b, err := got.Encode(); tt.own && (err != nil || string(b) != tt.raw) {
			t.Errorf("%s: prints as %s, %v", tt.name, b, err)
		}
	}
	for _, raw := range []string{"", "{}", "<html>", `{"id":1}`, `{"result":true`, `{"result":[]}`, `{"result":1.5}`,
		`{"result":true,"id":"x"}`, `{"error":{"code":"x"}}`, `{"result":true,"session":true}`} {
		if _, err := DecodeResponse([]byte(raw)); err == nil {
			t.Errorf("%s was taken", raw)
		}
	}
	if _, err := DecodeResponse([]byte(responses[0].raw[:100])); !errors.Is(err, ErrTruncated) {
		t.Errorf("truncated: %v", err)
	}
}

func FuzzResponse(f *testing.F) {
	for _, tt := range responses {
		f.Add([]byte(tt.raw))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := DecodeResponse(b)
		if err != nil {
			return
		}
		got.Code()
		p, err := got.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeResponse(p)
		if err != nil || again.Code() != got.Code() || again.Session != got.Session || again.Result != got.Result {
			t.Errorf("%s became %s, %v", b, p, err)
		}
	})
}

func FuzzRequest(f *testing.F) {
	for _, tt := range requests {
		f.Add([]byte(tt.raw))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := DecodeRequest(b)
		if err != nil {
			return
		}
		p, err := got.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeRequest(p)
		if err != nil || again.Session != got.Session || again.Method != got.Method || again.ID != got.ID {
			t.Errorf("%s became %s, %v", b, p, err)
		}
	})
}

func TestLoginParams(t *testing.T) {
	p, err := Params(Login{UserName: "admin", Password: "4A0341A111636FBEA293BF1F3BFDA014", ClientType: "Web3.0",
		LoginType: "Direct", AuthorityType: "Default", PasswordType: "Default"})
	want := `{"userName":"admin","password":"4A0341A111636FBEA293BF1F3BFDA014","clientType":"Web3.0",` +
		`"loginType":"Direct","authorityType":"Default","passwordType":"Default"}`
	if err != nil || string(p) != want {
		t.Errorf("params %s, %v", p, err)
	}
	var c LoginChallenge
	r, _ := DecodeResponse([]byte(responses[0].raw))
	if err := DecodeParams(r.Params, &c); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(LoginChallenge{"Default", "9C8ECD000001", "1452638970", "Login to AMC0TESTSN00001"}, c); d != "" {
		t.Error(d)
	}
	var refused LoginRefused
	r, _ = DecodeResponse([]byte(responses[3].raw))
	if err := DecodeParams(r.Params, &refused); err != nil || *refused.RemainLoginTimes != 4 || *refused.RemainLockSecond != 0 {
		t.Errorf("%+v, %v", refused, err)
	}
	if err := DecodeParams(nil, &refused); err != nil {
		t.Errorf("absent params: %v", err)
	}
	if err := DecodeParams(json.RawMessage(`[1]`), &refused); err == nil {
		t.Error("a list was taken for counters")
	}
}

func TestSession(t *testing.T) {
	for _, tt := range []struct {
		s      Session
		usable bool
	}{
		{Session{}, false}, {IntSession(0), false}, {StringSession(""), false}, {Session{"null"}, false},
		{IntSession(5), true}, {StringSession("abc"), true},
	} {
		if tt.s.Usable() != tt.usable {
			t.Errorf("%s: usable %v", tt.s.Key(), tt.s.Usable())
		}
	}
	for _, verb := range []string{"%v", "%s", "%d", "%#v", "%+v", "%x", "%q"} {
		for _, s := range []Session{IntSession(2147483643), StringSession("0ae5e3a5")} {
			if got := fmt.Sprintf(verb, s); strings.Contains(got, "2147483643") || strings.Contains(got, "0ae5") {
				t.Errorf("%s shows the session: %s", verb, got)
			}
		}
	}
}

func TestResult(t *testing.T) {
	if n, ok := NumberResult(77).Number(); !ok || n != 77 {
		t.Error("number")
	}
	if s, ok := TextResult("2024-01-02").Text(); !ok || s != "2024-01-02" {
		t.Error("text")
	}
	if _, ok := BoolResult(true).Number(); ok || !BoolResult(true).OK() || BoolResult(false).OK() {
		t.Error("boolean")
	}
	if _, ok := BoolResult(true).Text(); ok {
		t.Error("a boolean gave a text")
	}
}

func TestFail(t *testing.T) {
	b, err := Response{ID: 3, Result: BoolResult(false), Error: Fail(CodeNoRight), Session: IntSession(1)}.Encode()
	want := `{"error":{"code":285278249,"message":"Authority:check failure."},"id":3,"result":false,"session":1}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
	if Fail(1).Message != CodeUnknown.Message() || CodeLocked.String() != "268632081" {
		t.Error("unknown code has no wording")
	}
}

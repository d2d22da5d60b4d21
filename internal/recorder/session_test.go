package recorder

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// loggedIn is a session of a recorder that plays the steps.
func loggedIn(t *testing.T, steps ...step) *Session {
	s := &Session{client: play(t, steps...), id: wire.IntSession(2147483643), user: "admin"}
	s.last.Store(2)
	return s
}

func rpc(method, params, ans string) step {
	return step{want: post("/RPC2", `{"method":"`+method+`","params":`+params+`,"id":3,"session":2147483643}`), answer: json(ans)}
}

func TestReads(t *testing.T) {
	s := loggedIn(t, rpc("magicBox.getSoftwareVersion", "null",
		`{"id":3,"params":{"version":{"Build":"","BuildDate":"2016-09-08","SecurityBaseLineVersion":"","Version":"3.200.AC04.5","WebVersion":"x"}},"result":true,"session":2147483643}`))
	if v, err := s.SoftwareVersion(t.Context()); err != nil || v != (Software{"3.200.AC04.5", "2016-09-08", ""}) {
		t.Errorf("%+v, %v", v, err)
	}
	s = loggedIn(t, rpc("magicBox.getSerialNo", "null", `{"id":3,"params":{"sn":"AMC0TESTSN00001"},"result":true}`))
	if sn, err := s.SerialNumber(t.Context()); err != nil || sn != "AMC0TESTSN00001" {
		t.Errorf("%s, %v", sn, err)
	}
	s = loggedIn(t, rpc("magicBox.getDeviceType", "null", `{"id":3,"params":{"type":"AMDV7208"},"result":true}`))
	if m, err := s.DeviceType(t.Context()); err != nil || m != "AMDV7208" {
		t.Errorf("%s, %v", m, err)
	}
	want := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, ans := range []string{`{"id":3,"params":{"time":"2024-01-02 03:04:05"},"result":true}`,
		`{"id":3,"params":null,"result":"2024-01-02 03:04:05"}`} {
		s = loggedIn(t, rpc("global.getCurrentTime", "null", ans))
		if got, err := s.CurrentTime(t.Context()); err != nil || !got.Equal(want) {
			t.Errorf("%v, %v", got, err)
		}
	}
	s = loggedIn(t, rpc("global.keepAlive", `{"active":true,"timeout":300}`, `{"id":3,"params":{"timeout":300},"result":true}`))
	if err := s.KeepAlive(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestUsers(t *testing.T) {
	s := loggedIn(t, rpc("userManager.getUserInfoAll", "null",
		`{"id":3,"params":{"users":[{"Anonymous":false,"AuthorityList":["Monitor_01"],"Group":"admin","Id":1,"Memo":"admin 's account",`+
			`"Name":"admin","Password":"******","Reserved":true,"Sharable":true},{"Name":"888888","Group":"admin","Id":2}]},"result":true}`))
	got, err := s.Users(t.Context())
	want := []User{{ID: 1, Name: "admin", Group: "admin", Memo: "admin 's account", Reserved: true, Sharable: true,
		Authorities: []string{"Monitor_01"}}, {ID: 2, Name: "888888", Group: "admin"}}
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
}

func TestCallErrors(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		want         Kind
	}{
		{"expired", json(`{"error":{"code":287637505,"message":"Invalid session in request data!"},"id":3,"result":false}`), Expired},
		{"no such method", json(`{"error":{"code":268894210,"message":"Method not found!"},"id":3,"result":false}`), NotSupported},
		{"no right", json(`{"error":{"code":285278249,"message":"Authority:check failure."},"id":3,"result":false}`), Refused},
		{"false", json(`{"id":3,"result":false}`), Refused},
		{"null params", json(`{"id":3,"params":null,"result":true}`), Garbage},
		{"other params", json(`{"id":3,"params":[1],"result":true}`), Garbage},
		{"control characters", json(`{"id":3,"params":{"sn":"\u001b[31mX"},"result":true}`), Garbage},
		{"page", answer("200 OK", "text/html", "<html>"), Garbage},
		{"server error", answer("500 Internal Server Error", "text/html", ""), Garbage},
		{"401", answer("401 Unauthorized", "text/html", "", askDigest), Refused},
		{"404", answer("404 Not Found", "text/html", ""), NotSupported},
		{"closed", "", Lost},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := loggedIn(t, step{want: rpc("magicBox.getSerialNo", "null", "").want, answer: tt.answer})
			if sn, err := s.SerialNumber(t.Context()); KindOf(err) != tt.want || sn != "" {
				t.Errorf("%q, %v", sn, err)
			}
		})
	}
}

func TestLogoutOfEndedSession(t *testing.T) {
	s := loggedIn(t, rpc("global.logout", "null", `{"error":{"code":287637505,"message":"x"},"id":3,"result":false}`))
	if err := s.Logout(t.Context()); err != nil {
		t.Error(err)
	}
}

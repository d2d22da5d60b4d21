package recorder

import (
	"testing"

	"github.com/rekey-dvr/rekey/internal/secret"
)

func TestChangePasswordInSession(t *testing.T) {
	params := `{"name":"admin","pwd":"q7kx3m","pwdOld":"admin"}`
	for _, tt := range []struct {
		name, answer string
		want         ChangeVerdict
		kind         Kind
	}{
		{"taken", json(`{"id":3,"params":null,"result":true}`), ChangeTaken, 0},
		{"rule", json(`{"error":{"code":268959743,"message":"x"},"id":3,"result":false}`), ChangeRule, Refused},
		{"session ended", json(`{"error":{"code":287637505,"message":"x"},"id":3,"result":false}`), ChangeRefused, Expired},
		{"not there", json(`{"error":{"code":268894210,"message":"x"},"id":3,"result":false}`), ChangeRefused, NotSupported},
		{"locked", json(`{"error":{"code":268632081,"message":"x"},"id":3,"result":false}`), ChangeLocked, Locked},
		{"page", answer("200 OK", "text/html", "<html>"), ChangeUnclear, Garbage},
		{"lost", "", ChangeLost, Lost},
	} {
		s := loggedIn(t, step{want: rpc("userManager.modifyPassword", params, "").want, answer: tt.answer})
		o := s.ChangePassword(t.Context(), "admin", admin, secret.New("q7kx3m"))
		if o.Verdict != tt.want || KindOf(o.Err) != tt.kind {
			t.Errorf("%s: %s, %v", tt.name, o.Verdict, o.Err)
		}
	}
	s := loggedIn(t)
	if o := s.ChangePassword(t.Context(), "admin", admin, secret.String{}); o.Verdict != ChangeUnsent {
		t.Errorf("%+v", o)
	}
}

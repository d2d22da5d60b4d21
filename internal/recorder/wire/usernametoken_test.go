package wire

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestPasswordDigest(t *testing.T) {
	for _, tt := range []struct{ source, nonce, created, password, want string }{
		{"protocol notes, vector 8", "AAECAwQFBgcICQoLDA0ODw==", "2024-01-02T03:04:05Z", "admin", "OIt9Ggt+aCHcBD5Y3rIXLUU9VAk="},
		{"ONVIF programmer's guide 6.1.1.3", "LKqI6G/AikKCQrN0zqZFlg==", "2010-09-16T07:50:45Z", "userpassword", "tuOSpGlFlIXsozq4HFNeeGeFLEI="},
	} {
		nonce, err := base64.StdEncoding.DecodeString(tt.nonce)
		if err != nil {
			t.Fatal(err)
		}
		if got := PasswordDigest(nonce, tt.created, tt.password); got != tt.want {
			t.Errorf("%s: %s", tt.source, got)
		}
		if !VerifyPasswordDigest(tt.want, nonce, tt.created, tt.password) {
			t.Errorf("%s: not verified", tt.source)
		}
		for name, ok := range map[string]bool{
			"other password": VerifyPasswordDigest(tt.want, nonce, tt.created, tt.password+"x"),
			"other time":     VerifyPasswordDigest(tt.want, nonce, strings.Replace(tt.created, "Z", "+00:00", 1), tt.password),
			"other nonce":    VerifyPasswordDigest(tt.want, nonce[1:], tt.created, tt.password),
			"no digest":      VerifyPasswordDigest("", nonce, tt.created, tt.password),
			"the password":   VerifyPasswordDigest(tt.password, nonce, tt.created, tt.password),
		} {
			if ok {
				t.Errorf("%s: %s was verified", tt.source, name)
			}
		}
	}
}

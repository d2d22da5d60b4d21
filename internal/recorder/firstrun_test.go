package recorder

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	stdjson "encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey/internal/secret"
)

func outsideStep(body, ans string) step {
	return step{want: post("/OutsideCmd", body), answer: json(ans)}
}

func stateStep(ans string) step {
	return outsideStep(`{"method":"DevInit.getStatus","params":null,"id":1}`, ans)
}

func agreeStep() step {
	return outsideStep(`{"method":"DevInit.setProtocolAgree","params":{"ProtocolEnable":true},"id":2,"session":0}`,
		`{"id":2,"params":null,"result":true}`)
}

func keyStep(pub, ciphers string) step {
	return outsideStep(`{"method":"Security.getEncryptInfo","params":null,"id":3}`,
		`{"id":3,"params":{"AESPadding":["ZERO","PKCS7"],"asymmetric":"RSA","cipher":[`+ciphers+`],"pub":"`+pub+`","suggestedAsymmetric":"RSA"},"result":true}`)
}

// sealedStep opens the envelope with the standard library alone and expects the
// plain text.
func sealedStep(priv *rsa.PrivateKey, method string, id int, cipherName, plain, ans string) step {
	return step{answer: ans, check: func(t *testing.T, request string) {
		t.Helper()
		_, body, _ := strings.Cut(request, "\r\n\r\n")
		var m struct {
			Method string
			ID     int
			Params struct{ Cipher, Salt, Content string }
		}
		if err := stdjson.Unmarshal([]byte(body), &m); err != nil || m.Method != method || m.ID != id || strings.Contains(body, "session") {
			t.Errorf("%v in %s", err, body)
		}
		salt, _ := hex.DecodeString(m.Params.Salt)
		key, err := rsa.DecryptPKCS1v15(nil, priv, salt)
		if err != nil || m.Params.Cipher != cipherName {
			t.Errorf("cipher %s, %v", m.Params.Cipher, err)
			return
		}
		content, _ := base64.StdEncoding.DecodeString(m.Params.Content)
		block, err := aes.NewCipher(key)
		if err != nil || len(content)%16 != 0 {
			t.Error(err)
			return
		}
		cipher.NewCBCDecrypter(block, []byte("0000000000000000")).CryptBlocks(content, content)
		if got := strings.TrimRight(string(content), "\x00"); got != plain {
			t.Errorf("sealed %s", got)
		}
	}}
}

const (
	accountPlain = `{"name":"admin","pwd":"Rekey2024!","CellPhone":"","Mail":"owner@example.com"}`
	accessPlain  = `{"NetAccess":0,"UpgradeCheck":2}`
	factoryState = `{"id":1,"params":{"Find":"AB","Init":1},"result":true}`
)

func firstRun() FirstRun {
	return FirstRun{Password: secret.New("Rekey2024!"), Mail: "owner@example.com"}
}

func TestFirstRun(t *testing.T) {
	priv, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pub := fmt.Sprintf("N:%X,E:010001", priv.N)
	ok := func(id int) string { return json(fmt.Sprintf(`{"id":%d,"params":null,"result":true}`, id)) }
	no := func(id int) string {
		return json(fmt.Sprintf(`{"error":{"code":285278249,"message":"x"},"id":%d,"result":false}`, id))
	}
	for _, tt := range []struct {
		name            string
		ciphers, cipher string
		account, access string
		verdict         FirstRunVerdict
		cloudOff        bool
	}{
		{"done", `"AES","RPAC"`, "RPAC-256", ok(4), ok(5), FirstRunDone, true},
		{"128 bit", `"RPAC-128"`, "RPAC-128", ok(4), ok(5), FirstRunDone, true},
		{"access refused", `"RPAC"`, "RPAC-256", ok(4), no(5), FirstRunDone, false},
		{"account refused", `"RPAC"`, "RPAC-256", no(4), "", FirstRunRefused, false},
		{"false", `"RPAC"`, "RPAC-256", json(`{"id":4,"result":false}`), "", FirstRunRefused, false},
		{"lost", `"RPAC"`, "RPAC-256", "", "", FirstRunLost, false},
		{"page", `"RPAC"`, "RPAC-256", answer("200 OK", "text/html", "<html>"), "", FirstRunUnclear, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			steps := []step{stateStep(factoryState), agreeStep(), keyStep(pub, tt.ciphers),
				sealedStep(priv, "DevInit.account", 4, tt.cipher, accountPlain, tt.account)}
			if tt.verdict == FirstRunDone {
				steps = append(steps, sealedStep(priv, "DevInit.access", 5, tt.cipher, accessPlain, tt.access))
			}
			o := play(t, steps...).FirstRun(t.Context(), firstRun())
			if o.Verdict != tt.verdict || o.CloudOff != tt.cloudOff || (o.Err == nil) != (tt.verdict == FirstRunDone) {
				t.Errorf("%+v", o)
			}
		})
	}
}

// The password must not be sent unless the recorder says that it has none, and
// only sealed.
func TestFirstRunNotSent(t *testing.T) {
	for _, tt := range []struct {
		name  string
		steps []step
		want  FirstRunVerdict
		kind  Kind
	}{
		{"initialised", []step{stateStep(`{"id":1,"params":{"Find":"AB","Init":2},"result":true}`)}, FirstRunAlready, Refused},
		{"unknown state", []step{stateStep(`{"id":1,"params":{},"result":true}`)}, FirstRunUnsent, Garbage},
		{"generation A", []step{{want: stateStep("").want, answer: answer("404 Not Found", "text/plain", "")}}, FirstRunNotSupported, NotSupported},
		{"generation A says 400", []step{{want: stateStep("").want, answer: answer("400 Bad Request", "text/plain", "Error\r\nBad Request!\r\n")}}, FirstRunNotSupported, NotSupported},
		{"lost before", []step{{want: stateStep("").want}}, FirstRunUnsent, Lost},
		{"no cipher", []step{stateStep(factoryState), agreeStep(), keyStep("N:,E:", `"AES"`)}, FirstRunNotSupported, NotSupported},
		{"bad key", []step{stateStep(factoryState), agreeStep(), keyStep("N:00,E:010001", `"RPAC"`)}, FirstRunUnsent, Garbage},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := play(t, tt.steps...).FirstRun(t.Context(), firstRun())
			if o.Verdict != tt.want || KindOf(o.Err) != tt.kind {
				t.Errorf("%s, %v", o.Verdict, o.Err)
			}
		})
	}
	if o := play(t).FirstRun(t.Context(), FirstRun{}); o.Verdict != FirstRunUnsent {
		t.Errorf("%+v", o)
	}
}

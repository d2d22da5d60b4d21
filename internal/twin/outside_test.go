package twin

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

const (
	vectorKey     = "12345678901234567890123456789012"
	vectorPlain   = `{"name":"admin","pwd":"Rekey2024!","CellPhone":"","Mail":"owner@example.com"}`
	vectorContent = "hv+p+khqFab4ZTdatcjFmKmqwjUogGsPxI7agro3p4yG9djItUsdSxzNy2PqlitM5Bc68EY0ya3hoE5Hn9UiyWxr9rnOJ4cReQ9ghIHYJzY="
)

func (r rig) outside(body string) answer { r.Helper(); return r.post("/OutsideCmd", body) }

// sealed makes an envelope with the standard library, from the dossier alone.
func (r rig) sealed(pub, key, plain string) string {
	r.Helper()
	var n, e string
	if _, err := fmt.Sscanf(strings.NewReplacer(",", " ", "N:", "", "E:", "").Replace(pub), "%s %s", &n, &e); err != nil {
		r.Fatal(err)
	}
	modulus, _ := new(big.Int).SetString(n, 16)
	exponent, _ := new(big.Int).SetString(e, 16)
	salt, err := rsa.EncryptPKCS1v15(rand.Reader, &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}, []byte(key))
	if err != nil {
		r.Fatal(err)
	}
	padded := append([]byte(plain), make([]byte, (16-len(plain)%16)%16)...)
	block, err := aes.NewCipher([]byte(key))
	if err != nil {
		r.Fatal(err)
	}
	cipher.NewCBCEncrypter(block, bytes.Repeat([]byte("0"), 16)).CryptBlocks(padded, padded)
	return fmt.Sprintf(`{"cipher":"RPAC-256","salt":%q,"content":%q}`,
		hex.EncodeToString(salt), base64.StdEncoding.EncodeToString(padded))
}

// publicKey agrees to the licence and asks for the key.
func (r rig) publicKey() string {
	r.Helper()
	if a := r.outside(`{"method":"DevInit.setProtocolAgree","params":{"ProtocolEnable":true},"id":2,"session":0}`); string(a.Result) != "true" {
		r.Fatalf("licence: %+v", a)
	}
	a := r.outside(`{"method":"Security.getEncryptInfo","params":null,"id":3}`)
	var p struct{ Pub string }
	if err := json.Unmarshal(a.Params, &p); err != nil {
		r.Fatal(err)
	}
	if len(p.Pub) != len("N:")+512+len(",E:010001") || !strings.HasSuffix(p.Pub, ",E:010001") {
		r.Fatalf("key %q is not of 2048 bits", p.Pub)
	}
	return p.Pub
}

func (r rig) initState() string {
	r.Helper()
	a := r.outside(`{"method":"DevInit.getStatus","params":null,"id":1}`)
	var p struct{ Init int }
	_ = json.Unmarshal(a.Params, &p)
	return fmt.Sprint(p.Init)
}

// The sequence of section 3.7 with the content of its vector.
func TestFirstRun(t *testing.T) {
	for _, cfg := range []Config{
		{Model: Model{Generation: GenC}},
		{Model: Model{Generation: GenB}, Switches: Switches{FirstLogin: FirstInit}},
	} {
		t.Run(string(cfg.Model.Generation), func(t *testing.T) {
			r := start(t, cfg)
			if got := r.initState(); got != "1" {
				t.Fatalf("Init %s, want 1", got)
			}
			for _, password := range []string{"admin", ""} {
				if a := r.login("admin", password); a.Error.Code != 268632086 {
					t.Errorf("login before the first run: %+v", a.Error)
				}
			}
			if status, body := r.cgi("admin", "admin", machineName); status != 401 || body != "Error\r\nInvalid Authority!\r\n" {
				t.Errorf("CGI before the first run: %d %q", status, body)
			}
			if a := r.outside(`{"method":"Security.getEncryptInfo","params":null,"id":3}`); string(a.Result) != "false" {
				t.Error("the key is given before the licence")
			}
			pub := r.publicKey()
			envelope := r.sealed(pub, vectorKey, vectorPlain)
			if !strings.Contains(envelope, vectorContent) {
				t.Fatalf("the test's own envelope differs from the vector: %s", envelope)
			}
			account := `{"method":"DevInit.account","params":` + envelope + `,"id":4}`
			if a := r.outside(account); string(a.Result) != "true" || string(a.Params) != "null" || a.ID != 4 {
				t.Fatalf("account: %+v", a)
			}
			access := r.sealed(pub, vectorKey, `{"NetAccess":0,"UpgradeCheck":2}`)
			if a := r.outside(`{"method":"DevInit.access","params":` + access + `,"id":5}`); string(a.Result) != "true" {
				t.Errorf("access: %+v", a)
			}
			if got := r.initState(); got != "2" {
				t.Errorf("Init %s, want 2", got)
			}
			if a := r.outside(account); a.Error.Code != 285278249 {
				t.Errorf("a second account: %+v, want 285278249", a.Error)
			}
			if a := r.login("admin", "Rekey2024!"); string(a.Result) != "true" {
				t.Errorf("login with the first password: %+v", a.Error)
			}
			if got := r.BadProofs("admin"); got != 0 {
				t.Errorf("%d bad proofs", got)
			}
		})
	}
}

func TestFirstRunRefusesPasswords(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC}})
	pub := r.publicKey()
	for _, bad := range []string{"short1", "onlyletters", "12345678", "with:colon1", "semi;colon1", "and&and123", strings.Repeat("a1", 17)} {
		plain, _ := json.Marshal(map[string]string{"name": "admin", "pwd": bad})
		if a := r.outside(`{"method":"DevInit.account","params":` + r.sealed(pub, vectorKey, string(plain)) + `,"id":4}`); string(a.Result) != "false" {
			t.Errorf("%q was taken", bad)
		}
	}
	for _, broken := range []string{`null`, `{}`, `{"cipher":"RPAC-256","salt":"00","content":"AA=="}`} {
		if a := r.outside(`{"method":"DevInit.account","params":` + broken + `,"id":4}`); a.Error.Code != 268894211 {
			t.Errorf("envelope %s: %+v", broken, a.Error)
		}
	}
	if got := r.initState(); got != "1" {
		t.Errorf("Init %s after refusals, want 1", got)
	}
}

// After a drain a newer recorder has no password at all.
func TestDrainOfC(t *testing.T) {
	r := start(t, Config{Model: withButton(GenC), Password: "Owner2024"})
	r.drainFront(92)
	if got := r.initState(); got != "1" {
		t.Errorf("Init %s, want 1", got)
	}
	if got := r.Console().Screen().Name; got != ScreenInit {
		t.Errorf("the screen shows %s", got)
	}
}

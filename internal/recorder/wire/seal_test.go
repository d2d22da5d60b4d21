package wire

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
)

// The envelope is RSA PKCS #1 v1.5, which the recorders use; the key pair is made
// for each run.
func privateKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

const accountPlain = `{"name":"admin","pwd":"Rekey2024!","CellPhone":"","Mail":"owner@example.com"}`

// Vector of the protocol notes, 3.7.
func TestSealContent(t *testing.T) {
	for key, want := range map[string]string{
		"12345678901234567890123456789012": "hv+p+khqFab4ZTdatcjFmKmqwjUogGsPxI7agro3p4yG9djItUsdSxzNy2PqlitM5Bc68EY0ya3hoE5Hn9UiyWxr9rnOJ4cReQ9ghIHYJzY=",
		"1234567890123456":                 "+wQs1Ovmm4Fdd9Ah6cZQm1fPRdXHZbtAqPvGE+ZfKIZZ+5bAKtIZkIYaOpwoQAAQuScfqUf4s9FCcbd4PRUWT9Inc9n9jM+YwbLdT/gh+CY=",
	} {
		got, err := sealContent(key, []byte(accountPlain))
		if err != nil || got != want {
			t.Errorf("%d digits: %s, %v", len(key), got, err)
		}
		plain, err := openContent(key, want)
		if err != nil || string(plain) != accountPlain {
			t.Errorf("%d digits: %s, %v", len(key), plain, err)
		}
	}
}

func TestAccountPlain(t *testing.T) {
	b, err := Params(InitAccount{Name: "admin", Pwd: "Rekey2024!", Mail: "owner@example.com"})
	if err != nil || string(b) != accountPlain {
		t.Errorf("%s, %v", b, err)
	}
	b, err = Params(InitAccess{NetAccess: 0, UpgradeCheck: 2})
	if err != nil || string(b) != `{"NetAccess":0,"UpgradeCheck":2}` {
		t.Errorf("%s, %v", b, err)
	}
	b, err = Params(InitAccount{Pwd: "a<b>&c"})
	if err != nil || !strings.Contains(string(b), "a<b>&c") {
		t.Errorf("%s, %v: HTML escapes a recorder may not undo", b, err)
	}
}

func TestSealOpen(t *testing.T) {
	priv := privateKey(t)
	for _, c := range []string{RPAC256, RPAC128} {
		key, err := NewKey(c, rand.Reader)
		if err != nil || len(key) != KeySize(c) || strings.Trim(key, "0123456789") != "" {
			t.Fatalf("%s: key of %d, %v", c, len(key), err)
		}
		for _, plain := range []string{accountPlain, "x", strings.Repeat("y", 16), strings.Repeat("z", 4000)} {
			e, err := Seal(&priv.PublicKey, c, key, []byte(plain), rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			if len(e.Salt) != 512 || strings.ToLower(e.Salt) != e.Salt {
				t.Errorf("salt %s", e.Salt)
			}
			if got, err := Open(priv, e); err != nil || string(got) != plain {
				t.Errorf("%s: opened %d bytes, %v", c, len(got), err)
			}
		}
	}
}

func TestOpenRefused(t *testing.T) {
	priv, other := privateKey(t), privateKey(t)
	good, err := Seal(&priv.PublicKey, RPAC256, strings.Repeat("1", 32), []byte("x"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	salted := func(key string) string {
		s, err := rsa.EncryptPKCS1v15(rand.Reader, &priv.PublicKey, []byte(key))
		if err != nil {
			t.Fatal(err)
		}
		return hex.EncodeToString(s)
	}
	for name, change := range map[string]func(*Envelope){
		"cipher":        func(e *Envelope) { e.Cipher = "RPAC" },
		"shorter key":   func(e *Envelope) { e.Cipher = RPAC128 },
		"no salt":       func(e *Envelope) { e.Salt = "" },
		"salt no hex":   func(e *Envelope) { e.Salt = "zz" },
		"salt zero":     func(e *Envelope) { e.Salt = strings.Repeat("00", 256) },
		"salt letters":  func(e *Envelope) { e.Salt = salted(strings.Repeat("a", 32)) },
		"salt too long": func(e *Envelope) { e.Salt = strings.Repeat("0", 2*MaxModulus+2) },
		"no content":    func(e *Envelope) { e.Content = "" },
		"content short": func(e *Envelope) { e.Content = "AAAA" },
		"content form":  func(e *Envelope) { e.Content = "!" },
		"content large": func(e *Envelope) { e.Content = strings.Repeat("A", MaxSealed+4) },
	} {
		e := good
		change(&e)
		if got, err := Open(priv, e); err == nil {
			t.Errorf("%s: opened to %q", name, got)
		}
	}
	if got, err := Open(other, good); err == nil {
		t.Errorf("another key opened it to %q", got)
	}
}

func TestSealRefused(t *testing.T) {
	priv := privateKey(t)
	key := strings.Repeat("1", 32)
	for name, try := range map[string]func() (Envelope, error){
		"cipher":     func() (Envelope, error) { return Seal(&priv.PublicKey, "AES", key, []byte("x"), rand.Reader) },
		"key length": func() (Envelope, error) { return Seal(&priv.PublicKey, RPAC128, key, []byte("x"), rand.Reader) },
		"nothing":    func() (Envelope, error) { return Seal(&priv.PublicKey, RPAC256, key, nil, rand.Reader) },
		"ends in 0":  func() (Envelope, error) { return Seal(&priv.PublicKey, RPAC256, key, []byte("x\x00"), rand.Reader) },
	} {
		if _, err := try(); err == nil {
			t.Errorf("%s was sealed", name)
		}
	}
	if _, err := NewKey("AES", rand.Reader); err == nil {
		t.Error("a key for an unknown cipher")
	}
	if _, err := NewKey(RPAC256, bytes.NewReader(bytes.Repeat([]byte{255}, 1<<20))); err == nil {
		t.Error("a key from a source that repeats itself")
	}
	if _, err := NewKey(RPAC256, bytes.NewReader(nil)); err == nil {
		t.Error("a key from an empty source")
	}
}

func TestPublicKey(t *testing.T) {
	priv := privateKey(t)
	s := FormatPublicKey(&priv.PublicKey)
	if !strings.HasPrefix(s, "N:") || !strings.HasSuffix(s, ",E:010001") {
		t.Errorf("printed %s", s)
	}
	got, err := ParsePublicKey(strings.ToLower(s[2 : len(s)-9]))
	if err == nil {
		t.Errorf("a bare modulus read as %v", got)
	}
	for _, form := range []string{s, "N:" + strings.ToLower(s[2:len(s)-9]) + ",E:10001"} {
		if got, err = ParsePublicKey(form); err != nil || !got.Equal(&priv.PublicKey) {
			t.Errorf("%s: %v", form, err)
		}
	}
	odd := new(big.Int).SetBit(big.NewInt(1), 1026, 1).Text(16)
	if _, err := ParsePublicKey("N:" + odd + ",E:3"); err != nil {
		t.Errorf("odd number of digits: %v", err)
	}
	small := strings.Repeat("ff", 64)
	for _, bad := range []string{"", "N:", "N:,E:", "N:zz,E:010001", "N:" + small + ",E:010001",
		s + "00000000", strings.Replace(s, "E:", "F:", 1), strings.TrimSuffix(s, "010001") + "000001",
		strings.TrimSuffix(s, "010001") + "010000", "N:" + strings.Repeat("f", 4*MaxModulus) + ",E:03"} {
		if got, err := ParsePublicKey(bad); err == nil {
			t.Errorf("%.40s read as %d bits", bad, got.N.BitLen())
		}
	}
}

func FuzzPublicKey(f *testing.F) {
	f.Add(FormatPublicKey(&privateKey(f).PublicKey))
	f.Add("N:" + strings.Repeat("f", 256) + ",E:03")
	f.Fuzz(func(t *testing.T, s string) {
		k, err := ParsePublicKey(s)
		if err != nil {
			return
		}
		if again, err := ParsePublicKey(FormatPublicKey(k)); err != nil || !again.Equal(k) {
			t.Errorf("%s became %s, %v", s, FormatPublicKey(k), err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	priv := privateKey(f)
	e, err := Seal(&priv.PublicKey, RPAC128, "1234567890123456", []byte("x"), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(e.Cipher, e.Salt, e.Content)
	f.Add("", "", "")
	f.Fuzz(func(_ *testing.T, c, salt, content string) {
		Open(priv, Envelope{c, salt, content}) // must not panic
	})
}

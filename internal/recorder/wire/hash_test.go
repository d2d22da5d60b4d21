package wire

import "testing"

func TestGen1(t *testing.T) {
	for pw, want := range map[string]string{
		"admin": "6QNMIQGe", "888888": "4WzwxXxM", "666666": "sh15yfFM",
		"123456": "nTBCS19C", "": "tlJwpbo6", "Rekey2024!": "COdDbuIq",
	} {
		if got := Gen1(pw); got != want {
			t.Errorf("Gen1(%q) = %q, want %q", pw, got, want)
		}
	}
}

func TestGen2(t *testing.T) {
	const realm, random = "Login to AMC0TESTSN00001", "1452638970"
	for _, tt := range []struct{ password, h1, pass string }{
		{"admin", "BC67BB5915A8B81D6B244D8950F72A59", "4A0341A111636FBEA293BF1F3BFDA014"},
		{"Rekey2024!", "AE40321CF6579F761E4375D2F71065CC", "83ECEF98DFC3D20C1C7837CB638055D6"},
	} {
		h1 := Gen2("admin", realm, tt.password)
		if h1 != tt.h1 {
			t.Errorf("Gen2 = %s, want %s", h1, tt.h1)
		}
		if got := Gen2Proof("admin", random, h1); got != tt.pass {
			t.Errorf("Gen2Proof = %s, want %s", got, tt.pass)
		}
	}
}

// Protocol notes, vector 4.2b.
func TestOldProof(t *testing.T) {
	if got := OldProof("admin", "1452638970", "6QNMIQGe"); got != "0EC70CA9BC72126018853EB17DA69089" {
		t.Errorf("OldProof = %s", got)
	}
}

// The stored hash of RPC2 is HA1 of Digest in upper case: one store serves both.
func TestHA1IsGen2InLowerCase(t *testing.T) {
	if got := HA1("admin", "Login to AMC0TESTSN00001", "admin"); got != "bc67bb5915a8b81d6b244d8950f72a59" {
		t.Errorf("HA1 = %s", got)
	}
}

func TestEqual(t *testing.T) {
	if !Equal("abc", "abc") || Equal("abc", "abC") || Equal("abc", "abcd") || Equal("", "a") {
		t.Error("Equal does not compare")
	}
}

func TestLoginProof(t *testing.T) {
	c := LoginChallenge{Encryption: EncryptionDefault, Random: "1452638970", Realm: "Login to AMC0TESTSN00001"}
	if p, ok := LoginProof(c, "admin", "admin"); !ok || p != "4A0341A111636FBEA293BF1F3BFDA014" {
		t.Errorf("Default: %q, %v", p, ok)
	}
	c.Encryption = EncryptionOldDigest
	if p, ok := LoginProof(c, "admin", "admin"); !ok || p != "6QNMIQGe" {
		t.Errorf("OldDigest: %q, %v", p, ok)
	}
	for _, e := range []string{"", "Plain", "Basic", "WatchNet", "default"} {
		c.Encryption = e
		if p, ok := LoginProof(c, "admin", "admin"); ok || p != "" {
			t.Errorf("%q gave a proof: the password would be readable", e)
		}
	}
}

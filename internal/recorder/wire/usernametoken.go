package wire

import (
	"crypto/sha1"
	"encoding/base64"
)

// PasswordDigest is the Password of a WS-Security UsernameToken of that type:
// base64 of SHA-1 over nonce, created and password. The nonce is the bytes, not
// their base64; created is the text exactly as sent.
func PasswordDigest(nonce []byte, created, password string) string {
	h := sha1.New()
	h.Write(nonce)
	h.Write([]byte(created))
	h.Write([]byte(password))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// VerifyPasswordDigest reports whether digest proves the password, in constant
// time. It does not judge the age of created nor a nonce used before: those are
// the server's.
func VerifyPasswordDigest(digest string, nonce []byte, created, password string) bool {
	return Equal(digest, PasswordDigest(nonce, created, password))
}

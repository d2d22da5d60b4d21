package wire

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/hex"
	"strings"
)

// The formulas are the recorders' own and cannot be chosen: MD5 here is a wire
// format, not a protection.

// Gen1 is the unsalted 8-character hash of old firmware ("OldDigest"). It is
// weak: a caller must never log or store it.
func Gen1(password string) string {
	d := md5.Sum([]byte(password))
	var out [8]byte
	for i := range out {
		v := byte((int(d[2*i]) + int(d[2*i+1])) % 62)
		switch {
		case v < 10:
			out[i] = '0' + v
		case v < 36:
			out[i] = 'A' + v - 10
		default:
			out[i] = 'a' + v - 36
		}
	}
	return string(out[:])
}

// Gen2 is the hash a recorder stores: upper-case hex MD5 of user:realm:password.
// Its lower-case form is the HA1 of HTTP Digest, see [HA1].
func Gen2(user, realm, password string) string {
	return strings.ToUpper(HA1(user, realm, password))
}

// HA1 is the lower-case hex MD5 of user:realm:password.
func HA1(user, realm, password string) string {
	return md5Hex(user + ":" + realm + ":" + password)
}

// Gen2Proof is the password member of an RPC2 login with encryption "Default".
// gen2 is what [Gen2] gave, upper case.
func Gen2Proof(user, random, gen2 string) string {
	return strings.ToUpper(md5Hex(user + ":" + random + ":" + gen2))
}

// OldProof is the second half of a DVRIP login for firmware that still stores
// [Gen1]: upper-case hex MD5 of user:random:gen1.
func OldProof(user, random, gen1 string) string {
	return strings.ToUpper(md5Hex(user + ":" + random + ":" + gen1))
}

// Equal compares two proofs or hashes in constant time for equal lengths. Case
// matters.
func Equal(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

func md5Hex(s string) string {
	d := md5.Sum([]byte(s))
	return hex.EncodeToString(d[:])
}

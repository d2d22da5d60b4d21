package wire

import (
	"crypto/rsa"
	"encoding/hex"
	"math/big"
	"strings"
)

// The methods of /OutsideCmd, in the order of a first run.
const (
	MethodInitStatus    = "DevInit.getStatus"
	MethodProtocolAgree = "DevInit.setProtocolAgree"
	MethodEncryptInfo   = "Security.getEncryptInfo"
	MethodInitAccount   = "DevInit.account"
	MethodInitAccess    = "DevInit.access"
)

// InitStatus is the params of the answer to DevInit.getStatus: 1 in the factory
// state, 2 when done.
type InitStatus struct {
	Init Group  `json:"Init"`
	Find string `json:"Find"` // letters of the recovery ways
}

// ProtocolAgree is the params of DevInit.setProtocolAgree, without which the rest
// is refused.
type ProtocolAgree struct {
	ProtocolEnable bool `json:"ProtocolEnable"`
}

// EncryptInfo is the params of the answer to Security.getEncryptInfo.
type EncryptInfo struct {
	AESPadding          []string `json:"AESPadding"`
	Asymmetric          string   `json:"asymmetric"`
	Cipher              []string `json:"cipher"`
	Pub                 string   `json:"pub"` // see ParsePublicKey
	SuggestedAsymmetric string   `json:"suggestedAsymmetric"`
}

// InitAccount is the sealed part of DevInit.account.
type InitAccount struct {
	Name      string `json:"name"`
	Pwd       string `json:"pwd"`
	CellPhone string `json:"CellPhone"`
	Mail      string `json:"Mail"`
}

// InitAccess is the sealed part of DevInit.access; 0 and 2 turn cloud access and
// automatic update checks off.
type InitAccess struct {
	NetAccess    int `json:"NetAccess"`
	UpgradeCheck int `json:"UpgradeCheck"`
}

const pubWhat = "public key"

// ParsePublicKey reads "N:<hex modulus>,E:<hex exponent>". Moduli under 1024 bits
// or above [MaxModulus] bytes are refused.
func ParsePublicKey(s string) (*rsa.PublicKey, error) {
	if len(s) > 2*MaxModulus+64 {
		return nil, tooLarge(pubWhat, "")
	}
	ns, es, ok := strings.Cut(s, ",")
	nh, okN := strings.CutPrefix(ns, "N:")
	eh, okE := strings.CutPrefix(es, "E:")
	if !ok || !okN || !okE {
		return nil, malformed(pubWhat, "form")
	}
	nb, errN := hex.DecodeString(evenHex(nh))
	eb, errE := hex.DecodeString(evenHex(eh))
	if errN != nil || errE != nil || len(eb) == 0 || len(eb) > 4 {
		return nil, malformed(pubWhat, "hex")
	}
	n, e := new(big.Int).SetBytes(nb), new(big.Int).SetBytes(eb)
	switch {
	case n.BitLen() > 8*MaxModulus:
		return nil, tooLarge(pubWhat, "modulus")
	case n.BitLen() < 1024 || n.Bit(0) == 0:
		return nil, malformed(pubWhat, "modulus")
	case e.BitLen() > 31 || e.Bit(0) == 0 || e.Int64() < 3:
		return nil, malformed(pubWhat, "exponent")
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

// FormatPublicKey is the inverse of [ParsePublicKey], upper-case hex, the
// exponent on at least six digits.
func FormatPublicKey(k *rsa.PublicKey) string {
	e := strings.ToUpper(evenHex(big.NewInt(int64(k.E)).Text(16)))
	for len(e) < 6 {
		e = "0" + e
	}
	return "N:" + strings.ToUpper(evenHex(k.N.Text(16))) + ",E:" + e
}

func evenHex(s string) string {
	if len(s)%2 == 1 {
		return "0" + s
	}
	return s
}

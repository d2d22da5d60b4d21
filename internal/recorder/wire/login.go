package wire

import "encoding/json"

// The methods of a session.
const (
	MethodLogin     = "global.login"
	MethodLogout    = "global.logout"
	MethodKeepAlive = "global.keepAlive"
)

// Values of Challenge.Encryption. rekey answers Default and OldDigest only: the
// others send the password in a readable form.
const (
	EncryptionDefault   = "Default"
	EncryptionOldDigest = "OldDigest"
)

// Login is the params of global.login. Step 1 has an empty Password; step 2
// carries the proof and repeats the challenge's encryption in both types.
type Login struct {
	UserName      string `json:"userName"`
	Password      string `json:"password"`
	ClientType    string `json:"clientType"`
	LoginType     string `json:"loginType"`
	AuthorityType string `json:"authorityType,omitempty"`
	PasswordType  string `json:"passwordType,omitempty"`
}

// LoginChallenge is the params of the answer to step 1.
type LoginChallenge struct {
	Encryption string `json:"encryption"`
	MAC        string `json:"mac,omitempty"` // upper case without separators
	Random     string `json:"random"`
	Realm      string `json:"realm"` // "Login to " and a serial number or an id
}

// LoginGranted is the params of an accepted step 2. Generation A sends null
// instead; 60 s is then assumed.
type LoginGranted struct {
	KeepAliveInterval int `json:"keepAliveInterval"` // seconds
}

// LoginRefused is the params of a refused step 2; nil is a counter not sent.
type LoginRefused struct {
	RemainLockSecond *int `json:"remainLockSecond,omitempty"`
	RemainLoginTimes *int `json:"remainLoginTimes,omitempty"`
}

// Params prints the params of a call or an answer.
func Params(v any) (json.RawMessage, error) { return marshal(v) }

// DecodeParams reads params into v; absent and null params leave v as it is.
func DecodeParams(p json.RawMessage, v any) error {
	if len(p) == 0 || string(p) == "null" {
		return nil
	}
	return unmarshal("RPC2 params", p, MaxJSON, v)
}

// LoginProof computes the password member of step 2. ok is false for an
// encryption that would put the password on the wire in a readable form.
func LoginProof(c LoginChallenge, user, password string) (proof string, ok bool) {
	switch c.Encryption {
	case EncryptionDefault:
		return Gen2Proof(user, c.Random, Gen2(user, c.Realm, password)), true
	case EncryptionOldDigest:
		return Gen1(password), true
	}
	return "", false
}

package twin

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"sync"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

const keyBits = 2048

// deviceKey is made when the first envelope is asked for and shared by the twins
// of a process: making one takes longer than everything else a twin does.
var deviceKey = sync.OnceValues(func() (*rsa.PrivateKey, error) {
	return rsa.GenerateKey(rand.Reader, keyBits)
})

// outside answers the calls without a login: the first run of newer firmware, in
// its order. Once the first password is set it is no way back in.
func (t *Twin) outside(now time.Time, q *request) reply {
	r, err := wire.DecodeRequest(q.Body)
	if err != nil {
		return encode(wire.Response{Result: wire.BoolResult(false), Error: wire.Fail(wire.CodeRequestInvalid)})
	}
	f := &t.body.Flash
	switch r.Method {
	case wire.MethodInitStatus:
		status := wire.InitStatus{Init: wire.AccountUninitialised, Find: "AB"}
		if f.Initialised {
			status.Init = wire.AccountInitialised
		}
		return encode(done(r, status))
	case wire.MethodProtocolAgree:
		var p wire.ProtocolAgree
		if wire.DecodeParams(r.Params, &p) != nil || !p.ProtocolEnable {
			return encode(failed(r, wire.CodeInvalidParameter))
		}
		f.Agreed, t.dirty = true, true
		return encode(done(r, nil))
	case wire.MethodEncryptInfo:
		if !f.Agreed {
			return encode(failed(r, wire.CodeNoRight))
		}
		return reply{later: func(*streamWriter) (reply, bool) { return encode(encryptInfo(r)), true }}
	case wire.MethodInitAccount, wire.MethodInitAccess:
		if !f.Agreed {
			return encode(failed(r, wire.CodeNoRight))
		}
		return encode(t.firstRunStep(now, r))
	}
	return encode(failed(r, wire.CodeMethodNotFound))
}

// encryptInfo gives the key of envelopes. It is called without the twin's lock: the
// first call of a process makes the key.
func encryptInfo(r wire.Request) wire.Response {
	key, err := deviceKey()
	if err != nil {
		return failed(r, wire.CodeUnknown)
	}
	return done(r, wire.EncryptInfo{
		AESPadding: []string{"ZERO", "PKCS7"}, Asymmetric: "RSA", Cipher: []string{"AES", "RPAC"},
		Pub: wire.FormatPublicKey(&key.PublicKey), SuggestedAsymmetric: "RSA",
	})
}

// firstRunStep opens a sealed call and carries it out.
func (t *Twin) firstRunStep(now time.Time, r wire.Request) wire.Response {
	if r.Method == wire.MethodInitAccount && t.body.Flash.Initialised {
		return failed(r, wire.CodeNoRight)
	}
	var e wire.Envelope
	key, err := deviceKey()
	if err != nil || wire.DecodeParams(r.Params, &e) != nil {
		return failed(r, wire.CodeInvalidParameter)
	}
	plain, err := wire.Open(key, e)
	if err != nil {
		return failed(r, wire.CodeInvalidParameter)
	}
	if r.Method == wire.MethodInitAccess {
		var p wire.InitAccess
		if json.Unmarshal(plain, &p) != nil {
			return failed(r, wire.CodeInvalidParameter)
		}
		return done(r, nil)
	}
	var p wire.InitAccount
	if json.Unmarshal(plain, &p) != nil || p.Name != "admin" || t.initialise(now, p.Pwd) != nil {
		return failed(r, wire.CodeInvalidParameter)
	}
	return done(r, nil)
}

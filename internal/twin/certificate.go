package twin

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"sync"
	"time"
)

// What recorders put into the certificates they sign themselves.
const (
	certificateBits   = 2048
	certificateOrg    = "ZheJiang Dahua Technology CO.,LTD."
	certificateYears  = 10
	certificateSerial = 63 // bits
)

// certificate is what HTTPS shows. A recorder makes it once and keeps it, so that
// its owner can know it again; no source says that a factory reset makes another.
type certificate struct {
	Shown []byte `json:"shown"` // X.509, DER
	Key   keyDER `json:"key"`   // PKCS #1
}

// keyDER is a private key. It prints as nothing useful; a state file has it, as the
// recorder's flash does.
type keyDER []byte

// Format prints a placeholder for every verb.
func (keyDER) Format(f fmt.State, _ rune) { fmt.Fprint(f, "(key)") }

// paper is the certificate ready for use, once somebody asked for it. The lock is
// held while it is made: that takes long, and the recorder answers others meanwhile.
type paper struct {
	mu    sync.Mutex
	ready *tls.Certificate
}

// certificate gives the recorder's certificate, made for the address where the
// first client asked. It must be called without the twin's lock.
func (t *Twin) certificate(address string) (*tls.Certificate, error) {
	p := &t.paper
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ready != nil {
		return p.ready, nil
	}
	var kept *certificate
	var now time.Time
	_ = t.do(func(at time.Time) error { kept, now = t.body.Certificate, at; return nil })
	made := kept
	var err error
	if made == nil {
		if made, err = signItself(address, now); err != nil {
			return nil, err
		}
	}
	if p.ready, err = made.pair(); err != nil {
		return nil, err
	}
	if kept == nil {
		_ = t.do(func(time.Time) error { t.body.Certificate, t.dirty = made, true; return nil })
	}
	return p.ready, nil
}

// signItself makes a certificate for an address. Clients old enough to need RSA
// are why it is RSA.
func signItself(address string, now time.Time) (*certificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, certificateBits)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), certificateSerial))
	if err != nil {
		return nil, err
	}
	day := now.UTC().Truncate(24 * time.Hour)
	form := &x509.Certificate{
		SerialNumber: serial.Add(serial, big.NewInt(1)),
		Subject:      pkix.Name{CommonName: address, Organization: []string{certificateOrg}},
		NotBefore:    day, NotAfter: day.AddDate(certificateYears, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	shown, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return &certificate{Shown: shown, Key: x509.MarshalPKCS1PrivateKey(key)}, nil
}

// pair reads both parts. It fails if they do not belong together.
func (c *certificate) pair() (*tls.Certificate, error) {
	shown, err := x509.ParseCertificate(c.Shown)
	if err != nil {
		return nil, &ConfigError{Field: "certificate", Reason: "is none", Err: err}
	}
	key, err := x509.ParsePKCS1PrivateKey(c.Key)
	if err != nil {
		return nil, &ConfigError{Field: "certificate", Reason: "has no key"} // the cause could quote it
	}
	if !key.PublicKey.Equal(shown.PublicKey) {
		return nil, &ConfigError{Field: "certificate", Reason: "has the key of another"}
	}
	return &tls.Certificate{Certificate: [][]byte{c.Shown}, PrivateKey: key, Leaf: shown}, nil
}

package wire

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
)

// Ciphers of an [Envelope]. The name of the 128-bit one is unconfirmed.
const (
	RPAC256 = "RPAC-256"
	RPAC128 = "RPAC-128"
)

// Envelope is the sealed params of the first-run calls: an RSA-sealed key and an
// AES-CBC content. The fixed initial vector is the recorders', made harmless by a
// fresh key for each envelope.
type Envelope struct {
	Cipher  string `json:"cipher"`
	Salt    string `json:"salt"`    // RSA PKCS #1 v1.5 of the key, lower-case hex
	Content string `json:"content"` // base64
}

const envelopeWhat = "sealed envelope"

var envelopeIV = bytes.Repeat([]byte{'0'}, aes.BlockSize)

// KeySize gives the number of key digits of a cipher, 0 for an unknown one.
func KeySize(cipherName string) int {
	switch cipherName {
	case RPAC256:
		return 32
	case RPAC128:
		return 16
	}
	return 0
}

// NewKey draws a key of decimal digits for the cipher from a source of random
// bytes.
func NewKey(cipherName string, random io.Reader) (string, error) {
	n := KeySize(cipherName)
	if n == 0 {
		return "", malformed(envelopeWhat, "cipher")
	}
	const draws = 64 // of 32 bytes: never reached with a working source
	key := make([]byte, 0, n)
	var b [32]byte
	for range draws {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", err
		}
		for _, c := range b {
			if c < 250 && len(key) < n { // 250 keeps the digits evenly likely
				key = append(key, '0'+c%10)
			}
		}
		if len(key) == n {
			return string(key), nil
		}
	}
	return "", errors.New("the source of random bytes repeats itself")
}

// Seal makes an envelope only the holder of the private key can open. key is
// fresh, from [NewKey]. The content is padded with zero bytes, so plain must not
// end in one.
func Seal(pub *rsa.PublicKey, cipherName, key string, plain []byte, random io.Reader) (Envelope, error) {
	if len(key) != KeySize(cipherName) || key == "" {
		return Envelope{}, malformed(envelopeWhat, "key")
	}
	content, err := sealContent(key, plain)
	if err != nil {
		return Envelope{}, err
	}
	// The recorders know no other padding for the key.
	salt, err := rsa.EncryptPKCS1v15(random, pub, []byte(key))
	if err != nil {
		return Envelope{}, malformed(envelopeWhat, "public key")
	}
	return Envelope{Cipher: cipherName, Salt: hex.EncodeToString(salt), Content: content}, nil
}

// Open gives the plain text. Every failure gives the same error: which part
// failed is nobody's business.
func Open(priv *rsa.PrivateKey, e Envelope) ([]byte, error) {
	bad := malformed(envelopeWhat, "cannot be opened")
	if len(e.Content) > MaxSealed || len(e.Salt) > 2*MaxModulus {
		return nil, tooLarge(envelopeWhat, "")
	}
	size := KeySize(e.Cipher)
	salt, err := hex.DecodeString(e.Salt)
	if err != nil || size == 0 {
		return nil, bad
	}
	key := make([]byte, size)
	// A wrong padding leaves the zero key in place, which opens nothing.
	if err := rsa.DecryptPKCS1v15SessionKey(nil, priv, salt, key); err != nil {
		return nil, bad
	}
	for _, c := range key {
		if c < '0' || c > '9' {
			return nil, bad
		}
	}
	plain, err := openContent(string(key), e.Content)
	if err != nil {
		return nil, bad
	}
	return plain, nil
}

func sealContent(key string, plain []byte) (string, error) {
	if len(plain) == 0 || len(plain) > MaxSealed/2 || plain[len(plain)-1] == 0 {
		return "", malformed(envelopeWhat, "plain text")
	}
	block, err := aes.NewCipher([]byte(key))
	if err != nil {
		return "", malformed(envelopeWhat, "key")
	}
	n := (len(plain) + aes.BlockSize - 1) / aes.BlockSize * aes.BlockSize
	padded := make([]byte, n)
	copy(padded, plain)
	cipher.NewCBCEncrypter(block, envelopeIV).CryptBlocks(padded, padded)
	return base64.StdEncoding.EncodeToString(padded), nil
}

func openContent(key, content string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(content)
	if err != nil || len(b) == 0 || len(b)%aes.BlockSize != 0 {
		return nil, malformed(envelopeWhat, "content")
	}
	block, err := aes.NewCipher([]byte(key))
	if err != nil {
		return nil, malformed(envelopeWhat, "key")
	}
	cipher.NewCBCDecrypter(block, envelopeIV).CryptBlocks(b, b)
	return bytes.TrimRight(b, "\x00"), nil
}

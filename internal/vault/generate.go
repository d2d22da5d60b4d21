package vault

import (
	"crypto/rand"
	"math/big"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// Generate makes a password that a recorder with these rules takes: each
// character drawn evenly from the alphabet, drawn anew until it has the classes
// the recorder asks for.
func Generate(rules rekey.PasswordRules) (secret.String, error) {
	const tries = 1000 // an alphabet that fits the rules needs a few at most
	for range tries {
		pw, err := draw(rules.Alphabet, rules.Length)
		if err != nil {
			return secret.String{}, rekey.Errorf(rekey.CodeInternal, "no random numbers").Wrap(err)
		}
		if rules.Check(pw) == nil {
			return secret.New(pw), nil
		}
	}
	return secret.String{}, rekey.Errorf(rekey.CodeInternal, "the password rules cannot be met from their alphabet")
}

func draw(alphabet string, length int) (string, error) {
	n := big.NewInt(int64(len(alphabet)))
	pw := make([]byte, length)
	for i := range pw {
		k, err := rand.Int(rand.Reader, n)
		if err != nil {
			return "", err
		}
		pw[i] = alphabet[k.Int64()]
	}
	return string(pw), nil
}

package device

import (
	"errors"
	"fmt"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/recorder"
)

// text is what a person is told about a diagnosis; %s is the address.
type text struct {
	code    rekey.Code
	message string
	hint    string
}

// texts has every diagnosis that an error can have. It is the one place where
// they become sentences.
var texts = map[recorder.Diagnosis]text{
	recorder.DiagnosedNobody: {rekey.CodeUnreachable, "No recorder answers at %s", "Check its power and network cable, and the address."},
	recorder.DiagnosedLost:   {rekey.CodeUnreachable, "No recorder answers at %s", "Check its power and network cable, and the address."},
	recorder.DiagnosedUnsent: {rekey.CodeUnreachable, "No recorder answers at %s", "Check its power and network cable, and the address."},
	recorder.DiagnosedNoAddress: {rekey.CodeUnreachable, "%s is not the address of anything",
		"Check the spelling, or use the number that the recorder's network page shows."},
	recorder.DiagnosedPublic: {rekey.CodePublicAddress, "%s is not an address of a local network",
		"rekey talks to recorders on your own network only. Nothing was sent."},
	recorder.DiagnosedWrong:   {rekey.CodeRefused, "The recorder at %s refused the password", "Do not guess: after a few wrong tries the account locks."},
	recorder.DiagnosedLocked:  {rekey.CodeLocked, "The account at %s is locked", "Leave it alone for half an hour, everywhere."},
	recorder.DiagnosedLimit:   {rekey.CodeLimit, "The recorder at %s has too many connections", "Close the apps and programs that are connected to it."},
	recorder.DiagnosedExpired: {rekey.CodeRefused, "The recorder at %s ended the session", "Sign in again."},
	recorder.DiagnosedNoPassword: {rekey.CodeUninitialised, "The recorder at %s has no password yet",
		"Give it its first password on its own screen, or with rekey."},
	recorder.DiagnosedRefused: {rekey.CodeRefused, "The recorder at %s refused, and did not say why",
		"It may be the password, a lock, or too many connections. Look at its screen."},
	recorder.DiagnosedReadable: {rekey.CodeUntrusted, "The recorder at %s takes a password only so that anybody on the cable can read it",
		"If that cable is yours alone, say --allow-basic. Otherwise sign in at its own screen. Nothing was sent."},
	recorder.DiagnosedNoLogin: {rekey.CodeGarbage, "The recorder at %s asks for a kind of login that rekey does not know",
		"Sign in at its own screen. No password was sent."},
	recorder.DiagnosedOpen: {rekey.CodeGarbage, "The recorder at %s asks for no password at all, so none can be proved",
		"Anybody can watch it. Set a password on its own screen."},
	recorder.DiagnosedHTTPS: {rekey.CodeUntrusted, "The recorder at %s sends to its HTTPS service",
		"Look at it there: rekey identify https://HOST shows its certificate. No password was sent."},
	recorder.DiagnosedOtherHost: {rekey.CodeUntrusted, "What answers at %s sends to another host",
		"A recorder does not do that. Check the address. No password was sent."},
	recorder.DiagnosedOtherPage: {rekey.CodeGarbage, "What answers at %s sends to another page instead of answering",
		"Check the address. No password was sent."},
	recorder.DiagnosedCertificate: {rekey.CodeUntrusted, "Nobody agreed to the certificate of the recorder at %s",
		"Recorders sign their own. If nothing but your recorder can be at this address, say --fingerprint with the one below. No password was sent."},
	recorder.DiagnosedOtherCert: {rekey.CodeUntrusted, "The recorder at %s shows another certificate than you agreed to",
		"A reset may have made a new one; it may also be somebody else. No password was sent."},
	recorder.DiagnosedNotHTTP: {rekey.CodeGarbage, "What answers at %s is no web service",
		"Check the port: a recorder's web service is at 80 unless somebody changed it. Nothing was sent but questions."},
	recorder.DiagnosedStranger:    {rekey.CodeGarbage, "What answers at %s is not a recorder that rekey knows", "Check the address. Nothing was sent but questions."},
	recorder.DiagnosedUnsupported: {rekey.CodeGarbage, "What answers at %s is not a recorder that rekey knows", "Check the address. Nothing was sent but questions."},
	recorder.DiagnosedGarbage:     {rekey.CodeGarbage, "What answers at %s is not a recorder that rekey knows", "Check the address. Nothing was sent but questions."},
	recorder.DiagnosedTooLarge: {rekey.CodeGarbage, "What answers at %s says more than a recorder would",
		"Check the address. It was not read to its end."},
}

// Explain gives an error of the client as one that a person can act on, nil for
// nil.
func Explain(address string, err error) *rekey.Error {
	if err == nil {
		return nil
	}
	t, known := texts[recorder.Diagnose(err)]
	if !known {
		return rekey.Errorf(rekey.CodeInternal, "The recorder at %s could not be asked", address).Wrap(err)
	}
	var cert *recorder.CertificateError
	if errors.As(err, &cert) && cert.Seen != "" {
		t.hint += " Fingerprint: " + cert.Seen
	}
	return rekey.Errorf(t.code, "%s", fmt.Sprintf(t.message, address)).WithHint(t.hint).Wrap(err)
}

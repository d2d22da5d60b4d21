package recorder

import (
	"errors"
)

// Diagnosis is why something did not work, as finely as a person can act on it.
// Texts and hints for each are package device's.
type Diagnosis string

// The diagnoses. Those of a judged or a held-back proof come from its verdict, the
// others from the error.
const (
	DiagnosedFine        Diagnosis = ""
	DiagnosedWrong       Diagnosis = "wrong-password"
	DiagnosedLocked      Diagnosis = "locked"
	DiagnosedLimit       Diagnosis = "connection-limit"
	DiagnosedNoPassword  Diagnosis = "uninitialised"
	DiagnosedRefused     Diagnosis = "refused"           // and no reason given
	DiagnosedReadable    Diagnosis = "basic-only"        // takes a password in a readable form only
	DiagnosedNoLogin     Diagnosis = "no-known-login"    // asks for no kind of login known here
	DiagnosedOpen        Diagnosis = "no-login-asked"    // answers without asking for one
	DiagnosedHTTPS       Diagnosis = "https"             // sends to its own HTTPS service
	DiagnosedOtherHost   Diagnosis = "other-host"        // sends to another host
	DiagnosedOtherPage   Diagnosis = "other-page"        // sends to a page of its own, or to none
	DiagnosedCertificate Diagnosis = "certificate"       // nobody agreed to its certificate
	DiagnosedOtherCert   Diagnosis = "other-certificate" // another one than agreed to
	DiagnosedNotHTTP     Diagnosis = "not-http"
	DiagnosedStranger    Diagnosis = "not-a-recorder"
	DiagnosedTooLarge    Diagnosis = "too-large"
	DiagnosedGarbage     Diagnosis = "unreadable"
	DiagnosedNobody      Diagnosis = "nobody-answers"
	DiagnosedNoAddress   Diagnosis = "no-address" // the address or name is none
	DiagnosedPublic      Diagnosis = "public-address"
	DiagnosedLost        Diagnosis = "answer-lost"
	DiagnosedUnsent      Diagnosis = "not-sent"
	DiagnosedUnsupported Diagnosis = "unsupported"
	DiagnosedExpired     Diagnosis = "session-ended"
)

// Diagnosis gives why the proof was not accepted, [DiagnosedFine] if it was.
func (o Outcome) Diagnosis() Diagnosis {
	switch o.Verdict {
	case Accepted:
		return DiagnosedFine
	case Wrong:
		return DiagnosedWrong
	case AccountLocked:
		return DiagnosedLocked
	case ConnectionLimit:
		return DiagnosedLimit
	case NotInitialised:
		return DiagnosedNoPassword
	}
	return Diagnose(o.Err)
}

// causes are the errors that say more than their kind.
var causes = []struct {
	err error
	is  Diagnosis
}{
	{errBasicOnly, DiagnosedReadable}, {errEncryption, DiagnosedReadable},
	{errNoDigest, DiagnosedNoLogin}, {errOpen, DiagnosedOpen}, {errGranted, DiagnosedOpen},
	{errNotHTTP, DiagnosedNotHTTP}, {errPage, DiagnosedStranger}, {errStranger, DiagnosedStranger},
	{errAddress, DiagnosedNoAddress}, {errNoAddress, DiagnosedNoAddress},
}

var kinds = map[Kind]Diagnosis{
	Unreachable: DiagnosedNobody, PublicAddress: DiagnosedPublic, Refused: DiagnosedRefused, Locked: DiagnosedLocked,
	Limit: DiagnosedLimit, Uninitialised: DiagnosedNoPassword, Expired: DiagnosedExpired, Garbage: DiagnosedGarbage,
	TooLarge: DiagnosedTooLarge, NotSupported: DiagnosedUnsupported, Lost: DiagnosedLost, Unsent: DiagnosedUnsent,
	Untrusted: DiagnosedCertificate,
}

// Diagnose gives why an operation of this package failed, [DiagnosedFine] for nil
// and [DiagnosedUnsupported] for an error that is none of this package.
func Diagnose(err error) Diagnosis {
	if err == nil {
		return DiagnosedFine
	}
	var to *RedirectError
	if errors.As(err, &to) {
		switch {
		case to.Same && to.Secure:
			return DiagnosedHTTPS
		case to.Same || to.Host == "":
			return DiagnosedOtherPage
		}
		return DiagnosedOtherHost
	}
	var cert *CertificateError
	if errors.As(err, &cert) && cert.Agreed != "" {
		return DiagnosedOtherCert
	}
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return c.is
		}
	}
	if d, ok := kinds[KindOf(err)]; ok {
		return d
	}
	return DiagnosedUnsupported
}

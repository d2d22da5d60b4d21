package wire

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	realm = "Login to AMC0TESTSN00001"
	name  = "/cgi-bin/magicBox.cgi?action=getMachineName"
)

var digests = []struct {
	source         string
	user, password string
	method, uri    string
	cnonce         string
	challenge      Challenge
	response       string
}{
	{"protocol notes 2.2, qop", "admin", "admin", "GET", name, "0a4f113b",
		Challenge{Scheme: "Digest", Realm: realm, Nonce: "1f3a5c7e9b", QOP: "auth"}, "a2b7405229990cee1a9fbb95af4e3832"},
	{"protocol notes 2.2, no qop", "admin", "admin", "GET", name, "",
		Challenge{Scheme: "Digest", Realm: realm, Nonce: "1f3a5c7e9b"}, "cdc7312bcae4c76e15063d13a15df3b9"},
	{"protocol notes 2.2, encoded", "admin", "admin", "GET", "/cgi-bin/configManager.cgi?action=getConfig&name=Encode%5B0%5D", "0a4f113b",
		Challenge{Scheme: "Digest", Realm: realm, Nonce: "1f3a5c7e9b", QOP: "auth"}, "3ee22f4bc945dc2b032dcbea0d95a248"},
	{"protocol notes 9.2, RTSP", "admin", "admin", "DESCRIBE", "rtsp://192.0.2.10:554/cam/realmonitor?channel=1&subtype=0", "",
		Challenge{Scheme: "Digest", Realm: realm, Nonce: "1f3a5c7e9b"}, "71b2631362ae13b470e6a7c835d91835"},
	{"RFC 2617 3.5", "Mufasa", "Circle Of Life", "GET", "/dir/index.html", "0a4f113b",
		Challenge{Scheme: "Digest", Realm: "testrealm@host.com", Nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
			QOP: "auth,auth-int", Opaque: "5ccc069c403ebaf9f0171e9517f40e41"}, "6629fae49393a05397450978507c4ef1"},
	{"RFC 2069 2.4 with its erratum", "Mufasa", "CircleOfLife", "GET", "/dir/index.html", "",
		Challenge{Scheme: "Digest", Realm: "testrealm@host.com", Nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
			Opaque: "5ccc069c403ebaf9f0171e9517f40e41"}, "1949323746fe6a43ef61f9606e7febea"},
	{"RFC 7616 3.9.1, MD5", "Mufasa", "Circle of Life", "GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
		Challenge{Scheme: "Digest", Realm: "http-auth@example.org", Nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
			QOP: "auth, auth-int", Algorithm: "MD5", Opaque: "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"}, "8ca523f5e9506fed4657c9700eebdbec"},
	{"RFC 7616 3.9.1, SHA-256", "Mufasa", "Circle of Life", "GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
		Challenge{Scheme: "Digest", Realm: "http-auth@example.org", Nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
			QOP: "auth, auth-int", Algorithm: "SHA-256", Opaque: "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"},
		"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
}

func TestDigest(t *testing.T) {
	for _, tt := range digests {
		ha1, ok := HA1For(tt.challenge.Algorithm, tt.user, tt.challenge.Realm, tt.password)
		if !ok {
			t.Fatalf("%s: algorithm", tt.source)
		}
		got, err := tt.challenge.Answer(tt.user, ha1, tt.method, tt.uri, tt.cnonce, 1)
		if err != nil || got.Response != tt.response {
			t.Errorf("%s: %s, %v", tt.source, got.Response, err)
		}
		read, err := ParseCredentials(got.String())
		if d := cmp.Diff(got, read); d != "" || err != nil {
			t.Errorf("%s: %v %s", tt.source, err, d)
		}
		read.Response = strings.ToUpper(read.Response)
		if !read.Verify(tt.method, ha1) {
			t.Errorf("%s: not verified", tt.source)
		}
		if read.Verify("PUT", ha1) || read.Verify(tt.method, HA1(tt.user, tt.challenge.Realm, "other")) {
			t.Errorf("%s: verified another method or password", tt.source)
		}
		back, err := ParseChallenges(tt.challenge.String())
		if err != nil || len(back) != 1 || !cmp.Equal(back[0], tt.challenge) {
			t.Errorf("%s: %s read as %+v, %v", tt.source, tt.challenge, back, err)
		}
	}
}

// A client of npm prints qop twice. Two values of one parameter are nonsense.
func TestCredentialsWithAParameterTwice(t *testing.T) {
	const rest = `Digest username="admin",realm="` + realm + `",nonce="1f3a5c7e9b",uri="` + name +
		`",algorithm="MD5",response="a2b7405229990cee1a9fbb95af4e3832",qop="auth",nc="00000001",cnonce="0a4f113b"`
	a, err := ParseCredentials(rest + `,qop="auth"`)
	if err != nil || !a.Verify("GET", strings.ToLower(Gen2("admin", realm, "admin"))) {
		t.Errorf("%v", err)
	}
	for _, other := range []string{`qop="auth-int"`, `username="root"`, `response="00000000000000000000000000000000"`} {
		if a, err := ParseCredentials(rest + "," + other); err == nil {
			t.Errorf("%s read as %+v", other, a)
		}
	}
}

// The stored upper-case hash in lower case serves Digest.
func TestDigestFromStoredHash(t *testing.T) {
	stored := Gen2("admin", realm, "admin")
	a, err := ParseCredentials(`Digest username="admin", realm="` + realm + `", nonce="1f3a5c7e9b", uri="` + name +
		`", response="a2b7405229990cee1a9fbb95af4e3832", qop=auth, nc=00000001, cnonce="0a4f113b"`)
	if err != nil || !a.Verify("GET", strings.ToLower(stored)) {
		t.Errorf("%v", err)
	}
}

var challenges = []struct {
	name, raw string
	want      []Challenge
}{
	{"recorder", `Digest realm="Login to ND021811019863",qop="auth",nonce="211955164",opaque="a1b2"`,
		[]Challenge{{Scheme: "Digest", Realm: "Login to ND021811019863", QOP: "auth", Nonce: "211955164", Opaque: "a1b2"}}},
	{"spaces", `Digest  realm="x" , nonce = "n" , qop="auth" `, []Challenge{{Scheme: "Digest", Realm: "x", Nonce: "n", QOP: "auth"}}},
	{"new firmware", `Digest realm="Login to 0ae5", qop="auth", nonce="MTY=", opaque="", algorithm="MD5", stale="false"`,
		[]Challenge{{Scheme: "Digest", Realm: "Login to 0ae5", QOP: "auth", Nonce: "MTY=", Algorithm: "MD5"}}},
	{"stale in capitals", `Digest realm="x", nonce="n", stale=TRUE`, []Challenge{{Scheme: "Digest", Realm: "x", Nonce: "n", Stale: true}}},
	{"2014", `Basic realm="Device_CGI"`, []Challenge{{Scheme: "Basic", Realm: "Device_CGI"}}},
	{"two in a line", `basic realm="a", DIGEST realm="b", nonce="c"`,
		[]Challenge{{Scheme: "Basic", Realm: "a"}, {Scheme: "Digest", Realm: "b", Nonce: "c"}}},
	{"others", `NTLM, Negotiate YWJj==, Digest realm="b", nonce="c"`,
		[]Challenge{{Scheme: "NTLM"}, {Scheme: "Negotiate"}, {Scheme: "Digest", Realm: "b", Nonce: "c"}}},
	{"quoted quote", `Digest realm="a\"b\\,c", nonce="n"`, []Challenge{{Scheme: "Digest", Realm: `a"b\,c`, Nonce: "n"}}},
}

func TestParseChallenges(t *testing.T) {
	for _, tt := range challenges {
		got, err := ParseChallenges(tt.raw)
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", tt.name, err, d)
		}
	}
	for _, tt := range []struct {
		raw  string
		want error
	}{
		{"", ErrTruncated},
		{`Digest realm="x`, ErrTruncated},
		{`Digest realm="x"`, ErrMalformed},
		{`Digest nonce="x"`, ErrMalformed},
		{`Digest realm="x", realm="y", nonce="z"`, ErrMalformed},
		{`Digest realm=;`, ErrMalformed},
		{`="x"`, ErrMalformed},
		{strings.Repeat("x", MaxHeader+1), ErrTooLarge},
		{strings.Repeat("NTLM,", MaxChallenge+1), ErrTooLarge},
	} {
		if got, err := ParseChallenges(tt.raw); !errors.Is(err, tt.want) {
			t.Errorf("%.40s: %+v, %v", tt.raw, got, err)
		}
	}
}

func TestAnswerRefused(t *testing.T) {
	for name, c := range map[string]Challenge{
		"Basic":     {Scheme: "Basic", Realm: "Device_CGI"},
		"auth-int":  {Scheme: "Digest", Realm: "x", Nonce: "n", QOP: "auth-int"},
		"algorithm": {Scheme: "Digest", Realm: "x", Nonce: "n", Algorithm: "MD5-sess"},
	} {
		if a, err := c.Answer("admin", "h", "GET", "/", "c", 1); err == nil {
			t.Errorf("%s was answered: %s", name, a)
		}
	}
	if _, ok := HA1For("MD4", "a", "b", "c"); ok {
		t.Error("an unknown algorithm gave a hash")
	}
}

func TestParseCredentialsRefused(t *testing.T) {
	for _, raw := range []string{"", "Basic YWRtaW46YWRtaW4=", "Digest", `Digest username="a", realm="b", nonce="c", uri="/"`,
		`Digest username="a", realm="b", nonce="c", uri="/", response="d", qop=auth`,
		`Digest username="a", realm="b", nonce="c", uri="/", response="d", qop=auth, nc=000000001`,
		`Digest username="a", realm="b", nonce="c", uri="/", response="d", Digest x=y`} {
		if a, err := ParseCredentials(raw); err == nil {
			t.Errorf("%s read as %+v", raw, a)
		}
	}
	a := Credentials{Nonce: "c", URI: "/", QOP: "auth-int", Response: "d"}
	if a.Verify("GET", "h") {
		t.Error("an unknown qop was verified")
	}
}

func FuzzAuth(f *testing.F) {
	for _, tt := range challenges {
		f.Add(tt.raw)
	}
	f.Add(`Digest username="a", realm="b", nonce="c", uri="/", response="d", qop=auth, nc=00000001, cnonce="e"`)
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := ParseCredentials(s); err == nil {
			a.Verify("GET", "h")
		}
		cs, err := ParseChallenges(s)
		if err != nil || len(s) > 1000 || strings.ContainsAny(s, "\r\n") {
			return
		}
		for _, c := range cs {
			if c.Scheme != SchemeDigest || c.Algorithm != "" {
				continue
			}
			back, err := ParseChallenges(c.String())
			if err != nil || len(back) != 1 || back[0] != c {
				t.Errorf("%+v became %+v, %v", c, back, err)
			}
		}
	})
}

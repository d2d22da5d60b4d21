package recorder

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The packets of the protocol notes, section 4.2.
const (
	realmAsked   = "\xa0\x01" + zeros22 + "\x05\x02\x01\x01\x00\x00\xa1\xaa"
	zeros22      = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	realmText    = "Realm:Login to AMC0TESTSN00001\r\nRandom:1452638970\r\n\r\n"
	realmGiven   = "\xb0\x01\x00\x00\x35\x00\x00\x00" + zeros22 + "\x00\x00" + realmText
	loginSent    = "\xa0\x05\x00\x00\x47\x00\x00\x00" + zeros16 + "\x05\x02\x00\x08\x00\x00\xa1\xaa" + loginText
	loginText    = "admin&&4A0341A111636FBEA293BF1F3BFDA0140EC70CA9BC72126018853EB17DA69089"
	zeros16      = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	loginGranted = "\xb0\x00\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x2a\x00\x00\x00\x00\x00\x00\x00\x06\x00\xf9\x00\x00\x00\x00\x00"
)

// loginRefused is an answer with two bytes of result and two of tries.
func loginRefused(result, tries string) string {
	return "\xb0\x00\x00\x00\x00\x00\x00\x00" + result + zeros16 + "\x00\x00" + tries + "\x00\x00"
}

// talker plays one connection of packets: it reads each of want and answers with
// the one of answers, then closes. What it did not want fails the test.
func talker(t *testing.T, want, answers []string) (port int) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(time.Minute))
		for i, w := range want {
			got := make([]byte, len(w))
			if _, err := io.ReadFull(conn, got); err != nil || string(got) != w {
				t.Errorf("packet %d: %v\n%s\nwant\n%s", i+1, err, hex.Dump(got), hex.Dump([]byte(w)))
				return
			}
			io.WriteString(conn, answers[i])
		}
		conn.(*net.TCPConn).CloseWrite()
		if rest, _ := io.ReadAll(conn); len(rest) > 0 {
			t.Errorf("%d bytes more than expected: %q", len(rest), rest)
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().(*net.TCPAddr).Port
}

// nowhere is an address without a web service.
func nowhere(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Without a web service a password is proved by DVRIP, by one proof.
func TestProveDVRIP(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		want         outcome
	}{
		{"accepted", loginGranted, outcome{Verdict: Accepted}},
		{"wrong", loginRefused("\x01\x00", "\x00\x04"), outcome{Verdict: Wrong, TriesLeft: 4, TriesKnown: true}},
		{"wrong without counters", loginRefused("\x01\x00", "\x00\x00"), outcome{Verdict: Wrong}},
		{"no such user", loginRefused("\x01\x01", "\x00\x00"), outcome{Verdict: Wrong}},
		{"locked", loginRefused("\x01\x04", "\x00\x00"), outcome{Verdict: AccountLocked}},
		{"uninitialised", loginRefused("\x01\x11", "\x00\x00"), outcome{Verdict: NotInitialised}},
		{"logged in already", loginRefused("\x03\x03", "\x00\x00"), outcome{Verdict: ConnectionLimit}},
		{"not implemented", loginRefused("\x01\x13", "\x00\x00"), outcome{Verdict: Unclear, Kind: Refused}},
		{"closed", "", outcome{Verdict: AnswerLost, Kind: Lost}},
		{"half an answer", loginGranted[:20], outcome{Verdict: AnswerLost, Kind: Lost}},
		{"other packets first", "\xf6\x00\x00\x00" + strings.Repeat("\x00", 28) + loginGranted, outcome{Verdict: Accepted}},
		{"other packets only", strings.Repeat(realmGiven, 20), outcome{Verdict: Unclear, Kind: Garbage}},
		{"a length that lies", strings.Replace(loginGranted, "\xb0\x00\x00\x00\x00\x00\x00\x00", "\xb0\x00\x00\x00\xff\xff\xff\x7f", 1),
			outcome{Verdict: Unclear, Kind: Garbage}},
		{"HTML", "<html><body>" + strings.Repeat("x", 64), outcome{Verdict: Unclear, Kind: Garbage}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			port := talker(t, []string{realmAsked, loginSent}, []string{realmGiven, tt.answer})
			c := &Client{Address: nowhere(t), DVRIPPort: port, Timeout: time.Minute}
			o := c.Prove(t.Context(), "admin", admin)
			if d := cmp.Diff(tt.want, flat(o)); d != "" || o.Via != ViaDVRIP {
				t.Errorf("%s %s %v", o.Via, d, o.Err)
			}
		})
	}
}

// Whatever the realm request brings but a challenge, no proof follows.
func TestNoProofWithoutDVRIPChallenge(t *testing.T) {
	for _, tt := range []struct {
		name, answer string
		want         outcome
	}{
		{"granted at once", loginGranted, outcome{Verdict: NotSent, Kind: Garbage}},
		{"wrong at once", loginRefused("\x01\x00", "\x00\x04"), outcome{Verdict: NotSent, Kind: Garbage}},
		{"locked", loginRefused("\x01\x04", "\x00\x00"), outcome{Verdict: AccountLocked}},
		{"uninitialised", loginRefused("\x01\x11", "\x00\x00"), outcome{Verdict: NotInitialised}},
		{"no random", "\xb0\x01\x00\x00\x0a\x00\x00\x00" + zeros22 + "\x00\x00Realm:x\r\n\r", outcome{Verdict: NotSent, Kind: Garbage}},
		{"closed", "", outcome{Verdict: NotSent, Kind: Lost}},
		{"HTTP", answer("400 Bad Request", "text/html", "<html>"), outcome{Verdict: NotSent, Kind: Garbage}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			port := talker(t, []string{realmAsked}, []string{tt.answer})
			c := &Client{Address: nowhere(t), DVRIPPort: port, Timeout: time.Minute}
			if d := cmp.Diff(tt.want, flat(c.Prove(t.Context(), "admin", admin))); d != "" {
				t.Error(d)
			}
		})
	}
}

// framed puts a body into a DHIP frame, with the session and the request number of
// the protocol notes, section 4.4.
func framed(session, id, body string) string {
	n := string([]byte{byte(len(body)), byte(len(body) >> 8), 0, 0})
	return "\x20\x00\x00\x00DHIP" + session + id + n + "\x00\x00\x00\x00" + n + "\x00\x00\x00\x00" + body
}

// Where DVRIP is not there either, the JSON login goes in DHIP frames.
func TestProveDHIP(t *testing.T) {
	const session = "\xfb\xff\xff\x7f" // 2147483643
	for body, want := range map[string]outcome{
		`{"id":2,"params":null,"result":true,"session":2147483643}`:                                        {Verdict: Accepted},
		`{"error":{"code":268632085,"message":"x"},"id":2,"params":{"remainLoginTimes":3},"result":false}`: {Verdict: Wrong, TriesLeft: 3, TriesKnown: true},
	} {
		port := talker(t, []string{framed("\x00\x00\x00\x00", "\x01\x00\x00\x00", step1Body+"\n"), framed(session, "\x02\x00\x00\x00", step2Body+"\n")},
			[]string{framed(session, "\x01\x00\x00\x00", challengeBody), framed(session, "\x02\x00\x00\x00", body+"\n\x00")})
		c := &Client{Address: nowhere(t), DVRIPPort: -1, DHIPPort: port, Timeout: time.Minute}
		o := c.Prove(t.Context(), "admin", admin)
		if d := cmp.Diff(want, flat(o)); d != "" || o.Via != ViaDHIP {
			t.Errorf("%s %s %v", o.Via, d, o.Err)
		}
	}
}

// The recorders' own ports are asked only at an address that names none: behind
// another there may be another recorder. A web service that answers is enough.
func TestOtherPortsAreNotGuessed(t *testing.T) {
	var dialed []string
	for address, want := range map[string]string{
		"192.168.1.108":         "192.168.1.108:80 192.168.1.108:37777 192.168.1.108:5000",
		"https://192.168.1.108": "192.168.1.108:443",
		"192.168.1.108:8080":    "192.168.1.108:8080",
	} {
		dialed = nil
		c := &Client{Address: address, DialContext: refuse(&dialed)}
		if o := c.Prove(t.Context(), "admin", admin); o.Verdict != NotSent || KindOf(o.Err) != Unreachable || strings.Join(dialed, " ") != want {
			t.Errorf("%s: dialed %s, %+v", address, dialed, o)
		}
	}
}

func refuse(dialed *[]string) func(context.Context, string, string) (net.Conn, error) {
	return func(_ context.Context, _, address string) (net.Conn, error) {
		*dialed = append(*dialed, address)
		return nil, errors.New("refused")
	}
}

package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin"
)

const (
	systemInfo   = "/cgi-bin/magicBox.cgi?action=getSystemInfo"
	systemAnswer = "deviceType=31\r\nprocessor=HI3520\r\nserialNumber=AMC0TWIN0000000\r\nupdateSerial=AMDV7208\r\n"
	bareRealm    = "Login to AMC0TWIN0000000"
	bareNonce    = "1452638970"
)

// bareHash is stored, as recorders store it.
var bareHash = wire.HA1("admin", bareRealm, "admin")

// digestRequests measures both servers in turns, so that a busy moment of the
// machine meets both.
func digestRequests(ctx context.Context, p TwinParams) (f Figure, err error) {
	t, err := twin.New(twin.Config{Services: []twin.Service{twin.ServiceWeb}})
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	if err := t.Start(); err != nil {
		return f, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return f, err
	}
	server := &http.Server{Handler: http.HandlerFunc(bareDigest), ReadHeaderTimeout: 5 * time.Second}
	server.SetKeepAlivesEnabled(false)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	defer func() {
		err = errors.Join(err, server.Close())
		if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
			err = errors.Join(err, ended)
		}
	}()

	var own, bare []float64
	for range p.Runs {
		for _, side := range []struct {
			address string
			to      *[]float64
		}{{t.Address(), &own}, {l.Addr().String(), &bare}} {
			rate, err := ask(ctx, side.address, p)
			if err != nil {
				return f, err
			}
			*side.to = append(*side.to, rate)
		}
	}
	return NewFigure("digest-requests", "1/s", median(own), median(bare), p.Runs), nil
}

// bareDigest checks the proof and answers as little as the twin does.
func bareDigest(w http.ResponseWriter, r *http.Request) {
	c, err := wire.ParseCredentials(r.Header.Get("Authorization"))
	if err != nil || c.Realm != bareRealm || c.Nonce != bareNonce || c.URI != r.RequestURI || !c.Verify(r.Method, bareHash) {
		w.Header().Set("WWW-Authenticate", wire.Challenge{Scheme: wire.SchemeDigest, Realm: bareRealm, QOP: "auth", Nonce: bareNonce}.String())
		http.Error(w, "Error\r\nInvalid Authority!", http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "text/plain;charset=utf-8")
	_, _ = io.WriteString(w, systemAnswer)
}

// ask lets clients ask for a while and gives the answers in a second. Each has one
// nonce, as clients of recorders do, and a connection for each request.
func ask(ctx context.Context, address string, p TwinParams) (float64, error) {
	challenges := make([]wire.Challenge, p.Clients)
	for i := range challenges {
		c, err := challenged(ctx, address)
		if err != nil {
			return 0, err
		}
		challenges[i] = c
	}
	return drive(ctx, p.Span, make([]int, p.Clients), func(ctx context.Context, client, i int) error {
		c := challenges[client]
		proof, err := c.Answer("admin", bareHash, http.MethodGet, systemInfo, "0a4f113b", uint32(i+1))
		if err != nil {
			return err
		}
		answer, err := roundTrip(ctx, address, "Authorization: "+proof.String()+"\r\n")
		if err == nil && !bytes.Contains(answer, []byte("serialNumber=AMC0TWIN0000000")) {
			err = fmt.Errorf("no system information: %.80q", answer)
		}
		return err
	})
}

func challenged(ctx context.Context, address string) (wire.Challenge, error) {
	answer, err := roundTrip(ctx, address, "")
	if err != nil {
		return wire.Challenge{}, err
	}
	for line := range strings.SplitSeq(string(answer), "\r\n") {
		if name, value, _ := strings.Cut(line, ": "); strings.EqualFold(name, "WWW-Authenticate") {
			all, err := wire.ParseChallenges(value)
			if err != nil || len(all) == 0 {
				return wire.Challenge{}, fmt.Errorf("no challenge: %w", err)
			}
			return all[0], nil
		}
	}
	return wire.Challenge{}, fmt.Errorf("no challenge in %.80q", answer)
}

// roundTrip sends one request on a connection of its own and reads to its end. It
// is written by hand, so that the client's share of the time is small.
func roundTrip(ctx context.Context, address, header string) ([]byte, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, "GET "+systemInfo+" HTTP/1.1\r\nHost: "+address+"\r\n"+header+"\r\n"); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(c, 1<<16))
}

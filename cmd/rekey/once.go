package main

import (
	"context"
	"net"
	"net/http"
	"time"
)

// askAfter is how long "serve --once" waits for somebody else to ask.
const askAfter = 20 * time.Second

// askOnce asks for the first page if nobody did, so that a run without people
// comes to its end and has served a page.
func askOnce(ctx context.Context, at net.Addr) {
	select {
	case <-ctx.Done():
		return
	case <-time.After(askAfter):
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+browserHost(at)+"/", nil)
	if err != nil {
		return
	}
	if res, err := http.DefaultClient.Do(req); err == nil { // a failure is served to whoever asks next
		res.Body.Close()
	}
}

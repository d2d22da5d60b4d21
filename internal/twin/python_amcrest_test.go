package twin

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// found reads the first line of an answer as python-amcrest does: what is before the
// first CRLF, cut at every equals sign; the second piece has to be a number.
func found(t *testing.T, body string) int {
	t.Helper()
	line, _, _ := strings.Cut(body, "\r\n")
	pieces := strings.Split(line, "=")
	n, err := strconv.Atoi(pieces[len(pieces)-1])
	if len(pieces) != 2 || pieces[0] != "found" || err != nil {
		t.Fatalf("the first line is %q", line)
	}
	return n
}

// second is what python-amcrest takes for the number of a search: the text between
// the first two equals signs of the whole answer.
func second(t *testing.T, body string) string {
	t.Helper()
	pieces := strings.Split(strings.TrimSpace(body), "=")
	if len(pieces) < 2 {
		t.Fatalf("no number in %q", body)
	}
	return pieces[1]
}

// The two searches of python-amcrest, step by step as its generators take them, on
// each generation: they end, with an empty answer of exactly one line.
func TestSearchesOfPythonAmcrest(t *testing.T) {
	for _, g := range generations {
		t.Run(string(g), func(t *testing.T) {
			r := start(t, Config{Model: Model{Generation: g, Channels: 1}, Password: "Owner2024"})
			r.clock.Advance(time.Hour)
			get := func(call string) string {
				t.Helper()
				status, body := r.cgi("admin", "Owner2024", call)
				if status != 200 {
					t.Fatalf("%s: %d %q", call, status, body)
				}
				return body
			}
			window := fmt.Sprintf("&condition.StartTime=%s&condition.EndTime=%s", stamp(epoch.Add(-time.Hour)), stamp(epoch.Add(2*time.Hour)))

			token := url.QueryEscape(second(t, get("log.cgi?action=startFind"+window)))
			rows := 0
			for i := 0; ; i++ {
				if i == 20 {
					t.Fatal("the log does not end")
				}
				body := get("log.cgi?action=doFind&token=" + token + "&count=100")
				n := found(t, body)
				if rows += n; n == 0 {
					if body != "found=0\r\n" || rows == 0 {
						t.Errorf("after %d lines the log ends with %q", rows, body)
					}
					break
				}
			}
			if body := get("log.cgi?action=stopFind&token=" + token); body != "OK\r\n" {
				t.Errorf("stopFind: %q", body)
			}

			object := second(t, get("mediaFileFind.cgi?action=factory.create"))
			if body := get("mediaFileFind.cgi?action=findFile&object=" + object + "&condition.Channel=1" + window); !strings.Contains(strings.ToLower(body), "ok") {
				t.Fatalf("findFile: %q", body)
			}
			files := 0
			for i := 0; ; i++ {
				if i == 20 {
					t.Fatal("the search does not end")
				}
				body := get("mediaFileFind.cgi?action=findNextFile&object=" + object + "&count=100")
				n := found(t, body)
				if files += n; n == 0 {
					if body != "found=0\r\n" || files == 0 {
						t.Errorf("after %d files the search ends with %q", files, body)
					}
					break
				}
			}
			for _, action := range []string{"factory.close", "factory.destroy"} {
				if body := get("mediaFileFind.cgi?action=" + action + "&object=" + object); body != "OK\r\n" {
					t.Errorf("%s: %q", action, body)
				}
			}
		})
	}
}

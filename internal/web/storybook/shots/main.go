// Command shots takes a picture of every story in Chromium and says what does not
// fit: sideways scrolling, controls below their size, a coach that scrolls.
//
//	go run ./internal/web/storybook/shots -o DIR [-only coach] [-lang es]
//
// The pictures in docs are made by
//
//	go run ./internal/web/storybook/shots -o docs/shots
//	go run ./internal/web/storybook/shots -o docs/shots -md docs/screens.md
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/story"
)

// media is the CSS medium to show pages in; "" is the screen.
var media string

// size is a window, with the suffix of its pictures.
type size struct{ w, h int64 }

// faults is what a page is asked for; it answers with one line a fault.
const faults = `(() => {
  const bad = [];
  if (document.documentElement.scrollWidth > innerWidth) {
    bad.push("scrolls sideways: " + document.documentElement.scrollWidth);
    for (const e of document.querySelectorAll("body *")) {
      const r = e.getBoundingClientRect();
      if (r.right > innerWidth + 1 && r.width > 0 && !e.closest("svg, .vh, .skip")) { bad.push("  " + e.tagName + "." + e.className + " to " + Math.round(r.right)); if (bad.length > 5) break; }
    }
  }
  for (const e of document.querySelectorAll("button, a.btn, a.quiet, .answer, summary, input:not([type=hidden]), .choice, .diff-tick, .open")) {
    const r = e.getBoundingClientRect();
    if (!r.width || e.closest(".choice, .diff-tick, .scr-check") && e.tagName === "INPUT") continue;
    const want = e.matches(".btn-now, .answer") ? 64 : 47.5;
    if (r.height < want) bad.push(e.tagName + "." + e.className + " is " + Math.round(r.height) + " high: " + e.textContent.trim().slice(0, 30));
  }
  if (document.querySelector(".coachbox.full") && document.documentElement.scrollHeight > innerHeight) bad.push("coach scrolls: " + document.documentElement.scrollHeight);
  const size = [...document.querySelectorAll("main *, .twin *")].filter(e => e.childNodes.length && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.closest("svg, .paper, script, style, .vh"));
  for (const e of size) if (parseFloat(getComputedStyle(e).fontSize) < 16 && e.getClientRects().length) { bad.push("small type: " + e.textContent.trim().slice(0, 30)); break; }
  return bad.join("\n");
})()`

func main() {
	out := flag.String("o", "shots", "folder to write to")
	only := flag.String("only", "", "only stories whose name contains this")
	lang := flag.String("lang", "en", "language")
	full := flag.Bool("full", false, "whole pages")
	schemes := flag.String("schemes", "light,dark", "colour schemes")
	sizes := flag.String("sizes", "360x780,1280x800", "window sizes")
	flag.StringVar(&media, "media", "", "print shows pages as on paper")
	list := flag.String("md", "", "write a page that shows all pictures to this file, and take none")
	flag.Parse()
	if *list != "" {
		if err := screens(*list, *out); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := run(*out, *only, *lang, *full, strings.Split(*schemes, ","), parse(*sizes)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// below are stories that are about what lies further down on their page.
var below = map[string]string{"firmware-send": "details.fold", "firmware-practice": "[aria-labelledby=send]"}

func parse(s string) []size {
	var out []size
	for _, p := range strings.Split(s, ",") {
		var z size
		if n, _ := fmt.Sscanf(p, "%dx%d", &z.w, &z.h); n == 2 {
			out = append(out, z)
		}
	}
	return out
}

func run(out, only, lang string, full bool, schemes []string, sizes []size) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	go func() { _ = http.Serve(l, handler(lang)) }() // ends with the listener
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	ctx, cancel := browser()
	defer cancel()
	count := 0
	for _, s := range story.All(lang) {
		if !strings.Contains(s.Name, only) {
			continue
		}
		for _, z := range sizes {
			for _, scheme := range schemes {
				n, err := shoot(ctx, "http://"+l.Addr().String()+"/"+s.Name, filepath.Join(out, fmt.Sprintf("%s-%dx%d-%s.png", s.Name, z.w, z.h, scheme)), z, scheme, full)
				if err != nil {
					return fmt.Errorf("%s: %w", s.Name, err)
				}
				count += n
			}
		}
	}
	if count > 0 {
		return fmt.Errorf("%d faults", count)
	}
	return nil
}

func browser() (context.Context, context.CancelFunc) {
	dir, _ := os.MkdirTemp("", "shots")
	alloc, cancel := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath("/usr/bin/chromium"), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.UserDataDir(dir))
	ctx, cancel2 := chromedp.NewContext(alloc)
	return ctx, func() { cancel2(); cancel(); _ = os.RemoveAll(dir) }
}

func shoot(ctx context.Context, url, file string, z size, scheme string, full bool) (int, error) {
	medium := func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media,
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return chromedp.Void{}, err
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(z.w, z.h), medium, chromedp.Navigate(url), chromedp.Sleep(150*time.Millisecond)); err != nil {
		return 0, err
	}
	if at := below[path.Base(url)]; at != "" && !full {
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(document.querySelector(`+strconv.Quote(at)+`).scrollIntoView(), true)`)); err != nil {
			return 0, err
		}
	}
	bad, err := chromedp.Run(ctx, chromedp.Evaluate[string](faults))
	if err != nil {
		return 0, err
	}
	n := 0
	if bad != "" && scheme == "light" {
		fmt.Printf("%s\n%s\n", filepath.Base(file), bad)
		n = len(strings.Split(bad, "\n"))
	}
	take := chromedp.CaptureScreenshot()
	if full {
		take = chromedp.FullScreenshot(100)
	}
	picture, err := chromedp.Run(ctx, take)
	if err != nil {
		return n, err
	}
	if picture, err = small(picture); err != nil {
		return n, err
	}
	return n, os.WriteFile(file, picture, 0o644)
}

func handler(lang string) http.Handler {
	r := web.NewRenderer()
	stories := map[string]story.Story{}
	for _, s := range story.All(lang) {
		stories["/"+s.Name] = s
	}
	mux := http.NewServeMux()
	mux.Handle(web.AssetPath, r.Assets())
	mux.HandleFunc("/", func(w http.ResponseWriter, q *http.Request) {
		s, ok := stories[q.URL.Path]
		if !ok {
			http.NotFound(w, q)
			return
		}
		w.Header().Set("Content-Security-Policy", web.CSP)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := r.Render(w, s.Page); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}

package bench

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/twin/image"
)

// UploadParams says what is measured.
type UploadParams struct {
	Dir   string // an empty folder
	Runs  int    // of each; 0 means 5
	Size  int    // of the image in bytes; 0 means 32 MiB
	Rekey string // the program that runs the twin
	Curl  string // the program to compare with
}

const (
	uploadUser     = "admin"
	uploadPassword = "tulip4"
	uploadPath     = "/cgi-bin/upgrader.cgi?action="
)

// Upload measures how long a firmware file takes to a twin in a process of its own,
// from the first connection to the answer, login included, beside curl doing the same
// with a multipart form and --digest. The two take turns. curl's time is its own, from
// -w, so that starting a process counts for neither.
func Upload(ctx context.Context, p UploadParams) (r Report, err error) {
	p.Runs, p.Size = cmp.Or(p.Runs, 5), cmp.Or(p.Size, 32<<20)
	r = Report{Bench: "upload", Machine: ThisMachine()}
	spec := image.Spec{Size: p.Size, For: wire.Practice{Board: "HCVR5x08-S2", OEM: "SV10003", Standard: "N",
		Version: "3.200.AC04.6", Release: "R", Date: "2016-05-05"}}
	u := uploading{UploadParams: p, file: filepath.Join(p.Dir, spec.Name())}
	if err := writeImage(u.file, spec); err != nil {
		return r, err
	}
	stop, err := u.start(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	var own, curl []float64
	for i := range p.Runs + 1 {
		a, err := u.own(ctx)
		if err != nil {
			return r, err
		}
		b, err := u.curl(ctx)
		if err != nil {
			return r, err
		}
		if i > 0 { // the first warms the file and the twin up
			own, curl = append(own, a), append(curl, b)
		}
	}
	r.Figures = append(r.Figures, NewFigure("upload-time", "ms", median(own), median(curl), p.Runs))
	return r, nil
}

func writeImage(path string, spec image.Spec) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	return errors.Join(spec.Write(w), w.Flush(), f.Close())
}

type uploading struct {
	UploadParams
	file string
	host string
}

// start runs the twin.
func (u *uploading) start(ctx context.Context) (stop func() error, err error) {
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, u.Rekey, "twin", "--password-file", "-", "--json")
	cmd.Stdin = strings.NewReader(uploadPassword + "\n")
	stop = func() error {
		cancel()
		_ = cmd.Wait() // it was killed: its exit says nothing
		return nil
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	var line struct {
		Address string `json:"address"`
		Port    int    `json:"http_port"`
	}
	if err := json.NewDecoder(out).Decode(&line); err != nil {
		return nil, errors.Join(err, stop())
	}
	u.host = net.JoinHostPort(line.Address, strconv.Itoa(line.Port))
	return stop, nil
}

// own is one upload by rekey's client, in milliseconds.
func (u *uploading) own(ctx context.Context) (float64, error) {
	c := &recorder.Client{Address: u.host, DiscoveryPort: -1, DVRIPPort: -1, DHIPPort: -1}
	o := c.ProveCGI(ctx, uploadUser, secret.New(uploadPassword))
	a, err := c.Access(o, uploadUser, secret.New(uploadPassword))
	if err != nil {
		return 0, errors.Join(err, o.Err)
	}
	begun := time.Now()
	f, err := os.Open(u.file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if err := a.UploadFirmware(ctx, filepath.Base(u.file), f, info.Size(), func(int64) {}); err != nil {
		return 0, err
	}
	took := time.Since(begun)
	return float64(took) / float64(time.Millisecond), u.cancel(ctx)
}

// curl is one by curl.
func (u *uploading) curl(ctx context.Context) (float64, error) {
	out, err := u.run(ctx, "-w", "\n%{http_code} %{time_total}", "-F", "upgrade=@"+u.file, "http://"+u.host+uploadPath+"uploadFirmware")
	if err != nil {
		return 0, err
	}
	var code int
	var seconds float64
	if _, err := fmt.Sscanf(out[strings.LastIndexByte(out, '\n')+1:], "%d %f", &code, &seconds); err != nil || code != 200 {
		return 0, fmt.Errorf("curl's upload came to %q: %w", out, err)
	}
	return seconds * 1000, u.cancel(ctx)
}

// cancel takes an update back while the twin still prepares it.
func (u *uploading) cancel(ctx context.Context) error {
	out, err := u.run(ctx, "http://"+u.host+uploadPath+"cancel")
	if err == nil && strings.TrimSpace(out) != "OK" {
		err = fmt.Errorf("the twin did not cancel: %q", out)
	}
	return err
}

func (u *uploading) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, u.Curl, append([]string{"-sS", "-m", "60", "--digest", "-u", uploadUser + ":" + uploadPassword}, args...)...)
	out, err := cmd.Output()
	return string(out), err
}

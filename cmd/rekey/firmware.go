package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/firmware"
)

// firmwareCmd groups what is about firmware.
type firmwareCmd struct {
	Inspect firmwareInspectCmd `cmd:"" help:"What a firmware file is, and whether it is whole. Sends nothing."`
	Check   firmwareCheckCmd   `cmd:"" help:"What a recorder runs, what is listed for it, and the maker's way to install it. No login."`
	Install firmwareInstallCmd `cmd:"" help:"Install a file on a recorder and verify it."`

	Practice firmwarePracticeCmd `cmd:"" help:"Make a file to practice with on a virtual recorder."`
}

// Help is shown by --help.
func (firmwareCmd) Help() string {
	return "Nothing is downloaded: files come from you.\n\nExample: rekey firmware inspect FILE"
}

// firmwareInspectCmd looks at a file.
type firmwareInspectCmd struct {
	File string `arg:"" help:"The firmware file, or the ZIP it was downloaded in." predictor:"file"`
	For  string `name:"for" placeholder:"MODEL" help:"Hold it against a model as well, as far as that goes without the recorder." predictor:"model"`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

// Help is shown by --help.
func (firmwareInspectCmd) Help() string {
	return "The file is read, never unpacked to disk by its names. It ends with 15 when the file is damaged, cannot be checked, or\n" +
		"does not fit the model.\n\nExample: rekey firmware inspect General_HCVR5x08-S2_Eng_N_Amcrest_SV10003_V3.200.AC04.5.R.20151217.bin"
}

// inspected is the answer.
type inspected struct {
	firmware.Inspection
	Whole    bool               `json:"whole"`
	Refusals []firmware.Refusal `json:"refusals,omitempty"`
}

// Run inspects.
func (c firmwareInspectCmd) Run(p *process) error {
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	f, i, err := openFirmware(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	a := inspected{Inspection: i, Whole: i.Whole()}
	if c.For != "" {
		a.Refusals = firmware.Match(i, firmware.Facts{Model: c.For, Practice: i.Image().Practice}, cat)
	}
	if c.JSON {
		err = p.writeJSON(a)
	} else {
		err = p.print(func(w *bufio.Writer) { a.write(w) })
	}
	if err == nil && (!a.Whole || len(a.Refusals) > 0) {
		return exitWith(exitUnsafe)
	}
	return err
}

// openFirmware opens a file and inspects it.
func openFirmware(path string) (*os.File, firmware.Inspection, error) {
	f, err := os.Open(path)
	if err == nil {
		var info fs.FileInfo
		if info, err = f.Stat(); err == nil && info.Mode().IsRegular() {
			return f, firmware.Inspect(f, info.Size(), path), nil
		}
		f.Close()
		if err == nil {
			err = errors.New("it is no ordinary file")
		}
	}
	return nil, firmware.Inspection{}, rekey.Errorf(rekey.CodeInvalid, "The firmware file cannot be read").Wrap(err)
}

func (a inspected) write(w *bufio.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, value)
		}
	}
	row("File", a.Name)
	row("Size", fmt.Sprintf("%d bytes", a.Size))
	row("SHA-256", a.SHA256)
	row("Kind", kindWords[a.Kind])
	image := a.Image()
	if a.Inner != nil {
		row("Image in it", fmt.Sprintf("%s, %d bytes", image.Name, image.Size))
		row("Its SHA-256", image.SHA256)
	}
	if image.Named && !image.Is.Analog {
		is := image.Is
		row("Board", strings.TrimSpace(is.Board+" "+is.Build))
		row("Customer code", is.OEM)
		row("Video standard", is.Standard)
		row("Version", is.Version)
		row("Built", is.Date)
		row("Release", map[string]string{"R": "release", "T": "trial build"}[is.Release])
	}
	t.Flush()
	if len(image.Members) > 0 {
		fmt.Fprintln(w, "\nMembers:")
		for _, m := range image.Members {
			fmt.Fprintf(t, "  %s\t%d\tCRC %08x%s\n", m.Name, m.Size, m.CRC, headerWords(m))
		}
		t.Flush()
	}
	for _, f := range a.All() {
		at := ""
		if f.Member != "" {
			at = f.Member + ": "
		}
		fmt.Fprintf(w, "%s: %s%s (%s)\n", f.Weight, at, f.Text, f.Code)
	}
	for _, r := range a.Refusals {
		fmt.Fprintf(w, "not to be installed: %s (%s)\n", r.Reason, r.Code)
	}
	if a.Whole {
		fmt.Fprintln(w, "Everything that can be checked is right. The maker publishes no checksums, so this does not say who made it.")
		return
	}
	fmt.Fprintln(w, "Do not install it.")
}

var kindWords = map[firmware.Kind]string{
	firmware.KindImage: "firmware image", firmware.KindZip: "ZIP, as downloaded", firmware.KindAnalog: "firmware of an analog 960H recorder", firmware.KindUnknown: "not known here",
}

func headerWords(m firmware.Member) string {
	if m.Header == nil {
		return ""
	}
	return fmt.Sprintf("\timage %q, both CRCs", m.Header.Name)
}

// firmwareCheckCmd says what there is for a recorder.
type firmwareCheckCmd struct {
	hostFlags
	Lang string `help:"en or es." default:"en" enum:"en,es"`
}

// Help is shown by --help.
func (firmwareCheckCmd) Help() string {
	return "No password is sent.\n\nExample: rekey firmware check 192.168.1.108"
}

// Run asks the recorder what it is, and the catalogue for the rest.
func (c firmwareCheckCmd) Run(p *process) error {
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	seen, err := lookAt(p, c.hostFlags)
	if err != nil {
		return err
	}
	a, err := firmware.Check(firmware.Facts{Model: seen.Model, Serial: seen.Serial, Version: seen.Firmware}, cat, c.Lang)
	if err != nil {
		return err
	}
	if c.JSON {
		return p.writeJSON(a)
	}
	return p.print(func(w *bufio.Writer) { writeAdvice(w, a) })
}

func writeAdvice(w *bufio.Writer, a firmware.Advice) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	runs := a.Runs.Version
	if runs == "" {
		runs = "not known without a login"
	}
	fmt.Fprintf(t, "Model\t%s\nBoard\t%s\nRuns\t%s\n", a.Model, a.Board, runs)
	if a.Newest != nil {
		fmt.Fprintf(t, "Newest listed\t%s, built %s (list of %s)\nFile\t%s\n", a.Newest.Version, a.Newest.Date, a.Ways.ListedOn, a.Newest.Name)
	}
	t.Flush()
	switch {
	case a.UpToDate.Known && a.UpToDate.Is:
		fmt.Fprintln(w, "It already runs the newest that rekey knows of.")
	case a.UpToDate.Known:
		fmt.Fprintln(w, "A newer one is listed.")
	}
	if a.Ended {
		fmt.Fprintln(w, a.Ways.Ended.Text)
	}
	fmt.Fprintf(w, "%s\n%s\n\nThe maker's way, from a USB stick:\n", a.Ways.Published.Text, a.Ways.URL)
	for n, s := range a.Ways.USB {
		fmt.Fprintf(w, "%2d. %s\n", n+1, s.Text)
	}
}

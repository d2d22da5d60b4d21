package main

import (
	"bufio"
	"fmt"
	"net"
	"strconv"
	"strings"
	"text/tabwriter"

	rekey "github.com/rekey-dvr/rekey"
)

// identifyCmd tells what can be known about one recorder without a login.
type identifyCmd struct{ hostFlags }

// Help is shown by --help.
func (identifyCmd) Help() string {
	return "No password is sent, so nothing can lock.\n\nExample: rekey identify 192.168.1.108"
}

// identified is the answer; empty fields are not known.
type identified struct {
	MAC        string           `json:"mac"`
	Address    string           `json:"address"`
	HTTPPort   int              `json:"http_port"`
	Model      string           `json:"model"`
	Serial     string           `json:"serial"`
	Firmware   string           `json:"firmware"`
	State      rekey.InitState  `json:"state"`
	Via        string           `json:"via"` // dhip or http: what said so
	Series     rekey.Series     `json:"series"`
	Generation rekey.Generation `json:"generation"`
	Board      string           `json:"board"`
	Procedures []procedure      `json:"procedures"`

	SendsTo     string `json:"sends_to"`    // the host its web service sends to; empty: nowhere
	Certificate string `json:"certificate"` // fingerprint; empty without HTTPS
}

// Run asks the recorder and prints what it showed.
func (c identifyCmd) Run(p *process) error {
	cat, err := p.catalog()
	if err != nil {
		return err
	}
	seen, err := lookAt(p, c.hostFlags)
	if err != nil {
		return err
	}
	a := identified{
		MAC: seen.MAC, Address: c.Host, HTTPPort: 80, Model: seen.Model, Serial: seen.Serial, Firmware: seen.Firmware,
		State: seen.State, Via: seen.Via, SendsTo: seen.SendsTo, Certificate: seen.Certificate, Series: rekey.SeriesUnknown, Generation: seen.Generation,
	}
	bare, secure := strings.CutPrefix(strings.TrimSuffix(c.Host, "/"), "https://")
	if a.Address = bare; secure {
		a.HTTPPort = 443
	}
	if host, port, err := net.SplitHostPort(bare); err == nil {
		a.Address = host
		a.HTTPPort, _ = strconv.Atoi(port)
	}
	if m, listed := cat.Model(seen.Model); listed {
		if !m.Supported() {
			return unsupported960H(cat, m.SKU)
		}
		a.Series, a.Board = m.Series, m.Board
		if a.Generation == rekey.GenUnknown {
			a.Generation = m.Generation
		}
	}
	a.Procedures = procedures(cat, a.Series, a.Generation)
	if c.JSON {
		return p.writeJSON(a)
	}
	return p.print(func(w *bufio.Writer) { a.write(w) })
}

func (a identified) write(w *bufio.Writer) {
	known := func(s string) string {
		if s == "" || s == "unknown" {
			return "not known"
		}
		return s
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range [][2]string{
		{"Model", a.Model}, {"Serial", a.Serial}, {"MAC", a.MAC}, {"Firmware", a.Firmware},
		{"Series", string(a.Series)}, {"Generation", string(a.Generation)}, {"Board", a.Board}, {"First password", string(a.State)},
	} {
		fmt.Fprintf(t, "%s\t%s\n", row[0], known(row[1]))
	}
	if a.SendsTo != "" {
		fmt.Fprintf(t, "Sends to\t%s\n", a.SendsTo)
	}
	if a.Certificate != "" {
		fmt.Fprintf(t, "Certificate\t%s\n", a.Certificate)
	}
	t.Flush()
	fmt.Fprintln(w, "\nWays back in, least loss first:")
	for _, pr := range a.Procedures {
		fmt.Fprintf(w, "  %s (%s; source %s, %s)\n", pr.Title, pr.ID, pr.Source, pr.Confidence)
	}
}

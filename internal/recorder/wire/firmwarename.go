package wire

import (
	"slices"
	"strings"
)

// FirmwareName is what the name of a firmware file says:
// vendor_family_language_standard_Vversion.builddate.bin. The pattern for HDCVI
// recorders is unconfirmed, so every part but the version may be missing.
type FirmwareName struct {
	Vendor   string // Amcrest, General, DH
	Family   string // IPC-AWXX, XVR5xxx
	Language string // Eng; everything between family and standard
	Standard string // N for NTSC, P for PAL, NP for both
	Version  FirmwareVersion
	Date     string // eight digits, of the build
}

// FirmwareVersion is a version such as 3.200.AC04.5 or 2.420.AC00.15.R.
type FirmwareVersion struct {
	Platform string // the first two numbers: 3.200
	Build    string // AC04, or digits only
	Rest     string // what follows, without the release letter
	Release  string // R for release, T for trial
}

const firmwareNameWhat = "firmware file name"

// ParseFirmwareName reads a file name without its folder, with or without its
// ending. It requires the version.
func ParseFirmwareName(name string) (FirmwareName, error) {
	if len(name) > MaxFirmwareName {
		return FirmwareName{}, tooLarge(firmwareNameWhat, "")
	}
	if strings.ContainsAny(name, "/\\\r\n\x00") {
		return FirmwareName{}, malformed(firmwareNameWhat, "a character no file name has")
	}
	base := name
	if i := len(base) - len(".bin"); i >= 0 && strings.EqualFold(base[i:], ".bin") {
		base = base[:i]
	}
	parts := strings.Split(base, "_")
	last := len(parts) - 1
	version, ok := strings.CutPrefix(parts[last], "V")
	if !ok || version == "" || !isDigit(version[0]) {
		return FirmwareName{}, malformed(firmwareNameWhat, "version")
	}
	var n FirmwareName
	if at := strings.LastIndexByte(version, '.'); at >= 0 && len(version)-at == 9 && digits(version[at+1:]) {
		version, n.Date = version[:at], version[at+1:]
	}
	var err error
	if n.Version, err = ParseFirmwareVersion(version); err != nil {
		return FirmwareName{}, err
	}
	rest := slices.DeleteFunc(parts[:last], func(s string) bool { return s == "" })
	if i := len(rest) - 1; i >= 0 && (rest[i] == "N" || rest[i] == "P" || rest[i] == "NP") {
		n.Standard, rest = rest[i], rest[:i]
	}
	for _, to := range []*string{&n.Vendor, &n.Family} {
		if len(rest) > 0 {
			*to, rest = rest[0], rest[1:]
		}
	}
	n.Language = strings.Join(rest, "_")
	return n, nil
}

// String prints the name, with the ending.
func (n FirmwareName) String() string {
	var b strings.Builder
	for _, s := range []string{n.Vendor, n.Family, n.Language, n.Standard} {
		if s != "" {
			b.WriteString(s + "_")
		}
	}
	b.WriteString("V" + n.Version.String())
	if n.Date != "" {
		b.WriteString("." + n.Date)
	}
	return b.String() + ".bin"
}

// ParseFirmwareVersion reads a version, with or without a V before it.
func ParseFirmwareVersion(s string) (FirmwareVersion, error) {
	if len(s) > MaxFirmwareName {
		return FirmwareVersion{}, tooLarge(firmwareNameWhat, "version")
	}
	parts := strings.Split(strings.TrimPrefix(s, "V"), ".")
	if len(parts) < 2 || !digits(parts[0]) || !digits(parts[1]) || slices.Contains(parts, "") {
		return FirmwareVersion{}, malformed(firmwareNameWhat, "version")
	}
	v := FirmwareVersion{Platform: parts[0] + "." + parts[1]}
	parts = parts[2:]
	if i := len(parts) - 1; i >= 0 && (parts[i] == "R" || parts[i] == "T") {
		v.Release, parts = parts[i], parts[:i]
	}
	if len(parts) > 0 {
		v.Build, parts = parts[0], parts[1:]
	}
	v.Rest = strings.Join(parts, ".")
	return v, nil
}

// String prints the version without a V.
func (v FirmwareVersion) String() string {
	s := v.Platform
	for _, t := range []string{v.Build, v.Rest, v.Release} {
		if t != "" {
			s += "." + t
		}
	}
	return s
}

// OEM gives the maker's letters in the build: AC for Amcrest, "" for a generic one.
func (v FirmwareVersion) OEM() string {
	s := strings.TrimLeft(v.Build, "0123456789")
	n := 0
	for n < len(s) && s[n] >= 'A' && s[n] <= 'Z' {
		n++
	}
	return s[:n]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func digits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

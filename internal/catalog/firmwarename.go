package catalog

import (
	"regexp"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
)

var (
	boardForm = regexp.MustCompile(`^[A-Z]{2,5}\d+[xX]?\d*(?:-[0-9A-Za-z]+){0,3}$`)
	buildForm = regexp.MustCompile(`^\d{4}$`)
	oemForm   = regexp.MustCompile(`^SV\d{4,6}$`)
	revForm   = regexp.MustCompile(`^S\d$`)
	tokenForm = regexp.MustCompile(`^[0-9A-Za-z.+-]+$`)
)

// ParseFirmwareName reads the name of a firmware file, which the maker forms as
// vendor_board_language_standard_brand_build_OEM_version, some of it left out:
//
//	General_HCVR5x04-S2_Eng_N_Amcrest_1080_SV10003_V3.200.AC04.5.R.20160104.bin
//	Amcrest_XVR5x08-I3_Eng_NP_V4.001.00AC002.0.R.240115.bin
//
// A .pak file belongs to an analog 960H recorder and tells nothing else. Folders
// in front of the name are ignored. It reports false for any other name.
func ParseFirmwareName(name string) (rekey.FirmwareFile, bool) {
	if len(name) > maxQuery {
		return rekey.FirmwareFile{}, false
	}
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(name)
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || !onlyTokens(name[:dot]) {
		return rekey.FirmwareFile{}, false
	}
	f := rekey.FirmwareFile{Name: name}
	switch strings.ToLower(name[dot:]) {
	case ".pak":
		f.Analog = true
		return f, true
	case ".bin":
		return f, readParts(&f, strings.Split(name[:dot], "_"))
	}
	return rekey.FirmwareFile{}, false
}

func onlyTokens(stem string) bool {
	for _, t := range strings.Split(stem, "_") {
		if !tokenForm.MatchString(t) {
			return false
		}
	}
	return true
}

// readParts reads vendor, board, language and standard, which are always there
// and in this order, the version, which is always last, and what is between.
func readParts(f *rekey.FirmwareFile, parts []string) bool {
	// Series S3 writes its board HCVR5x04_S3, all others with a dash.
	if len(parts) > 3 && revForm.MatchString(parts[2]) {
		parts = append([]string{parts[0], parts[1] + "-" + parts[2]}, parts[3:]...)
	}
	if len(parts) < 5 || !boardForm.MatchString(parts[1]) {
		return false
	}
	v, ok := ParseVersion(parts[len(parts)-1])
	if !ok || v.Analog {
		return false
	}
	f.Vendor, f.Board, f.Language, f.Standard = parts[0], parts[1], parts[2], parts[3]
	f.Version, f.Release, f.Date = v.Text, v.Release, v.Date
	switch f.Standard {
	case "N", "P", "NP":
	default:
		return false
	}
	for _, t := range parts[4 : len(parts)-1] {
		switch {
		case oemForm.MatchString(t):
			f.OEM = t
		case buildForm.MatchString(t):
			f.Build = t
		}
	}
	return true
}

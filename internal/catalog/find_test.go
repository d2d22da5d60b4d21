package catalog

import (
	"strings"
	"testing"

	rekey "github.com/rekey-dvr/rekey"
)

func TestFind(t *testing.T) {
	c := mustLoad(t)
	const s2 = "General_HCVR5x04-S2_Eng_N_Amcrest_SV10003_V3.200.AC04.5.R.20151217.bin"
	for _, tc := range []struct {
		query, as string
		models    string
		series    rekey.Series
		gen       rekey.Generation
	}{
		{"AMDV7208-S3", AsModel, "AMDV7208-S3", rekey.SeriesS3, rekey.GenA},
		{" amdv7208-s3 ", AsModel, "AMDV7208-S3", rekey.SeriesS3, rekey.GenA},
		{"AMDV7204-4B", AsModel, "AMDV7204", rekey.SeriesS2, rekey.GenA},
		{"AMDV10814-S3-4B", AsModel, "AMDV10814-S3", rekey.SeriesS3, rekey.GenA},
		{"AMDV4M8", AsModel, "AMDV4M8", rekey.Series4K, rekey.GenB},
		{"AMDV8M16-H5", AsModel, "AMDV8M16-H5", rekey.SeriesH5, rekey.GenC},
		{"AMDV5108-I3", AsModel, "AMDV5108-I3", rekey.SeriesI, rekey.GenC},
		{"AMDV960H16+", AsModel, "AMDV960H16+", rekey.Series960H, rekey.GenUnknown},
		{"AMDV960H32", AsSeries, "", rekey.Series960H, rekey.GenUnknown},
		{"AMDV10816", AsAlias, "AMDV108016-S3 AMDV108116", rekey.SeriesUnknown, rekey.GenA},
		{"amdv108m", AsAlias, "", rekey.SeriesUnknown, rekey.GenUnknown},
		{"AMDV10818-S4", AsAlias, "", rekey.SeriesUnknown, rekey.GenUnknown},
		{s2, AsFile, "AMDV7204 AMDV7214 AMDV7218", rekey.SeriesS2, rekey.GenA},
		{"Downloads/" + strings.ToLower(s2[:7]) + s2[7:], AsFile, "AMDV7204 AMDV7214 AMDV7218", rekey.SeriesS2, rekey.GenA},
		{`C:\fw\` + s2, AsFile, "AMDV7204 AMDV7214 AMDV7218", rekey.SeriesS2, rekey.GenA},
		// Not listed, but its board is.
		{"Amcrest_XVR5x08-I3_Eng_NP_V4.001.00AC003.0.R.250101.bin", AsFile, "AMDV5M8", rekey.SeriesI, rekey.GenC},
		{"Amcrest_XVR9x64-I9_Eng_NP_V4.009.00AC003.0.R.250101.bin", AsFile, "", rekey.SeriesUnknown, rekey.GenC},
		{"HI3531_HVR_24MIX_AMCREST_L300_1130_3564_1145-AMDV960H16.pak", AsFile, "AMDV960H16", rekey.Series960H, rekey.GenUnknown},
		{"something.pak", AsFile, "", rekey.Series960H, rekey.GenUnknown},
		{"3.218.00AC000.1.T.180316", AsVersion, "AMDV4M8", rekey.Series4K, rekey.GenB},
		{"V3.218", AsVersion, "AMDV4M8", rekey.Series4K, rekey.GenB},
		{"3.205", AsVersion, "", rekey.SeriesUnknown, rekey.GenA},
		{"3.217", AsVersion, "", rekey.SeriesUnknown, rekey.GenA},
		{"3.199", AsVersion, "", rekey.SeriesUnknown, rekey.GenUnknown},
		{"3.219", AsVersion, "", rekey.SeriesUnknown, rekey.GenUnknown},
		{"3.2", AsVersion, "", rekey.SeriesUnknown, rekey.GenUnknown}, // 3.200 or 3.218: not told
		{"4.0", AsVersion, "", rekey.SeriesUnknown, rekey.GenC},
		{"4.002.99", AsVersion, "", rekey.SeriesUnknown, rekey.GenC},
		{"2.616", AsVersion, "", rekey.SeriesUnknown, rekey.GenUnknown},
		{"5.000", AsVersion, "", rekey.SeriesUnknown, rekey.GenUnknown},
		{"1611300 GA 3.1", AsVersion, "", rekey.Series960H, rekey.GenUnknown},
		{"4.001.00AC002.0, build: 2024-01-15", AsVersion, "AMDV5M8", rekey.SeriesI, rekey.GenC},
	} {
		t.Run(tc.query, func(t *testing.T) {
			f, err := c.Find(tc.query)
			if err != nil {
				t.Fatal(err)
			}
			var models []string
			for _, m := range f.Models {
				models = append(models, m.SKU)
			}
			if f.As != tc.as || strings.Join(models, " ") != tc.models || f.Series != tc.series || f.Generation != tc.gen {
				t.Errorf("as %s, models %v, series %s, generation %s; want %s, [%s], %s, %s",
					f.As, models, f.Series, f.Generation, tc.as, tc.models, tc.series, tc.gen)
			}
			if f.Supported() != (tc.series != rekey.Series960H) {
				t.Errorf("supported %v", f.Supported())
			}
		})
	}
}

func TestFindRefusesWhatItDoesNotKnow(t *testing.T) {
	c := mustLoad(t)
	for _, q := range []string{"", "   ", "AMDV9999", "hello", "AMDV7204-4X", "AMDV7204-0B", "-4B", "3", "3.", "V", "x.bin", "a_b_c.bin",
		"Amcrest_XVR5x08-I3_Eng_NP_V4.001.00AC002.0.R.249999.bin", "4.000.00AC000.0.R.20201340", strings.Repeat("9", 5000), "AMDV\x00", "../../etc/passwd"} {
		_, err := c.Find(q)
		if rekey.CodeOf(err) != rekey.CodeUnknownModel || rekey.HintOf(err) == "" {
			t.Errorf("%.40q: %v (hint %q)", q, err, rekey.HintOf(err))
		}
	}
}

// TestEveryModelIsFoundThreeWays goes through the whole list: number, file name
// and version lead back to the model and agree on series and generation.
func TestEveryModelIsFoundThreeWays(t *testing.T) {
	c := mustLoad(t)
	models := c.Models()
	if len(models) < 40 {
		t.Fatalf("only %d models", len(models))
	}
	for _, m := range models {
		if m.FrontButton != rekey.ButtonUnknown {
			t.Errorf("%s: no source says what its front has, got %q", m.SKU, m.FrontButton)
		}
		for _, f := range m.Firmware {
			found, err := c.Find(f.Name)
			if err != nil || !found.Listed || !hasModel(found.Models, m.SKU) || found.Series != m.Series || found.Generation != m.Generation {
				t.Errorf("%s by file %s: %+v, %v", m.SKU, f.Name, found, err)
			}
			if f.Analog {
				continue
			}
			found, err = c.Find(f.Version)
			if err != nil || !hasModel(found.Models, m.SKU) || found.Generation != m.Generation {
				t.Errorf("%s by version %s: %+v, %v", m.SKU, f.Version, found, err)
			}
		}
	}
	m, _ := c.Model("AMDV5M8")
	if n, ok := m.Newest(); !ok || n.Date != "2024-01-15" || len(m.Firmware) != 2 {
		t.Errorf("newest of AMDV5M8: %+v", n)
	}
}

func hasModel(list []rekey.Model, sku string) bool {
	for _, m := range list {
		if m.SKU == sku {
			return true
		}
	}
	return false
}

func TestParseFirmwareName(t *testing.T) {
	got, ok := ParseFirmwareName("General_HCVR5x08-S2_Eng_N_Amcrest_1080_SV10003_V3.200.AC04.5.R.20160104.bin")
	want := rekey.FirmwareFile{
		Name:   "General_HCVR5x08-S2_Eng_N_Amcrest_1080_SV10003_V3.200.AC04.5.R.20160104.bin",
		Vendor: "General", Board: "HCVR5x08-S2", Language: "Eng", Standard: "N", OEM: "SV10003", Build: "1080",
		Version: "3.200.AC04.5", Release: "R", Date: "2016-01-04",
	}
	if !ok || got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func FuzzParseVersion(f *testing.F) {
	for _, s := range []string{"3.200.AC04.5.R.20151217", "V3.218.00AC000.1.T.180316", "4.001.00AC002.0, build: 2024-01-15", "1611300 GA 3.1", "3.2", "", "V.", "4.0.R.000000"} {
		f.Add(s)
	}
	c := mustLoad(f)
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := ParseVersion(s)
		if !ok {
			return
		}
		again, ok := ParseVersion(v.Text)
		if !ok || again.Major != v.Major || again.Minor != v.Minor || again.Text != v.Text || again.Analog != v.Analog {
			t.Errorf("%q: %+v, read again %+v", s, v, again)
		}
		if v.Date != "" && !isDate(v.Date) {
			t.Errorf("%q: no day %q", s, v.Date)
		}
		if !c.GenerationOf(v).Valid() {
			t.Errorf("%q: generation %q", s, c.GenerationOf(v))
		}
	})
}

func FuzzParseFirmwareName(f *testing.F) {
	for _, m := range mustLoad(f).Models() {
		for _, file := range m.Firmware {
			f.Add(file.Name)
		}
	}
	f.Add("a_b.bin")
	f.Add("/.pak")
	f.Fuzz(func(t *testing.T, s string) {
		file, ok := ParseFirmwareName(s)
		if !ok {
			return
		}
		if again, ok := ParseFirmwareName(file.Name); !ok || again != file {
			t.Errorf("%q: %+v, read again %+v", s, file, again)
		}
	})
}

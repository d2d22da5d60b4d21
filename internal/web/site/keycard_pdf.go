package site

import (
	"bytes"
	"cmp"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/paper"
	"github.com/rekey-dvr/rekey/internal/web"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// keyCardFile makes the recovery card as a PDF file. text gives a text of the
// reader's language.
func keyCardFile(p view.KeyCard, text func(key string, pairs ...any) (string, error), lang string, zone *time.Location) (*bytes.Reader, error) {
	var failed error
	t := func(key string, pairs ...any) string {
		s, err := text(key, pairs...)
		failed = cmp.Or(failed, err)
		return strings.NewReplacer("**", "").Replace(s)
	}
	unknown := t("known.unknown")
	info := paper.Info{
		Title: t("keycard.title"), Ref: p.Ref, Lang: lang, Date: p.Made, Foot: t("foot.affiliated"),
		Page: func(page, of int) string { return t("keycard.page", "Page", page, "Of", of) },
	}
	if p.Practice {
		info.Practice, info.PracticeNote = t("practice.mark"), t("practice.line")
	}
	code, about := strings.TrimSpace(strings.Repeat("_ ", max(p.Length, 1))), t("keycard.write")
	if p.Secret != "" {
		code, about = p.Secret, ""
	}
	if p.QR != "" {
		about = t("keycard.qr.what")
	}
	rules := []string{t("keycard.tries"), t("keycard.apps"), t("keycard.keep")}
	if p.Weak {
		rules = append([]string{t("keycard.weak", "N", p.Length)}, rules...)
	}
	facts := []paper.Fact{
		{Label: t("record.recorder"), Value: cmp.Or(p.Model, unknown)}, {Label: t("record.serial"), Value: cmp.Or(p.Serial, unknown), Mono: p.Serial != ""},
		{Label: t("keycard.mac"), Value: cmp.Or(p.MAC, unknown), Mono: p.MAC != ""}, {Label: t("keycard.address"), Value: cmp.Or(p.Address, unknown), Mono: p.Address != ""},
		{Label: t("keycard.account"), Value: p.Account, Mono: true}, {Label: t("keycard.made"), Value: web.DateYear(lang, p.Made.In(zone))},
	}
	label, head := t("keycard.password"), t("keycard.rules")
	data, err := paper.Make(info, func(d *paper.Doc) {
		d.H1(cmp.Or(p.Name, p.Ref))
		d.Space(3)
		d.Facts(facts)
		failed = cmp.Or(failed, d.Code(label, code, about, p.QR))
		d.H2(head, 30)
		for _, r := range rules {
			d.Para(r)
		}
	})
	if err = cmp.Or(failed, err); err != nil {
		return nil, err
	}
	return bytes.NewReader(data), nil
}

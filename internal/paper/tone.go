package paper

// tone is a colour of the design's light scheme.
type tone [3]int

var (
	ink     = tone{0x0F, 0x19, 0x23}
	second  = tone{0x3A, 0x47, 0x53}
	hair    = tone{0xC6, 0xCF, 0xD1}
	sunk    = tone{0xF1, 0xF4, 0xF3}
	now     = tone{0xFF, 0xC2, 0x1A}
	danger  = tone{0xA8, 0x16, 0x10}
	seen    = tone{0x07, 0x57, 0x3F}
	said    = tone{0x3D, 0x38, 0xA3}
	unknown = tone{0x46, 0x50, 0x59}
	white   = tone{0xFF, 0xFF, 0xFF}
	black   = tone{0, 0, 0}
)

func (d *Doc) textTone(t tone) { d.pdf.SetTextColor(t[0], t[1], t[2]) }
func (d *Doc) drawTone(t tone) { d.pdf.SetDrawColor(t[0], t[1], t[2]) }
func (d *Doc) fillTone(t tone) { d.pdf.SetFillColor(t[0], t[1], t[2]) }

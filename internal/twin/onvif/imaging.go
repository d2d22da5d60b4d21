package onvif

import (
	"math"
	"strconv"
)

// imagingOps are the operations of the imaging service. An input has colors; a lens
// is the camera's.
var imagingOps = map[string]entry{
	"GetServiceCapabilities": {open, getImagingCaps},
	"GetImagingSettings":     {reading, getImaging},
	"SetImagingSettings":     {ruling, setImaging},
	"GetOptions":             {reading, getImagingOptions},
	"GetMoveOptions":         {reading, ofSource(el("timg:GetMoveOptionsResponse", el("timg:MoveOptions")))},
	"GetStatus":              {reading, ofSource(el("timg:GetStatusResponse", el("timg:Status")))},
}

func imagingCaps(Facts) elem {
	return el("timg:Capabilities").with("ImageStabilization", "false")
}

func getImagingCaps(c *call) (elem, error) {
	return el("timg:GetServiceCapabilitiesResponse", imagingCaps(c.facts)), nil
}

// source is the channel of the input that the operation names.
func (c *call) source() (int, error) {
	m, ok := pick(c.facts.mains(), c.op.text("VideoSourceToken"), media.source)
	if !ok {
		return 0, wrong("ter:InvalidArgVal ter:NoSource", "The requested VideoSource does not exist.")
	}
	return m.channel, nil
}

// ofSource answers the same for every input.
func ofSource(answer elem) operation {
	return func(c *call) (elem, error) {
		_, err := c.source()
		return answer, err
	}
}

// color is one of the values of a picture, in the order of the schema.
type color struct {
	name string
	max  int
	of   func(*Picture) *int
}

var colors = []color{
	{"Brightness", 100, func(p *Picture) *int { return &p.Brightness }},
	{"ColorSaturation", 100, func(p *Picture) *int { return &p.Saturation }},
	{"Contrast", 100, func(p *Picture) *int { return &p.Contrast }},
	{"Sharpness", MaxSharpness, func(p *Picture) *int { return &p.Sharpness }},
}

func getImaging(c *call) (elem, error) {
	channel, err := c.source()
	if err != nil {
		return elem{}, err
	}
	p := c.facts.Channels[channel].Picture
	e := el("timg:ImagingSettings")
	for _, v := range colors {
		e.kids = append(e.kids, num("tt:"+v.name, *v.of(&p)))
	}
	return el("timg:GetImagingSettingsResponse", e), nil
}

func getImagingOptions(c *call) (elem, error) {
	if _, err := c.source(); err != nil {
		return elem{}, err
	}
	e := el("timg:ImagingOptions")
	for _, v := range colors {
		e.kids = append(e.kids, el("tt:"+v.name, num("tt:Min", 0), num("tt:Max", v.max)))
	}
	return el("timg:GetOptionsResponse", e), nil
}

// setImaging sets what the client names; the rest stays.
func setImaging(c *call) (elem, error) {
	channel, err := c.source()
	if err != nil {
		return elem{}, err
	}
	p := c.facts.Channels[channel].Picture
	asked := c.op.child("ImagingSettings")
	for _, v := range colors {
		text := asked.text(v.name)
		if text == "" {
			continue
		}
		f, err := strconv.ParseFloat(text, 64)
		if n := math.Round(f); err != nil || !(n >= 0 && n <= float64(v.max)) {
			return elem{}, wrong("ter:InvalidArgVal ter:SettingsInvalid", "The requested settings are incorrect.")
		}
		*v.of(&p) = int(math.Round(f))
	}
	if err := c.SetPicture(channel, p); err != nil {
		return elem{}, refusedValue(err)
	}
	return el("timg:SetImagingSettingsResponse"), nil
}

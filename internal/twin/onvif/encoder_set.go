package onvif

import (
	"errors"
	"math"
	"slices"
	"strconv"
)

// limits are those of a profile's stream. What it is set to now is always among its
// sizes.
func (m media) limits(f Facts) Limits {
	l := f.MainLimits
	if m.sub == 1 {
		l = f.SubLimits
	}
	s := m.stream(f)
	if now := (Size{s.Width, s.Height}); !slices.Contains(l.Sizes, now) {
		l.Sizes = append([]Size{now}, l.Sizes...)
	}
	return l
}

// takes tells whether a stream can be set so.
func (l Limits) takes(s Stream) bool {
	within := func(v, low, high int) bool { return v >= low && v <= high }
	return slices.Contains(l.Sizes, Size{s.Width, s.Height}) && (!s.JPEG || l.JPEG) && within(s.FPS, 1, l.FPS) &&
		within(s.GOP, 1, l.GOP) && within(s.Kbps, l.MinKbps, l.MaxKbps) && within(s.Quality, 1, MaxQuality)
}

// refusedValue is the fault for a value that the recorder does not take.
func refusedValue(err error) error {
	if errors.Is(err, ErrBadValue) {
		return wrong("ter:InvalidArgVal ter:ConfigModify", "The configuration parameters are not possible to set.")
	}
	return err
}

// setEncoder sets a stream as the first media service has it.
func setEncoder(c *call) (elem, error) {
	asked := c.op.child("Configuration")
	err := c.setStream(asked, map[string]*node{
		"gop": asked.at("H264", "GovLength"), "rate": asked.at("RateControl", "FrameRateLimit"),
	})
	return el("trt:SetVideoEncoderConfigurationResponse"), err
}

// setStream sets the stream whose encoder a configuration names. What it leaves out
// stays; parts are where the two media services differ.
func (c *call) setStream(asked *node, parts map[string]*node) error {
	m, ok := pick(c.facts.profiles(), asked.attr("token"), media.encoder)
	if !ok {
		return noConfig()
	}
	s := m.stream(c.facts)
	switch asked.text("Encoding") {
	case "JPEG":
		s.JPEG = true
	case "H264":
		s.JPEG = false
	case "":
	default:
		return refusedValue(ErrBadValue)
	}
	for _, v := range []struct {
		from *node
		to   *int
	}{
		{asked.at("Resolution", "Width"), &s.Width}, {asked.at("Resolution", "Height"), &s.Height},
		{asked.child("Quality"), &s.Quality}, {parts["rate"], &s.FPS}, {asked.at("RateControl", "BitrateLimit"), &s.Kbps},
		{parts["gop"], &s.GOP},
	} {
		if v.from == nil {
			continue
		}
		f, err := strconv.ParseFloat(v.from.Text, 64)
		if err != nil || !(math.Abs(f) < 1e6) {
			return refusedValue(ErrBadValue)
		}
		*v.to = int(math.Round(f))
	}
	if !m.limits(c.facts).takes(s) {
		return refusedValue(ErrBadValue)
	}
	return refusedValue(c.SetStream(m.channel, m.sub, s))
}

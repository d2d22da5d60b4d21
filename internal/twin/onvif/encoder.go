package onvif

import (
	"fmt"
	"strconv"
)

func encoder(name string, f Facts, m media) elem {
	s := m.stream(f)
	e := el(name, tx("tt:Name", m.encoder()), num("tt:UseCount", 1))
	e.kids = append(e.kids, tx("tt:Encoding", coding(s)), size("tt:Resolution", s), num("tt:Quality", s.Quality),
		el("tt:RateControl", num("tt:FrameRateLimit", s.FPS), num("tt:EncodingInterval", 1), num("tt:BitrateLimit", s.Kbps)))
	if !s.JPEG {
		e.kids = append(e.kids, el("tt:H264", num("tt:GovLength", s.GOP), tx("tt:H264Profile", "Baseline")))
	}
	e.kids = append(e.kids, multicast(), tx("tt:SessionTimeout", "PT60S"))
	return e.with("token", m.encoder())
}

func coding(s Stream) string {
	if s.JPEG {
		return "JPEG"
	}
	return "H264"
}

// multicast is the group that recorders come with; nothing is sent to it.
func multicast() elem {
	return el("tt:Multicast", el("tt:Address", tx("tt:Type", "IPv4"), tx("tt:IPv4Address", "239.255.42.42")),
		num("tt:Port", 36666), num("tt:TTL", 64), yes("tt:AutoStart", false))
}

func getEncoders(c *call) (elem, error) {
	return each("trt:GetVideoEncoderConfigurationsResponse", "trt:Configurations", c.facts, c.facts.profiles(), encoder), nil
}

func getEncoder(c *call) (elem, error) {
	m, ok := pick(c.facts.profiles(), c.op.text("ConfigurationToken"), media.encoder)
	if !ok {
		return elem{}, noConfig()
	}
	return el("trt:GetVideoEncoderConfigurationResponse", encoder("trt:Configuration", c.facts, m)), nil
}

func getCompatibleEncoders(c *call) (elem, error) {
	m, err := c.asked()
	if err != nil {
		return elem{}, err
	}
	return el("trt:GetCompatibleVideoEncoderConfigurationsResponse", encoder("trt:Configurations", c.facts, m)), nil
}

// getEncoderOptions tells what an encoder can be set to.
func getEncoderOptions(c *call) (elem, error) {
	m, ok := c.encoderAsked("ConfigurationToken")
	if !ok {
		return elem{}, noConfig()
	}
	limits := m.limits(c.facts)
	between := func(name string, low, high int) elem { return el(name, num("tt:Min", low), num("tt:Max", high)) }
	one := func(name string, own ...elem) elem {
		e := el(name)
		for _, s := range limits.Sizes {
			e.kids = append(e.kids, el("tt:ResolutionsAvailable", num("tt:Width", s.Width), num("tt:Height", s.Height)))
		}
		if name == "tt:H264" {
			e.kids = append(e.kids, between("tt:GovLengthRange", 1, limits.GOP))
		}
		e.kids = append(e.kids, between("tt:FrameRateRange", 1, limits.FPS), between("tt:EncodingIntervalRange", 1, 1))
		e.kids = append(e.kids, own...)
		return e
	}
	options := el("trt:Options", between("tt:QualityRange", 1, MaxQuality))
	if limits.JPEG {
		options.kids = append(options.kids, one("tt:JPEG"))
	}
	options.kids = append(options.kids, one("tt:H264", tx("tt:H264ProfilesSupported", "Baseline")))
	h264 := one("tt:H264", tx("tt:H264ProfilesSupported", "Baseline"), between("tt:BitrateRange", limits.MinKbps, limits.MaxKbps))
	options.kids = append(options.kids, el("tt:Extension", h264))
	return el("trt:GetVideoEncoderConfigurationOptionsResponse", options), nil
}

// encoderAsked is the encoder that the operation names by its own token or by that
// of a profile, and the first without either.
func (c *call) encoderAsked(own string) (media, bool) {
	list := c.facts.profiles()
	switch token, profile := c.op.text(own), c.op.text("ProfileToken"); {
	case token != "":
		return pick(list, token, media.encoder)
	case profile != "":
		return pick(list, profile, media.token)
	case len(list) > 0:
		return list[0], true
	}
	return media{}, false
}

// getGuaranteed tells how many encoders of an input run at once.
func getGuaranteed(c *call) (elem, error) {
	if _, ok := pick(c.facts.mains(), c.op.text("ConfigurationToken"), media.config); !ok {
		return elem{}, noConfig()
	}
	return el("trt:GetGuaranteedNumberOfVideoEncoderInstancesResponse", num("trt:TotalNumber", 2), num("trt:H264", 2)), nil
}

// getStreamURI gives the address of a stream. Whatever transport is asked for, the
// address is the same; the client chooses when it sets up.
func getStreamURI(c *call) (elem, error) {
	m, err := c.asked()
	if err != nil {
		return elem{}, err
	}
	if kind := c.op.text("StreamSetup", "Stream"); kind != "" && kind != "RTP-Unicast" {
		return elem{}, wrong("ter:InvalidArgVal ter:InvalidStreamSetup", "Specification of StreamType or Transport part in StreamSetup is not supported.")
	}
	address, err := streamAddress(c.facts, m)
	return el("trt:GetStreamUriResponse", mediaURI(address)), err
}

func streamAddress(f Facts, m media) (string, error) {
	if f.RTSPPort == 0 {
		return "", &fault{status: 500, receiver: true, subcodes: "ter:Action ter:IncompleteConfiguration", reason: "Incomplete Configuration"}
	}
	return fmt.Sprintf("rtsp://%s:%d/cam/realmonitor?channel=%d&subtype=%d&unicast=true&proto=Onvif",
		f.hostOnly(), f.RTSPPort, m.channel+1, m.sub), nil
}

// getSnapshotURI gives the address of a picture; it asks for a login of its own.
func getSnapshotURI(c *call) (elem, error) {
	m, err := c.asked()
	if err != nil {
		return elem{}, err
	}
	return el("trt:GetSnapshotUriResponse", mediaURI(snapshotAddress(c.facts, m))), nil
}

func snapshotAddress(f Facts, m media) string {
	return f.url("/cgi-bin/snapshot.cgi?channel=" + strconv.Itoa(m.channel+1) + "&subtype=" + strconv.Itoa(m.sub))
}

func mediaURI(address string) elem {
	return el("trt:MediaUri", tx("tt:Uri", address), yes("tt:InvalidAfterConnect", false),
		yes("tt:InvalidAfterReboot", false), tx("tt:Timeout", "PT0S"))
}

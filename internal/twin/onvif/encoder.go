package onvif

import (
	"fmt"
	"strconv"
)

func encoder(name string, f Facts, m media) elem {
	s := m.stream(f)
	e := el(name, tx("tt:Name", m.encoder()), num("tt:UseCount", 1))
	coding := "H264"
	if s.JPEG {
		coding = "JPEG"
	}
	e.kids = append(e.kids, tx("tt:Encoding", coding), size("tt:Resolution", s), tx("tt:Quality", "4"),
		el("tt:RateControl", num("tt:FrameRateLimit", s.FPS), num("tt:EncodingInterval", 1), num("tt:BitrateLimit", s.Kbps)))
	if !s.JPEG {
		e.kids = append(e.kids, el("tt:H264", num("tt:GovLength", s.GOP), tx("tt:H264Profile", "Baseline")))
	}
	e.kids = append(e.kids,
		el("tt:Multicast", el("tt:Address", tx("tt:Type", "IPv4"), tx("tt:IPv4Address", "239.255.42.42")),
			num("tt:Port", 36666), num("tt:TTL", 64), yes("tt:AutoStart", false)),
		tx("tt:SessionTimeout", "PT60S"))
	return e.with("token", m.encoder())
}

func getEncoders(c *call) (elem, error) {
	e := el("trt:GetVideoEncoderConfigurationsResponse")
	for _, m := range c.facts.profiles() {
		e.kids = append(e.kids, encoder("trt:Configurations", c.facts, m))
	}
	return e, nil
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

// getEncoderOptions tells what an encoder could be set to: over ONVIF, what it is.
func getEncoderOptions(c *call) (elem, error) {
	list := c.facts.profiles()
	m, ok := media{}, len(list) > 0
	switch token, profile := c.op.text("ConfigurationToken"), c.op.text("ProfileToken"); {
	case token != "":
		m, ok = pick(list, token, media.encoder)
	case profile != "":
		m, ok = pick(list, profile, media.token)
	}
	if !ok {
		return elem{}, noConfig()
	}
	s := m.stream(c.facts)
	between := func(name string, low, high int) elem { return el(name, num("tt:Min", low), num("tt:Max", high)) }
	parts := []elem{size("tt:ResolutionsAvailable", s)}
	name := "tt:JPEG"
	if !s.JPEG {
		name = "tt:H264"
		parts = append(parts, between("tt:GovLengthRange", s.GOP, s.GOP))
	}
	parts = append(parts, between("tt:FrameRateRange", s.FPS, s.FPS), between("tt:EncodingIntervalRange", 1, 1))
	if !s.JPEG {
		parts = append(parts, tx("tt:H264ProfilesSupported", "Baseline"))
	}
	return el("trt:GetVideoEncoderConfigurationOptionsResponse",
		el("trt:Options", between("tt:QualityRange", 1, 6), el(name, parts...))), nil
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
	if c.facts.RTSPPort == 0 {
		return elem{}, &fault{status: 500, receiver: true, subcodes: "ter:Action ter:IncompleteConfiguration", reason: "Incomplete Configuration"}
	}
	address := fmt.Sprintf("rtsp://%s:%d/cam/realmonitor?channel=%d&subtype=%d&unicast=true&proto=Onvif",
		c.facts.hostOnly(), c.facts.RTSPPort, m.channel+1, m.sub)
	return el("trt:GetStreamUriResponse", mediaURI(address)), nil
}

// getSnapshotURI gives the address of a picture; it asks for a login of its own.
func getSnapshotURI(c *call) (elem, error) {
	m, err := c.asked()
	if err != nil {
		return elem{}, err
	}
	address := c.facts.url("/cgi-bin/snapshot.cgi?channel=" + strconv.Itoa(m.channel+1) + "&subtype=" + strconv.Itoa(m.sub))
	return el("trt:GetSnapshotUriResponse", mediaURI(address)), nil
}

func mediaURI(address string) elem {
	return el("trt:MediaUri", tx("tt:Uri", address), yes("tt:InvalidAfterConnect", false),
		yes("tt:InvalidAfterReboot", false), tx("tt:Timeout", "PT0S"))
}

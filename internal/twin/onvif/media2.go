package onvif

import (
	"slices"
	"strconv"
	"strings"
)

// media2Ops are the operations of the second media service, which newer firmware
// has. It tells the same as the first.
var media2Ops = map[string]entry{
	"GetServiceCapabilities":             {open, getMedia2Caps},
	"GetProfiles":                        {reading, getProfiles2},
	"GetVideoSourceConfigurations":       {reading, getSourceConfigs2},
	"GetVideoSourceConfigurationOptions": {reading, getSourceOptions2},
	"GetVideoEncoderConfigurations":      {reading, getEncoders2},
	"GetVideoEncoderConfigurationOptions": {
		reading, getEncoderOptions2,
	},
	"SetVideoEncoderConfiguration": {ruling, setEncoder2},
	"GetVideoEncoderInstances":     {reading, getInstances2},
	"GetStreamUri":                 {reading, getStreamURI2},
	"GetSnapshotUri":               {reading, getSnapshotURI2},
	"GetAudioSourceConfigurations": {reading, getAudioConfigs2},
	"GetAudioEncoderConfigurations": {
		reading, getAudioEncoders2,
	},
	"GetAudioOutputConfigurations":  {reading, none("tr2:GetAudioOutputConfigurationsResponse")},
	"GetAudioDecoderConfigurations": {reading, none("tr2:GetAudioDecoderConfigurationsResponse")},
	"GetMetadataConfigurations":     {reading, none("tr2:GetMetadataConfigurationsResponse")},
	"GetAnalyticsConfigurations":    {reading, none("tr2:GetAnalyticsConfigurationsResponse")},
}

func getMedia2Caps(c *call) (elem, error) {
	return el("tr2:GetServiceCapabilitiesResponse", media2Caps(c.facts)), nil
}

func media2Caps(f Facts) elem {
	return el("tr2:Capabilities",
		el("tr2:ProfileCapabilities").with("MaximumNumberOfProfiles", strconv.Itoa(2*len(f.Channels)),
			"ConfigurationsSupported", "VideoSource VideoEncoder AudioSource AudioEncoder"),
		el("tr2:StreamingCapabilities").with("RTSPStreaming", "true", "RTPMulticast", "false", "RTP_RTSP_TCP", "true",
			"NonAggregateControl", "false"),
	).with("SnapshotUri", "true", "Rotation", "false", "VideoSourceMode", "false", "OSD", "false")
}

// getProfiles2 lists profiles with the parts that are asked for; without a type it
// gives their names.
func getProfiles2(c *call) (elem, error) {
	list := c.facts.profiles()
	if token := c.op.text("Token"); token != "" {
		m, ok := pick(list, token, media.token)
		if !ok {
			return elem{}, wrong("ter:InvalidArgVal ter:NoProfile", "Profile Not Exist")
		}
		list = []media{m}
	}
	var types []string
	for _, n := range c.op.all("Type") {
		types = append(types, n.Text)
	}
	with := func(part string) bool { return slices.Contains(types, part) || slices.Contains(types, "All") }
	e := el("tr2:GetProfilesResponse")
	for _, m := range list {
		p := el("tr2:Profiles", tx("tr2:Name", m.name())).with("token", m.token(), "fixed", "true")
		parts := el("tr2:Configurations")
		if with("VideoSource") {
			parts.kids = append(parts.kids, sourceConfig("tr2:VideoSource", c.facts, m))
		}
		sound := m.channel < c.facts.AudioInputs && m.stream(c.facts).Sound
		if with("AudioSource") && sound {
			parts.kids = append(parts.kids, audioConfig("tr2:AudioSource", c.facts, m))
		}
		if with("VideoEncoder") {
			parts.kids = append(parts.kids, encoder2("tr2:VideoEncoder", c.facts, m))
		}
		if with("AudioEncoder") && sound {
			parts.kids = append(parts.kids, audioEncoder2("tr2:AudioEncoder", c.facts, m))
		}
		if len(parts.kids) > 0 {
			p.kids = append(p.kids, parts)
		}
		e.kids = append(e.kids, p)
	}
	return e, nil
}

// narrowed is the list that a request's tokens leave of all: of one configuration,
// of those that go with a profile, or everything.
func (c *call) narrowed(all []media, name func(media) string) ([]media, error) {
	if token := c.op.text("ConfigurationToken"); token != "" {
		m, ok := pick(all, token, name)
		if !ok {
			return nil, noConfig()
		}
		return []media{m}, nil
	}
	if c.op.text("ProfileToken") == "" {
		return all, nil
	}
	m, err := c.asked()
	return []media{m}, err
}

// each is an answer with one item for each of the list.
func each(answer, item string, f Facts, list []media, one func(string, Facts, media) elem) elem {
	e := el(answer)
	for _, m := range list {
		e.kids = append(e.kids, one(item, f, m))
	}
	return e
}

func getSourceConfigs2(c *call) (elem, error) {
	list, err := c.narrowed(c.facts.mains(), media.config)
	return each("tr2:GetVideoSourceConfigurationsResponse", "tr2:Configurations", c.facts, list, sourceConfig), err
}

// getSourceOptions2 is the answer of the first service in the words of the second.
func getSourceOptions2(c *call) (elem, error) {
	e, err := getSourceOptions(c)
	if err == nil {
		e.name = "tr2:GetVideoSourceConfigurationOptionsResponse"
		e.kids[0].name = "tr2:Options"
	}
	return e, err
}

// encoder2 is an encoder's configuration as the second service has it.
func encoder2(name string, f Facts, m media) elem {
	s := m.stream(f)
	e := el(name, tx("tt:Name", m.encoder()), num("tt:UseCount", 1), tx("tt:Encoding", coding(s)), size("tt:Resolution", s),
		el("tt:RateControl", num("tt:FrameRateLimit", s.FPS), num("tt:BitrateLimit", s.Kbps)).with("ConstantBitRate", "true"),
		multicast(), num("tt:Quality", s.Quality)).with("token", m.encoder())
	if s.JPEG {
		return e
	}
	return e.with("GovLength", strconv.Itoa(s.GOP), "Profile", "Baseline")
}

func getEncoders2(c *call) (elem, error) {
	list, err := c.narrowed(c.facts.profiles(), media.encoder)
	return each("tr2:GetVideoEncoderConfigurationsResponse", "tr2:Configurations", c.facts, list, encoder2), err
}

// getEncoderOptions2 has one element for each encoding.
func getEncoderOptions2(c *call) (elem, error) {
	m, ok := c.encoderAsked("ConfigurationToken")
	if !ok {
		return elem{}, noConfig()
	}
	l := m.limits(c.facts)
	rates := make([]string, l.FPS)
	for i := range rates {
		rates[i] = strconv.Itoa(l.FPS - i)
	}
	between := func(name string, low, high int) elem { return el(name, num("tt:Min", low), num("tt:Max", high)) }
	one := func(encoding string) elem {
		o := el("tr2:Options", tx("tt:Encoding", encoding), between("tt:QualityRange", 1, MaxQuality))
		for _, s := range l.Sizes {
			o.kids = append(o.kids, el("tt:ResolutionsAvailable", num("tt:Width", s.Width), num("tt:Height", s.Height)))
		}
		o.kids = append(o.kids, between("tt:BitrateRange", l.MinKbps, l.MaxKbps))
		return o.with("FrameRatesSupported", strings.Join(rates, " "), "ConstantBitRateSupported", "true")
	}
	e := el("tr2:GetVideoEncoderConfigurationOptionsResponse",
		one("H264").with("GovLengthRange", "1 "+strconv.Itoa(l.GOP), "ProfilesSupported", "Baseline"))
	if l.JPEG {
		e.kids = append(e.kids, one("JPEG"))
	}
	return e, nil
}

// setEncoder2 sets a stream as the second service has it: the group of pictures is an
// attribute.
func setEncoder2(c *call) (elem, error) {
	asked := c.op.child("Configuration")
	parts := map[string]*node{"rate": asked.at("RateControl", "FrameRateLimit")}
	if gop := asked.attr("GovLength"); gop != "" {
		parts["gop"] = &node{Text: gop}
	}
	return el("tr2:SetVideoEncoderConfigurationResponse"), c.setStream(asked, parts)
}

func getInstances2(c *call) (elem, error) {
	if _, ok := pick(c.facts.mains(), c.op.text("ConfigurationToken"), media.config); !ok {
		return elem{}, noConfig()
	}
	return el("tr2:GetVideoEncoderInstancesResponse",
		el("tr2:Info", el("tr2:Codec", tx("tr2:Encoding", "H264"), num("tr2:Number", 2)), num("tr2:Total", 2))), nil
}

// getStreamURI2 gives the address as it is, without what the first service wraps
// around it.
func getStreamURI2(c *call) (elem, error) {
	switch c.op.text("Protocol") {
	case "", "RtspUnicast", "RTSP", "RtspOverHttp":
	default:
		return elem{}, wrong("ter:InvalidArgVal ter:InvalidStreamSetup", "Specification of Protocol is not supported.")
	}
	m, err := c.asked()
	if err != nil {
		return elem{}, err
	}
	address, err := streamAddress(c.facts, m)
	return el("tr2:GetStreamUriResponse", tx("tr2:Uri", address)), err
}

func getSnapshotURI2(c *call) (elem, error) {
	m, err := c.asked()
	if err != nil {
		return elem{}, err
	}
	return el("tr2:GetSnapshotUriResponse", tx("tr2:Uri", snapshotAddress(c.facts, m))), nil
}

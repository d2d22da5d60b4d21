package onvif

import (
	"fmt"
	"strconv"
)

// mediaOps are the operations of the media service.
var mediaOps = map[string]entry{
	"GetServiceCapabilities":                 {open, getMediaCaps},
	"GetProfiles":                            {reading, getProfiles},
	"GetProfile":                             {reading, getProfile},
	"GetVideoSources":                        {reading, getVideoSources},
	"GetVideoSourceConfigurations":           {reading, getSourceConfigs},
	"GetVideoSourceConfiguration":            {reading, getSourceConfig},
	"GetVideoSourceConfigurationOptions":     {reading, getSourceOptions},
	"GetCompatibleVideoSourceConfigurations": {reading, getCompatibleSources},
	"GetVideoEncoderConfigurations":          {reading, getEncoders},
	"GetVideoEncoderConfiguration":           {reading, getEncoder},
	"GetVideoEncoderConfigurationOptions":    {reading, getEncoderOptions},
	"GetCompatibleVideoEncoderConfigurations": {
		reading, getCompatibleEncoders,
	},
	"SetVideoEncoderConfiguration":               {ruling, setEncoder},
	"GetGuaranteedNumberOfVideoEncoderInstances": {reading, getGuaranteed},
	"GetStreamUri":                              {reading, getStreamURI},
	"GetSnapshotUri":                            {reading, getSnapshotURI},
	"GetVideoAnalyticsConfigurations":           {reading, none("trt:GetVideoAnalyticsConfigurationsResponse")},
	"GetMetadataConfigurations":                 {reading, none("trt:GetMetadataConfigurationsResponse")},
	"GetCompatibleMetadataConfigurations":       {reading, noneOf("trt:GetCompatibleMetadataConfigurationsResponse")},
	"GetCompatibleVideoAnalyticsConfigurations": {reading, noneOf("trt:GetCompatibleVideoAnalyticsConfigurationsResponse")},
}

// none answers with an empty list: the recorder has no such thing.
func none(name string) operation {
	return func(*call) (elem, error) { return el(name), nil }
}

// noneOf is none for a profile, which has to be there.
func noneOf(name string) operation {
	return func(c *call) (elem, error) {
		_, err := c.asked()
		return el(name), err
	}
}

func getMediaCaps(c *call) (elem, error) {
	return el("trt:GetServiceCapabilitiesResponse", mediaCaps(c.facts)), nil
}

func mediaCaps(f Facts) elem {
	return el("trt:Capabilities",
		el("trt:ProfileCapabilities").with("MaximumNumberOfProfiles", strconv.Itoa(2*len(f.Channels))),
		el("trt:StreamingCapabilities").with("RTPMulticast", "false", "RTP_TCP", "true", "RTP_RTSP_TCP", "true",
			"NonAggregateControl", "false"),
	).with("SnapshotUri", "true", "Rotation", "false", "VideoSourceMode", "false", "OSD", "false")
}

// media is one profile: a channel, counted from 0, and its main or sub stream.
type media struct{ channel, sub int }

func (m media) token() string   { return fmt.Sprintf("MediaProfile%03d%02d", m.channel, m.sub) }
func (m media) encoder() string { return fmt.Sprintf("VideoEncoder%03d%02d", m.channel, m.sub) }
func (m media) source() string  { return fmt.Sprintf("VideoSource%03d", m.channel) }
func (m media) config() string  { return fmt.Sprintf("VideoSourceConfig%03d", m.channel) }

func (m media) name() string {
	return fmt.Sprintf("Channel%d_%s", m.channel+1, [...]string{"MainStream", "SubStream"}[m.sub])
}

func (m media) stream(f Facts) Stream {
	if m.sub == 1 {
		return f.Channels[m.channel].Sub
	}
	return f.Channels[m.channel].Main
}

// profiles are all of them, each channel's main stream before its sub stream.
func (f Facts) profiles() []media {
	var list []media
	for i := range f.Channels {
		list = append(list, media{i, 0}, media{i, 1})
	}
	return list
}

// mains has one profile for each channel.
func (f Facts) mains() []media {
	var list []media
	for i := range f.Channels {
		list = append(list, media{i, 0})
	}
	return list
}

// pick finds what a token names, among the list, by what name gives.
func pick(list []media, token string, name func(media) string) (media, bool) {
	for _, m := range list {
		if name(m) == token {
			return m, true
		}
	}
	return media{}, false
}

// asked is the profile that the operation names.
func (c *call) asked() (media, error) {
	m, ok := pick(c.facts.profiles(), c.op.text("ProfileToken"), media.token)
	if !ok {
		return m, wrong("ter:InvalidArgVal ter:NoProfile", "Profile Not Exist")
	}
	return m, nil
}

func noConfig() *fault { return wrong("ter:InvalidArgVal ter:NoConfig", "Configuration Not Exist") }

func getProfiles(c *call) (elem, error) {
	return each("trt:GetProfilesResponse", "trt:Profiles", c.facts, c.facts.profiles(), profile), nil
}

func getProfile(c *call) (elem, error) {
	m, err := c.asked()
	if err != nil {
		return elem{}, err
	}
	return el("trt:GetProfileResponse", profile("trt:Profile", c.facts, m)), nil
}

// profile has sound where it is switched on for the stream.
func profile(name string, f Facts, m media) elem {
	e := el(name, tx("tt:Name", m.name()), sourceConfig("tt:VideoSourceConfiguration", f, m))
	sound := m.channel < f.AudioInputs && m.stream(f).Sound
	if sound {
		e.kids = append(e.kids, audioConfig("tt:AudioSourceConfiguration", f, m))
	}
	e.kids = append(e.kids, encoder("tt:VideoEncoderConfiguration", f, m))
	if sound {
		e.kids = append(e.kids, audioEncoder("tt:AudioEncoderConfiguration", f, m))
	}
	return e.with("token", m.token(), "fixed", "true")
}

func getVideoSources(c *call) (elem, error) {
	e := el("trt:GetVideoSourcesResponse")
	for _, m := range c.facts.mains() {
		s := m.stream(c.facts)
		e.kids = append(e.kids, el("trt:VideoSources", num("tt:Framerate", s.FPS), size("tt:Resolution", s)).with("token", m.source()))
	}
	return e, nil
}

func size(name string, s Stream) elem {
	return el(name, num("tt:Width", s.Width), num("tt:Height", s.Height))
}

// sourceConfig is the one configuration of a channel's input; both its profiles
// use it.
func sourceConfig(name string, f Facts, m media) elem {
	s := f.Channels[m.channel].Main
	return el(name, tx("tt:Name", f.Channels[m.channel].Name), num("tt:UseCount", 2), tx("tt:SourceToken", m.source()),
		el("tt:Bounds").with("x", "0", "y", "0", "width", strconv.Itoa(s.Width), "height", strconv.Itoa(s.Height)),
	).with("token", m.config())
}

func sourceConfigs(name string, c *call) (elem, error) {
	e := el(name)
	for _, m := range c.facts.mains() {
		e.kids = append(e.kids, sourceConfig("trt:Configurations", c.facts, m))
	}
	return e, nil
}

func getSourceConfigs(c *call) (elem, error) {
	return sourceConfigs("trt:GetVideoSourceConfigurationsResponse", c)
}

func getCompatibleSources(c *call) (elem, error) {
	m, err := c.asked()
	if err != nil {
		return elem{}, err
	}
	return el("trt:GetCompatibleVideoSourceConfigurationsResponse", sourceConfig("trt:Configurations", c.facts, m)), nil
}

func getSourceConfig(c *call) (elem, error) {
	m, ok := pick(c.facts.mains(), c.op.text("ConfigurationToken"), media.config)
	if !ok {
		return elem{}, noConfig()
	}
	return el("trt:GetVideoSourceConfigurationResponse", sourceConfig("trt:Configuration", c.facts, m)), nil
}

func getSourceOptions(c *call) (elem, error) {
	list := c.facts.mains()
	if token := c.op.text("ConfigurationToken"); token != "" {
		m, ok := pick(list, token, media.config)
		if !ok {
			return elem{}, noConfig()
		}
		list = []media{m}
	}
	if len(list) == 0 {
		return elem{}, noConfig()
	}
	s := list[0].stream(c.facts)
	fixed := func(name string, v int) elem { return el(name, num("tt:Min", v), num("tt:Max", v)) }
	options := el("trt:Options", el("tt:BoundsRange", fixed("tt:XRange", 0), fixed("tt:YRange", 0),
		fixed("tt:WidthRange", s.Width), fixed("tt:HeightRange", s.Height)))
	for _, m := range list {
		options.kids = append(options.kids, tx("tt:VideoSourceTokensAvailable", m.source()))
	}
	return el("trt:GetVideoSourceConfigurationOptionsResponse", options), nil
}

package onvif

import "fmt"

// audioOps are the operations of the first media service that are about sound: an
// input's socket for a microphone, and how it is coded beside the pictures.
var audioOps = map[string]entry{
	"GetAudioSources":                     {reading, getAudioSources},
	"GetAudioOutputs":                     {reading, getAudioOutputs},
	"GetAudioSourceConfigurations":        {reading, getAudioConfigs},
	"GetAudioSourceConfiguration":         {reading, getAudioConfig},
	"GetAudioEncoderConfigurations":       {reading, getAudioEncoders},
	"GetAudioEncoderConfiguration":        {reading, getAudioEncoder},
	"GetAudioEncoderConfigurationOptions": {reading, getAudioOptions},
	"GetAudioOutputConfigurations":        {reading, none("trt:GetAudioOutputConfigurationsResponse")},
	"GetAudioDecoderConfigurations":       {reading, none("trt:GetAudioDecoderConfigurationsResponse")},
	"GetCompatibleAudioSourceConfigurations": {
		reading, compatible("trt:GetCompatibleAudioSourceConfigurationsResponse", audioConfig),
	},
	"GetCompatibleAudioEncoderConfigurations": {
		reading, compatible("trt:GetCompatibleAudioEncoderConfigurationsResponse", audioEncoder),
	},
}

const (
	soundKbps = 64
	soundKHz  = 8
)

func (m media) audioSource() string  { return fmt.Sprintf("AudioSource%03d", m.channel) }
func (m media) audioConfig() string  { return fmt.Sprintf("AudioSourceConfig%03d", m.channel) }
func (m media) audioEncoder() string { return fmt.Sprintf("AudioEncoder%03d%02d", m.channel, m.sub) }

// heard leaves of a list what has a socket for a microphone.
func (f Facts) heard(list []media) []media {
	var has []media
	for _, m := range list {
		if m.channel < f.AudioInputs {
			has = append(has, m)
		}
	}
	return has
}

func getAudioSources(c *call) (elem, error) {
	e := el("trt:GetAudioSourcesResponse")
	for _, m := range c.facts.heard(c.facts.mains()) {
		e.kids = append(e.kids, el("trt:AudioSources", num("tt:Channels", 1)).with("token", m.audioSource()))
	}
	return e, nil
}

// getAudioOutputs has the one loudspeaker.
func getAudioOutputs(*call) (elem, error) {
	return el("trt:GetAudioOutputsResponse", el("trt:AudioOutputs").with("token", "AudioOutput000")), nil
}

func audioConfig(name string, _ Facts, m media) elem {
	return el(name, tx("tt:Name", m.audioConfig()), num("tt:UseCount", 2), tx("tt:SourceToken", m.audioSource())).with("token", m.audioConfig())
}

func audioEncoder(name string, _ Facts, m media) elem {
	return el(name, tx("tt:Name", m.audioEncoder()), num("tt:UseCount", 1), tx("tt:Encoding", "G711"), num("tt:Bitrate", soundKbps),
		num("tt:SampleRate", soundKHz), multicast(), tx("tt:SessionTimeout", "PT60S")).with("token", m.audioEncoder())
}

func getAudioConfigs(c *call) (elem, error) {
	return each("trt:GetAudioSourceConfigurationsResponse", "trt:Configurations", c.facts, c.facts.heard(c.facts.mains()), audioConfig), nil
}

func getAudioConfig(c *call) (elem, error) {
	m, ok := pick(c.facts.heard(c.facts.mains()), c.op.text("ConfigurationToken"), media.audioConfig)
	if !ok {
		return elem{}, noConfig()
	}
	return el("trt:GetAudioSourceConfigurationResponse", audioConfig("trt:Configuration", c.facts, m)), nil
}

func getAudioEncoders(c *call) (elem, error) {
	return each("trt:GetAudioEncoderConfigurationsResponse", "trt:Configurations", c.facts, c.facts.heard(c.facts.profiles()), audioEncoder), nil
}

func getAudioEncoder(c *call) (elem, error) {
	m, ok := pick(c.facts.heard(c.facts.profiles()), c.op.text("ConfigurationToken"), media.audioEncoder)
	if !ok {
		return elem{}, noConfig()
	}
	return el("trt:GetAudioEncoderConfigurationResponse", audioEncoder("trt:Configuration", c.facts, m)), nil
}

// getAudioOptions has the one coding that ONVIF has a name for here.
func getAudioOptions(c *call) (elem, error) {
	return el("trt:GetAudioEncoderConfigurationOptionsResponse", el("trt:Options", el("tt:Options", tx("tt:Encoding", "G711"),
		el("tt:BitrateList", num("tt:Items", soundKbps)), el("tt:SampleRateList", num("tt:Items", soundKHz))))), nil
}

// compatible lists what goes with a profile: its channel's own.
func compatible(name string, one func(string, Facts, media) elem) operation {
	return func(c *call) (elem, error) {
		m, err := c.asked()
		e := el(name)
		if err == nil && m.channel < c.facts.AudioInputs {
			e.kids = append(e.kids, one("trt:Configurations", c.facts, m))
		}
		return e, err
	}
}

// audioEncoder2 is an encoder as the second service has it.
func audioEncoder2(name string, _ Facts, m media) elem {
	return el(name, tx("tt:Name", m.audioEncoder()), num("tt:UseCount", 1), tx("tt:Encoding", "PCMA"), multicast(),
		num("tt:Bitrate", soundKbps), num("tt:SampleRate", soundKHz)).with("token", m.audioEncoder())
}

func getAudioConfigs2(c *call) (elem, error) {
	list, err := c.narrowed(c.facts.heard(c.facts.mains()), media.audioConfig)
	return each("tr2:GetAudioSourceConfigurationsResponse", "tr2:Configurations", c.facts, c.facts.heard(list), audioConfig), err
}

func getAudioEncoders2(c *call) (elem, error) {
	list, err := c.narrowed(c.facts.heard(c.facts.profiles()), media.audioEncoder)
	return each("tr2:GetAudioEncoderConfigurationsResponse", "tr2:Configurations", c.facts, c.facts.heard(list), audioEncoder2), err
}

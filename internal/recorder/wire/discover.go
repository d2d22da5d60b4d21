package wire

import "bytes"

// The methods of discovery.
const (
	MethodSearch = "DHDiscover.search"
	MethodNotify = "client.notifyDevInfo"
)

// Search is the discovery request. It carries no credentials and cannot lock an
// account.
type Search struct {
	MAC string // only this recorder; empty for everyone
	Uni int    // 1 asks for a unicast answer
}

type searchParams struct {
	MAC string `json:"mac"`
	Uni int    `json:"uni"`
}

// Append appends the whole datagram to dst.
func (s Search) Append(dst []byte) []byte {
	b, err := marshal(struct {
		Method string       `json:"method"`
		Params searchParams `json:"params"`
	}{MethodSearch, searchParams(s)})
	if err != nil {
		panic(err) // two strings and a number always print
	}
	return Frame{Payload: b}.Append(dst)
}

// DecodeSearch reads a whole datagram. An optional "id" and unknown members are
// accepted; a missing frame is not.
func DecodeSearch(datagram []byte) (Search, error) {
	const what = "discovery request"
	f, err := DecodeFrame(datagram)
	if err != nil {
		return Search{}, err
	}
	var m struct {
		Method string       `json:"method"`
		Params searchParams `json:"params"`
	}
	if err := unmarshal(what, f.Payload, MaxFrame, &m); err != nil {
		return Search{}, err
	}
	if m.Method != MethodSearch {
		return Search{}, malformed(what, "method")
	}
	return Search(m.Params), nil
}

// Notify is a recorder's answer to [Search].
type Notify struct {
	MAC    string // lower case with colons; the recorder's identity
	Device DeviceInfo
}

type notifyMessage struct {
	MAC    string `json:"mac"`
	Method string `json:"method"`
	Params struct {
		DeviceInfo DeviceInfo `json:"deviceInfo"`
	} `json:"params"`
}

// Append appends the whole datagram, its JSON ended by LF and with escaped
// slashes as recorders print it.
func (n Notify) Append(dst []byte) []byte {
	m := notifyMessage{MAC: n.MAC, Method: MethodNotify}
	m.Params.DeviceInfo = n.Device
	b, err := marshal(m)
	if err != nil {
		panic(err) // strings, numbers and booleans always print
	}
	b = bytes.ReplaceAll(b, []byte("/"), []byte(`\/`))
	return Frame{Payload: append(b, '\n')}.Append(dst)
}

// DecodeNotify reads a whole datagram. It requires a serial number or a device
// type; everything else is optional.
func DecodeNotify(datagram []byte) (Notify, error) {
	const what = "discovery answer"
	f, err := DecodeFrame(datagram)
	if err != nil {
		return Notify{}, err
	}
	p := f.Payload
	if i := bytes.IndexByte(p, '{'); i > 0 {
		p = p[i:]
	}
	var m notifyMessage
	if err := unmarshal(what, p, MaxFrame, &m); err != nil {
		return Notify{}, err
	}
	if m.Method != MethodNotify {
		return Notify{}, malformed(what, "method")
	}
	d := m.Params.DeviceInfo
	if d.SerialNo == "" && d.DeviceType == "" {
		return Notify{}, malformed(what, "neither serial number nor device type")
	}
	return Notify{MAC: m.MAC, Device: d}, nil
}

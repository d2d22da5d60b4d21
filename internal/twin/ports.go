package twin

import (
	"bytes"
	"encoding/json"
)

// ports are the ports a twin has had, by the place of the service. They stay its
// own over restarts of the program.
type ports [serviceCount]struct {
	own  uint16 // 0: none yet
	away uint16 // after the fault new-address, where another address was not to be had
}

// portLine is one port in a state file.
type portLine struct {
	Port int `json:"port"`
	Away int `json:"away,omitempty"`
}

// MarshalJSON prints the ports by the names of their services.
func (p ports) MarshalJSON() ([]byte, error) {
	lines := map[Service]portLine{}
	for i, x := range p {
		if x.own != 0 || x.away != 0 {
			lines[serviceNames[i]] = portLine{int(x.own), int(x.away)}
		}
	}
	return json.Marshal(lines)
}

// UnmarshalJSON also reads the list of format 1: web, discovery, and web after a
// move. Services this version does not know are left out.
func (p *ports) UnmarshalJSON(b []byte) error {
	lines := map[Service]portLine{}
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")) {
		var old [3]int
		if err := json.Unmarshal(b, &old); err != nil {
			return err
		}
		lines[ServiceWeb] = portLine{old[0], old[2]}
		lines[ServiceDiscovery] = portLine{Port: old[1]}
	} else if err := json.Unmarshal(b, &lines); err != nil {
		return err
	}
	*p = ports{}
	for name, l := range lines {
		if l.Port < 0 || l.Port > maxPort || l.Away < 0 || l.Away > maxPort {
			return &ConfigError{Field: string(name) + " port", Reason: "is not between 0 and 65535"}
		}
		if i := name.place(); i >= 0 {
			p[i].own, p[i].away = uint16(l.Port), uint16(l.Away)
		}
	}
	return nil
}

const maxPort = 65535

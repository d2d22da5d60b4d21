package twin

import (
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Config is what a twin is made with. The zero value is a median AMDV7208 in the
// factory state on free ports of 127.0.0.1, on the wall clock.
type Config struct {
	Model    Model
	Clock    Clock  // Real; or the clock kept in StateFile, if that was a paced one
	Seed     uint64 // of serial number, MAC and, with Spread, the board
	Spread   bool   // a board of the spread instead of the median one
	Switches Switches
	Faults   FaultSet

	// Password is admin's, as if the owner had set it. Empty leaves the factory
	// state. It is stored as is, past any rule: owners have all sorts.
	Password Password

	Host          string // 127.0.0.1
	HTTPPort      int    // 0: any free one, kept for the twin's life
	DiscoveryPort int    // UDP; 0: any free one
	// Ports are those of other services; one that is not there, or 0, is any free
	// one, kept for the twin's life.
	Ports map[Service]int
	// UsualPorts lets services other than the web one take the ports they have on
	// recorders, where they are free and Ports does not say another.
	UsualPorts bool
	// Inputs are what is connected to the cameras' inputs, by channel from 1. One that is
	// not there is a test card, or what the state file says.
	Inputs map[int]Input
	// LeavePorts are the first and the last of the ports that others will need: none
	// of them is taken as a free one.
	LeavePorts [2]int
	// Rack shares its sockets with other twins; Host is then this twin's own
	// loopback address. The first that starts says which services and ports.
	Rack *Rack
	// Services are what the twin opens, of [Services]. None: all of them.
	Services   []Service
	AnyAddress bool          // allows a Host that is not loopback
	Off        bool          // starts with the cord out
	BootTime   time.Duration // DefaultBootTime
	SlowBy     time.Duration // of the fault slow, in wall time; 2 s

	// StateFile keeps everything, so that a twin unplugged on Friday is still
	// draining on Monday. What the file says wins over the fields above, but for
	// Clock, Host, ports and Inputs where they are set. Empty keeps nothing.
	StateFile string
}

const (
	defaultHost   = "127.0.0.1"
	defaultSlowBy = 2 * time.Second
	maxBootTime   = 10 * time.Minute
)

func (c Config) withDefaults() Config {
	c.Model = c.Model.withDefaults(c.Seed)
	c.Switches = c.Switches.withDefaults(c.Model.Generation)
	if c.Host == "" {
		c.Host = defaultHost
	}
	if c.BootTime == 0 {
		c.BootTime = DefaultBootTime
	}
	if c.SlowBy == 0 {
		c.SlowBy = defaultSlowBy
	}
	return c
}

func (c Config) validate() error {
	ip, err := netip.ParseAddr(c.Host)
	switch {
	case err != nil:
		return &ConfigError{Field: "host", Reason: "is not an address", Err: err}
	case !ip.IsLoopback() && !c.AnyAddress:
		return &ConfigError{Field: "host", Reason: "is not loopback", Err: ErrNotPublic}
	case c.HTTPPort < 0 || c.HTTPPort > maxPort || c.DiscoveryPort < 0 || c.DiscoveryPort > maxPort:
		return &ConfigError{Field: "port", Reason: "is not between 0 and 65535"}
	case c.BootTime < 0 || c.BootTime > maxBootTime:
		return &ConfigError{Field: "boot time", Reason: "is over 10 minutes or negative"}
	case len(c.Password) > maxTyped:
		return &ConfigError{Field: "password", Reason: "is too long to type"}
	}
	if err := c.validateServices(); err != nil {
		return err
	}
	if err := c.Model.validate(); err != nil {
		return err
	}
	if err := c.validateInputs(); err != nil {
		return err
	}
	return c.Switches.validate()
}

// validateInputs refuses inputs that the model has not.
func (c Config) validateInputs() error {
	for channel := range c.Inputs {
		if channel < 1 || channel > c.Model.Channels {
			return &ConfigError{Field: fmt.Sprintf("camera %d", channel), Reason: "is at no input of this recorder", Err: ErrNoPart}
		}
	}
	return c.Faults.fits(c.Model.Channels)
}

func (c Config) validateServices() error {
	known := Services()
	for _, name := range c.Services {
		if !slices.Contains(known, name) {
			return &ConfigError{Field: "service", Reason: fmt.Sprintf("%.40q is not known", name)}
		}
	}
	for name, port := range c.Ports {
		switch {
		case !slices.Contains(known, name):
			return &ConfigError{Field: "port", Reason: fmt.Sprintf("is of %.40q, which is not known", name)}
		case port < 0 || port > maxPort:
			return &ConfigError{Field: string(name) + " port", Reason: "is not between 0 and 65535"}
		}
	}
	return nil
}

// has tells whether the twin has a service.
func (c *Config) has(name Service) bool {
	return c.Services == nil || slices.Contains(c.Services, name)
}

// port is the wished port of a service.
func (c *Config) port(name Service) int {
	switch {
	case name == ServiceWeb && c.HTTPPort != 0:
		return c.HTTPPort
	case name == ServiceDiscovery && c.DiscoveryPort != 0:
		return c.DiscoveryPort
	}
	return c.Ports[name]
}

// wishes are the ports to try for a service that had one before, or 0.
func (c *Config) wishes(s *service, before int) wishes {
	w := wishes{must: c.port(s.name), first: []int{0, before}, leave: c.LeavePorts}
	if c.UsualPorts && s.name != ServiceWeb {
		w.first[0] = s.port
	}
	return w
}

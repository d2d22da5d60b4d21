package twin

import (
	"net/netip"
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

	Host          string        // 127.0.0.1
	HTTPPort      int           // 0: any free one, kept for the twin's life
	DiscoveryPort int           // UDP; 0: any free one
	AnyAddress    bool          // allows a Host that is not loopback
	Off           bool          // starts with the cord out
	BootTime      time.Duration // DefaultBootTime
	SlowBy        time.Duration // of the fault slow, in wall time; 2 s

	// StateFile keeps everything, so that a twin unplugged on Friday is still
	// draining on Monday. What the file says wins over the fields above, but for
	// Clock, Host and ports where they are set. Empty keeps nothing.
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
	case c.HTTPPort < 0 || c.HTTPPort > 65535 || c.DiscoveryPort < 0 || c.DiscoveryPort > 65535:
		return &ConfigError{Field: "port", Reason: "is not between 0 and 65535"}
	case c.BootTime < 0 || c.BootTime > maxBootTime:
		return &ConfigError{Field: "boot time", Reason: "is over 10 minutes or negative"}
	case len(c.Password) > maxTyped:
		return &ConfigError{Field: "password", Reason: "is too long to type"}
	}
	if err := c.Model.validate(); err != nil {
		return err
	}
	return c.Switches.validate()
}

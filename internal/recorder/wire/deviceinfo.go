package wire

// DeviceInfo is what a recorder says of itself in discovery. Zero values are
// members it did not send, but for Init, which is nil then.
type DeviceInfo struct {
	AlarmInputChannels       int
	AlarmOutputChannels      int
	DeviceClass              string // HCVR, NVR, IPC ...
	DeviceType               string // the marketing model, for example AMDV7208
	Find                     string // letters of the recovery ways: A phone, B e-mail, C file
	HTTPPort                 int    `json:"HttpPort"`
	IPv4Address              IPv4Info
	IPv6Address              IPv6Info
	Init                     *Init `json:",omitempty"`
	MachineName              string
	Manufacturer             string
	Port                     int // DVRIP, usually 37777
	RemoteVideoInputChannels int
	SerialNo                 string
	Vendor                   string
	Version                  string // for example 3.200.AC04.5
	VideoInputChannels       int
	VideoOutputChannels      int
}

// IPv4Info is a recorder's IPv4 set-up in dotted notation.
type IPv4Info struct {
	DefaultGateway string
	DhcpEnable     bool
	IPAddress      string
	SubnetMask     string
}

// IPv6Info is a recorder's IPv6 set-up; addresses carry a prefix length.
type IPv6Info struct {
	DefaultGateway   string
	DhcpEnable       bool
	IPAddress        string
	LinkLocalAddress string
}

// Init is the state of the set-up as discovery gives it: 2-bit groups in the low
// byte. Higher bits are sent by newer firmware without a published meaning.
type Init uint32

// Group is one 2-bit group of [Init].
type Group uint8

// The values of Account.
const (
	AccountOld           Group = 0 // firmware without first-run set-up; a factory password may apply
	AccountUninitialised Group = 1 // has no password yet
	AccountInitialised   Group = 2
)

// The values of Cloud, Phone and Reset.
const (
	GroupUnknown Group = 0
	GroupOff     Group = 1 // disabled, or not supported
	GroupOn      Group = 2 // enabled, or supported
)

// Account tells whether the first password has been set.
func (i Init) Account() Group { return Group(i & 3) }

// Cloud tells whether access through the maker's servers is on.
func (i Init) Cloud() Group { return Group(i >> 2 & 3) }

// Phone tells whether phones may connect directly.
func (i Init) Phone() Group { return Group(i >> 4 & 3) }

// Reset tells whether the recorder has a password reset of its own.
func (i Init) Reset() Group { return Group(i >> 6 & 3) }

// NewInit packs the four groups.
func NewInit(account, cloud, phone, reset Group) Init {
	return Init(account&3) | Init(cloud&3)<<2 | Init(phone&3)<<4 | Init(reset&3)<<6
}

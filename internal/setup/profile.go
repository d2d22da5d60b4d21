package setup

// Version is what the first line of a profile says.
const Version = 1

// Profile is what an owner wants of a recorder. A nil field and an absent section
// stay as the recorder has them.
type Profile struct {
	Version      int              `yaml:"rekey-profile"`
	General      *General         `yaml:"general,omitempty"`
	Clock        *Clock           `yaml:"clock,omitempty"`
	NTP          *NTP             `yaml:"ntp,omitempty"`
	Network      *Network         `yaml:"network,omitempty"`
	EveryChannel *Channel         `yaml:"every-channel,omitempty"`
	Channels     map[int]*Channel `yaml:"channels,omitempty"` // by number from 1; goes before EveryChannel
	Disk         *Disk            `yaml:"disk,omitempty"`
	Reach        *Reach           `yaml:"reach,omitempty"`
	Mail         *Mail            `yaml:"mail,omitempty"`
	Maintenance  *Maintenance     `yaml:"maintenance,omitempty"`
	Logins       *Logins          `yaml:"logins,omitempty"`
	Accounts     []Account        `yaml:"accounts,omitempty"` // nil: nothing is said of any; those that are not here are left alone
}

// General is the recorder itself.
type General struct {
	Name          *string `yaml:"name,omitempty"`
	Language      *string `yaml:"language,omitempty"`       // as the recorder names it: English, Spanish
	VideoStandard *string `yaml:"video-standard,omitempty"` // NTSC or PAL
}

// Clock is date, time and zone.
type Clock struct {
	Set    *string `yaml:"set,omitempty"`    // now or keep
	Zone   *string `yaml:"zone,omitempty"`   // IANA name, such as America/New_York
	DST    *string `yaml:"dst,omitempty"`    // auto (dates of the zone) or off
	Format *string `yaml:"format,omitempty"` // yyyy-MM-dd, MM-dd-yyyy or dd-MM-yyyy
}

// The words of [Clock].
const (
	ClockNow  = "now"
	ClockKeep = "keep"
	DSTAuto   = "auto"
	DSTOff    = "off"
)

// NTP is the time server.
type NTP struct {
	Enable *bool   `yaml:"enable,omitempty"`
	Server *string `yaml:"server,omitempty"`
	Port   *int    `yaml:"port,omitempty"`
	Every  *int    `yaml:"every,omitempty"` // minutes
}

// Network is the address and the ports.
type Network struct {
	DHCP    *bool    `yaml:"dhcp,omitempty"`
	Address *string  `yaml:"address,omitempty"`
	Mask    *string  `yaml:"mask,omitempty"`
	Gateway *string  `yaml:"gateway,omitempty"`
	DNS     []string `yaml:"dns,omitempty"` // two at most
	Ports   *Ports   `yaml:"ports,omitempty"`
	HTTPS   *bool    `yaml:"https,omitempty"`
}

// Ports are those of the recorder's services.
type Ports struct {
	HTTP  *int `yaml:"http,omitempty"`
	HTTPS *int `yaml:"https,omitempty"`
	RTSP  *int `yaml:"rtsp,omitempty"`
	TCP   *int `yaml:"tcp,omitempty"` // of the maker's own protocol
	UDP   *int `yaml:"udp,omitempty"`
}

// Channel is one camera's input.
type Channel struct {
	Title  *string `yaml:"title,omitempty"`
	Main   *Stream `yaml:"main,omitempty"`  // what is recorded
	Extra  *Stream `yaml:"extra,omitempty"` // what phones watch
	Record *Record `yaml:"record,omitempty"`
	Motion *Motion `yaml:"motion,omitempty"`
}

// Stream is how a picture is encoded.
type Stream struct {
	Enable      *bool   `yaml:"enable,omitempty"`
	Compression *string `yaml:"compression,omitempty"` // H.264, H.265 or MJPG
	Size        *string `yaml:"size,omitempty"`        // 1280x720
	FPS         *int    `yaml:"fps,omitempty"`
	BitRate     *int    `yaml:"bitrate,omitempty"` // kbit/s
	Control     *string `yaml:"control,omitempty"` // CBR or VBR
	Audio       *bool   `yaml:"audio,omitempty"`
}

// Record is when a channel records.
type Record struct {
	Mode      *string `yaml:"mode,omitempty"`       // plan, always or never
	PreRecord *int    `yaml:"pre-record,omitempty"` // seconds kept from before an event
	Plan      []Span  `yaml:"plan,omitempty"`       // the whole week; a day that no span names records nothing
}

// The words of [Record].
const (
	RecordByPlan = "plan"
	RecordAlways = "always"
	RecordNever  = "never"
)

// Span is one stretch of a weekly plan.
type Span struct {
	Days []string `yaml:"days"` // sun mon tue wed thu fri sat, holiday, or every (all of them)
	From string   `yaml:"from"` // 08:00
	To   string   `yaml:"to"`   // 24:00 is midnight
	For  []string `yaml:"for"`  // plain, motion, alarm
}

// Motion is whether a channel looks for motion.
type Motion struct {
	Enable      *bool `yaml:"enable,omitempty"`
	Sensitivity *int  `yaml:"sensitivity,omitempty"` // 1 to 6
	Record      *bool `yaml:"record,omitempty"`
}

// Disk is what becomes of recordings.
type Disk struct {
	WhenFull *string `yaml:"when-full,omitempty"` // overwrite or stop
	Format   *bool   `yaml:"format,omitempty"`    // asks a person to, at the recorder's screen
}

// The words of [Disk].
const (
	DiskOverwrite = "overwrite"
	DiskStop      = "stop"
)

// Reach is who finds the recorder from outside.
type Reach struct {
	UPnP *bool `yaml:"upnp,omitempty"`
	P2P  *bool `yaml:"p2p,omitempty"`
	DDNS *DDNS `yaml:"ddns,omitempty"`
}

// DDNS is a name that follows the recorder's address.
type DDNS struct {
	Enable       *bool   `yaml:"enable,omitempty"`
	Server       *string `yaml:"server,omitempty"`
	Host         *string `yaml:"host,omitempty"`
	User         *string `yaml:"user,omitempty"`
	PasswordFile *string `yaml:"password-file,omitempty"` // its first line; see [Profile.SecretFiles]
}

// Mail is what the recorder sends.
type Mail struct {
	Enable       *bool    `yaml:"enable,omitempty"`
	Server       *string  `yaml:"server,omitempty"`
	Port         *int     `yaml:"port,omitempty"`
	Encryption   *string  `yaml:"encryption,omitempty"` // none, ssl or tls
	User         *string  `yaml:"user,omitempty"`
	PasswordFile *string  `yaml:"password-file,omitempty"` // its first line; see [Profile.SecretFiles]
	From         *string  `yaml:"from,omitempty"`
	To           []string `yaml:"to,omitempty"` // three at most
	Subject      *string  `yaml:"subject,omitempty"`
}

// Maintenance is the restart that a recorder makes by itself.
type Maintenance struct {
	Restart *bool   `yaml:"restart,omitempty"`
	Day     *string `yaml:"day,omitempty"` // sun to sat, or every
	At      *string `yaml:"at,omitempty"`  // 03:00
}

// Logins are the rules for those who sign in.
type Logins struct {
	Lock        *bool `yaml:"lock,omitempty"`         // lock an account after wrong passwords
	Tries       *int  `yaml:"tries,omitempty"`        // how many
	LockMinutes *int  `yaml:"lock-minutes,omitempty"` // and for how long
	ONVIF       *bool `yaml:"onvif,omitempty"`        // ONVIF asks for a password, too
}

// Account is one that is wanted. No password is part of a profile.
type Account struct {
	Name         string  `yaml:"name" json:"name"`
	Group        string  `yaml:"group" json:"group"` // admin or user; its rights are those of the group
	Note         string  `yaml:"note,omitempty" json:"note,omitempty"`
	Shared       *bool   `yaml:"shared,omitempty" json:"shared,omitempty"` // may be signed in more than once at a time
	PasswordFile *string `yaml:"password-file,omitempty" json:"-"`         // its first line; see [Profile.SecretFiles]. Without, one is made
}

// The names under which [Profile.SecretFiles] and [Given] know passwords.
const (
	SecretMail = "mail.password"
	SecretDDNS = "reach.ddns.password"
)

// SecretFiles gives the files that hold the passwords of the profile, by name of
// the secret.
func (p *Profile) SecretFiles() map[string]string {
	files := map[string]string{}
	if p.Mail != nil && p.Mail.PasswordFile != nil {
		files[SecretMail] = *p.Mail.PasswordFile
	}
	if p.Reach != nil && p.Reach.DDNS != nil && p.Reach.DDNS.PasswordFile != nil {
		files[SecretDDNS] = *p.Reach.DDNS.PasswordFile
	}
	for _, a := range p.Accounts {
		if a.PasswordFile != nil {
			files[SecretOf(a.Name)] = *a.PasswordFile
		}
	}
	return files
}

// SecretNames gives the passwords that somebody may be asked for, by their names: of
// mail and dynamic DNS where the profile sets them up, and of each account.
func (p *Profile) SecretNames() []string {
	var names []string
	if m := p.Mail; m != nil && (m.PasswordFile != nil || m.User != nil || m.Enable != nil && *m.Enable) {
		names = append(names, SecretMail)
	}
	if r := p.Reach; r != nil && r.DDNS != nil {
		if d := r.DDNS; d.PasswordFile != nil || d.User != nil || d.Enable != nil && *d.Enable {
			names = append(names, SecretDDNS)
		}
	}
	for _, a := range p.Accounts {
		names = append(names, SecretOf(a.Name))
	}
	return names
}

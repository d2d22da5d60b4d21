package lan

import "net/netip"

// Why is a kind of reason for finding nothing, or for not reaching what was found.
// The names are part of the JSON that others rely on.
type Why string

// The kinds, most telling first.
const (
	WhyNoInterface Why = "no-interface"    // no network interface is turned on
	WhyNoCarrier   Why = "no-carrier"      // an interface has no cable or no wireless connection
	WhyNoAddress   Why = "no-address"      // an interface is up without an IPv4 address
	WhyLoopback    Why = "only-loopback"   // this computer is in no network
	WhyLinkLocal   Why = "link-local"      // an interface gave itself an address: nobody hands any out
	WhyPublic      Why = "public-network"  // an interface is in a public network, where nothing is sent
	WhySendFailed  Why = "send-failed"     // the system refused to send
	WhyElsewhere   Why = "other-subnet"    // a recorder answers from another subnet
	WhyMute        Why = "not-discovery"   // a host has a recorder's ports, and no discovery
	WhyFirewall    Why = "firewall"        // hosts are there, and nothing came back: probably a firewall on this computer
	WhyTooLarge    Why = "range-too-large" // only a part of a large subnet was asked address by address
	WhySilent      Why = "silent"          // nobody answered on any of the ports
	WhyContainer   Why = "container"       // rekey may be in a container or virtual machine with a network of its own
)

// Reason is one reason. Fields that say nothing are empty.
type Reason struct {
	Why       Why
	Interface string
	Hosts     []netip.Addr // of WhyMute and WhyElsewhere, at most maxHosts
	Subnet    netip.Prefix // of WhyElsewhere and WhyTooLarge
	Own       []netip.Prefix
	Count     int    // hosts that are there, of WhyFirewall
	Where     string // of WhyContainer: docker, podman, kubernetes, lxc, wsl, vm
	Err       error  // of WhySendFailed
}

// maxHosts bounds the hosts of one reason.
const maxHosts = 16

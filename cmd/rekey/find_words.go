package main

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder"
	"github.com/rekey-dvr/rekey/internal/recorder/lan"
	"github.com/rekey-dvr/rekey/internal/subnet"
)

// reason is why nothing was found, in words: what is the case, and what to do.
type reason struct {
	Reason    lan.Why `json:"reason"`
	Interface string  `json:"interface"`
	Message   string  `json:"message"`
	Hint      string  `json:"hint"`
}

// reasonWords gives the words for a reason.
func reasonWords(r lan.Reason) reason {
	w := reason{Reason: r.Why, Interface: r.Interface}
	switch r.Why {
	case lan.WhyNoInterface:
		w.Message = "No network interface of this computer is turned on."
		w.Hint = "Plug in a network cable or join the wireless network of the recorder."
	case lan.WhyNoCarrier:
		w.Message = fmt.Sprintf("%s has no connection: nothing is at the other end of its cable.", r.Interface)
		w.Hint = "Check both ends of the cable, and that the switch or the recorder at the other end has power."
	case lan.WhyNoAddress:
		w.Message = fmt.Sprintf("%s has no IPv4 address.", r.Interface)
		w.Hint = "Wait for the router to give one, or set one by hand, for example 192.168.1.250 with the mask 255.255.255.0."
	case lan.WhyLoopback:
		w.Message = "This computer is in no network: only the loopback interface was asked."
		w.Hint = "Plug in a network cable or join the wireless network of the recorder."
	case lan.WhyLinkLocal:
		w.Message = fmt.Sprintf("%s gave itself an address (169.254...), since nobody on that cable hands any out.", r.Interface)
		w.Hint = "With the recorder straight on this cable, set an address by hand, for example 192.168.1.250 with the mask 255.255.255.0. Otherwise look at the router."
	case lan.WhyPublic:
		w.Message = fmt.Sprintf("%s is in a public network; nothing was sent there.", r.Interface)
		w.Hint = "rekey asks local networks only. Connect to the one that the recorder is in."
	case lan.WhySendFailed:
		w.Message = fmt.Sprintf("This computer did not let rekey send on %s: %v.", r.Interface, r.Err)
		w.Hint = "A firewall here or missing rights are the usual cause. Allow rekey to send UDP to ports 37810 and 5050."
	case lan.WhyMute:
		w.Message = fmt.Sprintf("%s has the ports of a recorder open, but does not answer discovery.", list(r.Hosts))
		w.Hint = fmt.Sprintf("Ask it directly: rekey identify %s", r.Hosts[0])
	case lan.WhyFirewall:
		w.Message = fmt.Sprintf("Hosts are there (%d seen) and no answer came back: perhaps a firewall on this computer drops the answers.", r.Count)
		w.Hint = "Let UDP answers from ports 37810 and 5050 in, or pause the firewall for a minute, and try again."
	case lan.WhyContainer:
		w.Message = fmt.Sprintf("rekey may be running in a container or virtual machine (%s) with a network of its own.", r.Where)
		w.Hint = "Run it on the computer itself, or give the container or machine that computer's network (host or bridged mode)."
	case lan.WhyTooLarge:
		w.Message = fmt.Sprintf("The subnet %s is large: only the addresses near this computer's were asked one by one.", r.Subnet)
		w.Hint = fmt.Sprintf("To ask more of it: rekey find --cidr %s", wholeOrPart(r.Subnet))
	case lan.WhyElsewhere:
		w.elsewhere(r)
	case lan.WhySilent:
		w.Message = "Nobody answered on any of the ports of a recorder."
		w.Hint = "Check the recorder's power and its network cable, and that it is behind the same router or switch. One that was just turned on takes two minutes."
	}
	return w
}

func wholeOrPart(p netip.Prefix) netip.Prefix {
	if p.Bits() < 16 {
		p = netip.PrefixFrom(p.Addr(), 16)
	}
	return p
}

func list(all []netip.Addr) string {
	text := make([]string, len(all))
	for i, a := range all {
		text[i] = a.String()
	}
	return strings.Join(text, ", ")
}

// elsewhere says how to reach recorders in another subnet: a second address.
func (w *reason) elsewhere(r lan.Reason) {
	own := make([]string, len(r.Own))
	for i, p := range r.Own {
		own[i] = p.Masked().String()
	}
	w.Message = fmt.Sprintf("* %s: on the wire of %s, but in the subnet %s; this computer is in %s there.",
		list(r.Hosts), r.Interface, r.Subnet, strings.Join(own, ", "))
	if !recorder.LocalRange(r.Subnet) {
		w.Hint = "That is no range for a local network, so rekey does not go there. Change the recorder's address at its own screen."
		return
	}
	s := subnet.Beside(r.Hosts[0], r.Subnet.Bits(), r.Interface, r.Hosts...)
	lines := []string{fmt.Sprintf("To reach it, give this computer a second address, for example %s with the mask %s. Look first whether something has it.", s.Address, s.Mask)}
	for _, o := range s.Systems {
		lines = append(lines, fmt.Sprintf("  %-8s %s", o.Name+":", o.Do), fmt.Sprintf("  %-8s %s", "undo:", o.Undo))
	}
	w.Hint = strings.Join(lines, "\n")
}

package lan

import (
	"bufio"
	"io"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// maxNeighborTable bounds what is read of the system's table, in bytes.
const maxNeighborTable = 4 << 20

// complete is the flag of an entry that somebody answered for (linux/if_arp.h).
const complete = 0x2

// neighbors gives the hosts that the system knows to be on its wires.
func neighbors() map[netip.Addr]bool {
	f, err := os.Open("/proc/net/arp")
	if err != nil {
		return nil
	}
	defer f.Close()
	all := map[netip.Addr]bool{}
	for lines := bufio.NewScanner(io.LimitReader(f, maxNeighborTable)); lines.Scan(); {
		// address, hardware type, flags, hardware address, mask, device
		w := strings.Fields(lines.Text())
		if len(w) < 6 || w[3] == "00:00:00:00:00:00" {
			continue
		}
		if flags, err := strconv.ParseUint(w[2], 0, 32); err != nil || flags&complete == 0 {
			continue
		}
		if a, err := netip.ParseAddr(w[0]); err == nil {
			all[a] = true
		}
	}
	return all
}

package twin

import (
	"encoding/json"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// diskInfo is a disk as RPC2 has it.
type diskInfo struct {
	Name   string       `json:"Name"`
	State  string       `json:"State"`
	Detail []diskDetail `json:"Detail"`
}

// diskDetail is a partition. Its bytes have a point on the wire, which clients of
// the family read as they read it in CGI.
type diskDetail struct {
	Path       string      `json:"Path"`
	Type       string      `json:"Type"`
	TotalBytes json.Number `json:"TotalBytes"`
	UsedBytes  json.Number `json:"UsedBytes"`
	IsError    bool        `json:"IsError"`
}

// rpcDiskRows are the disk.
func rpcDiskRows() []rpcRow {
	const of = "storage."
	return []rpcRow{
		{of + "getDeviceAllInfo", anyone, func(t *Twin, c *rpcCall) wire.Response {
			list := []diskInfo{}
			if total, used, there := t.storage(); there {
				list = append(list, diskInfo{"/dev/sda", "Success", []diskDetail{{
					"/dev/sda0", "ReadWrite", json.Number(decimal(total)), json.Number(decimal(used)), false,
				}}})
			}
			return done(c.Request, map[string]any{"info": list})
		}},
		{of + "getDeviceNames", anyone, func(t *Twin, c *rpcCall) wire.Response {
			names := []string{}
			if _, _, there := t.storage(); there {
				names = append(names, "/dev/sda")
			}
			return done(c.Request, map[string]any{"names": names})
		}},
	}
}

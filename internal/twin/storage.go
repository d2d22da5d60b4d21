package twin

import (
	"strconv"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// storage is how large the disk is and how much of it is used, in bytes. there is
// false without a disk.
func (t *Twin) storage() (total, used int64, there bool) {
	d := &t.body.Disk
	return d.Size(), d.Used(t.showing(t.clock.Now())), !t.body.Faults.Has(NoDisk)
}

// writable tells whether there is a disk that takes recordings.
func (t *Twin) writable() bool {
	return !t.body.Faults.Has(NoDisk) && !t.body.Faults.Has(DiskFailure)
}

// cgiStorageRows are the disk.
func cgiStorageRows() []cgiRow {
	const script = "storageDevice.cgi"
	return []cgiRow{
		{script, "getDeviceAllInfo", anyone, cgiDisks},
		{script, "factory.getCollect", anyone, cgiDiskNames},
		{script, "getDeviceNames", anyone, cgiDiskNames},
	}
}

func cgiDisks(t *Twin, _ call) reply {
	total, used, there := t.storage()
	if !there {
		return t.pair("list.info", "0")
	}
	state := "Success"
	if !t.writable() {
		state = "Failure"
	}
	return t.lines(keyed("list.info[0].", "Detail[0].IsError", strconv.FormatBool(!t.writable()), "Detail[0].Path", "/dev/sda0",
		"Detail[0].TotalBytes", decimal(total), "Detail[0].Type", "ReadWrite", "Detail[0].UsedBytes", decimal(used),
		"HealthDataFlag", "0", "Name", "/dev/sda", "State", state))
}

// decimal prints bytes as recorders do, with six places after the point.
func decimal(n int64) string { return strconv.FormatInt(n, 10) + ".000000" }

func cgiDiskNames(t *Twin, _ call) reply {
	if _, _, there := t.storage(); !there {
		return t.pair("list", "0")
	}
	return t.lines(wire.Table{{Key: "list[0]", Value: "/dev/sda"}})
}

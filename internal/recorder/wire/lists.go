package wire

// LogItem is one line of the recorder's log. Detail differs by type.
type LogItem struct {
	Detail Table
	Level  int
	Time   string
	Type   string
	User   string
}

func (l *LogItem) fields(f *fields) {
	f.below("Detail", &l.Detail)
	f.int("Level", &l.Level)
	f.text("Time", &l.Time)
	f.text("Type", &l.Type)
	f.text("User", &l.User)
}

// LogItems reads the lines of log.cgi doFind; none are the end of the list.
func LogItems(t Table) ([]LogItem, error) { return found[LogItem](t) }

// LogTable gives the lines of log.cgi doFind.
func LogTable(items []LogItem) Table { return printFound[LogItem](items) }

// Disk is one disk of storageDevice.cgi getDeviceAllInfo.
type Disk struct {
	Partitions     []Partition
	HealthDataFlag int
	Name           string // /dev/sda
	State          string // Success
}

// Partition is one partition of a [Disk].
type Partition struct {
	IsError    bool
	Path       string
	TotalBytes int64
	Type       string // ReadWrite
	UsedBytes  int64
}

func (d *Disk) fields(f *fields) {
	rowsBelow(f, "Detail", &d.Partitions)
	f.int("HealthDataFlag", &d.HealthDataFlag)
	f.text("Name", &d.Name)
	f.text("State", &d.State)
}

func (p *Partition) fields(f *fields) {
	f.bool("IsError", &p.IsError)
	f.text("Path", &p.Path)
	f.bytes("TotalBytes", &p.TotalBytes)
	f.text("Type", &p.Type)
	f.bytes("UsedBytes", &p.UsedBytes)
}

const diskRows = "list.info"

// Disks reads the lines of getDeviceAllInfo. Without a disk recorders send
// list.info=0 or an error (unconfirmed).
func Disks(t Table) ([]Disk, error) { return readRows[Disk](t, diskRows) }

// DiskTable gives the lines of getDeviceAllInfo.
func DiskTable(disks []Disk) Table {
	if len(disks) == 0 {
		return Table{{diskRows, "0"}}
	}
	return printRows[Disk](diskRows, disks)
}

// ActiveUser is one login that lasts, of userManager.cgi getActiveUserInfoAll.
// The names are those of RPC2 too; that CGI has them is unconfirmed.
type ActiveUser struct {
	ClientAddress string
	ClientType    string
	Group         string
	ID            int `json:"Id"`
	LoginTime     string
	Name          string
}

func (u *ActiveUser) fields(f *fields) {
	f.text("ClientAddress", &u.ClientAddress)
	f.text("ClientType", &u.ClientType)
	f.text("Group", &u.Group)
	f.int("Id", &u.ID)
	f.text("LoginTime", &u.LoginTime)
	f.text("Name", &u.Name)
}

// ActiveUsers reads the lines of getActiveUserInfoAll.
func ActiveUsers(t Table) ([]ActiveUser, error) { return readRows[ActiveUser](t, "users") }

// ActiveUserTable gives the lines of getActiveUserInfoAll.
func ActiveUserTable(users []ActiveUser) Table { return printRows[ActiveUser]("users", users) }

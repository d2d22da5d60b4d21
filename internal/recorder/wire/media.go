package wire

// MediaItem is one recording or picture, as mediaFileFind lists it. Times are of
// the recorder's clock, 2006-01-02 15:04:05. The names are those of RPC2 too.
type MediaItem struct {
	Channel   int // from 0
	Cluster   int
	Disk      int
	Partition int
	Duration  int // seconds
	StartTime string
	EndTime   string
	Events    []string `json:",omitempty"`
	FilePath  string
	Flags     []string `json:",omitempty"` // Event, Timing, Manual
	Length    int64    // bytes
	Type      string   // dav, jpg
	WorkDir   string
	WorkDirSN int
}

func (m *MediaItem) fields(f *fields) {
	f.int("Channel", &m.Channel)
	f.int("Cluster", &m.Cluster)
	f.int("Disk", &m.Disk)
	f.int("Partition", &m.Partition)
	f.int("Duration", &m.Duration)
	f.text("StartTime", &m.StartTime)
	f.text("EndTime", &m.EndTime)
	f.list("Events", &m.Events)
	f.text("FilePath", &m.FilePath)
	f.list("Flags", &m.Flags)
	f.long("Length", &m.Length)
	f.text("Type", &m.Type)
	f.text("WorkDir", &m.WorkDir)
	f.int("WorkDirSN", &m.WorkDirSN)
}

// MediaItems reads the lines of findNextFile; none are the end of the list.
func MediaItems(t Table) ([]MediaItem, error) { return found[MediaItem](t) }

// MediaTable gives the lines of findNextFile.
func MediaTable(items []MediaItem) Table { return printFound[MediaItem](items) }

// MediaCondition is what findFile looks for. Zero fields are not sent.
type MediaCondition struct {
	Channel     string // from 1 in CGI requests of recorders, unlike in answers
	StartTime   string
	EndTime     string
	Dirs        []string
	Types       []string
	Flags       []string
	Events      []string
	VideoStream string // Main, Extra1
}

func (c *MediaCondition) fields(f *fields) {
	f.text("Channel", &c.Channel)
	f.text("StartTime", &c.StartTime)
	f.text("EndTime", &c.EndTime)
	f.list("Dirs", &c.Dirs)
	f.list("Types", &c.Types)
	f.list("Flag", &c.Flags)
	f.list("Events", &c.Events)
	f.text("VideoStream", &c.VideoStream)
}

// ParseMediaCondition reads the condition.X parameters of a query.
func ParseMediaCondition(query Table) (MediaCondition, error) {
	var all Table
	(&fields{lines: query}).below("condition", &all)
	var c MediaCondition
	err := readRow[MediaCondition](all, &c)
	return c, err
}

// Table gives the condition.X parameters.
func (c MediaCondition) Table() Table {
	f := fields{print: true, brief: true, at: "condition."}
	c.fields(&f)
	return f.lines
}

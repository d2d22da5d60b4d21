package view

import "time"

// Twin is the practice recorder beside the guide.
type Twin struct {
	Live     TwinLive
	Model    string
	Press    Action // field "down" 1 or 0 is added by the buttons and the script
	Cables   []Cable
	Faults   []Fault
	HandsGo  Action // let the practice hands go on
	ByHand   Action
	ThreeDay Action // "three days later"
	TooEarly Action
	Screen   Action // monitor: what [ReadScreen] reads
	SeeFail  Action // after a success: now see it fail
	Score    *Score
	Rocker   bool
	Button   bool
}

// Cable is a cable of the twin, to pull or plug: text cable.<ID>.
type Cable struct {
	ID   string // "power", "hdmi", "lan", "usb", "video"
	In   bool
	Do   Action
	Part string // of the drawing
}

// Score is how the practice went, honestly.
type Score struct {
	Presses []Judged
	Good    int
	Result  Text
}

// Judged is one press of the person's own. Late is negative when early.
type Judged struct {
	Press int           `json:"press"`
	Held  time.Duration `json:"-"`
	Late  time.Duration `json:"-"`
	OK    bool          `json:"ok"`
}

// TwinLive is the twin's state for the script: front, rear, board, monitor.
type TwinLive struct {
	Now     int64       `json:"now"`   // server's clock, ms since 1970
	Clock   int64       `json:"clock"` // the twin's own moment, ms since 1970
	Pace    float64     `json:"pace"`
	Front   TwinFront   `json:"front"`
	Rear    TwinRear    `json:"rear"`
	Board   TwinBoard   `json:"board"`
	Monitor TwinMonitor `json:"monitor"`
	Hands   TwinHands   `json:"hands"`
}

// TwinFront is the button and the lights.
type TwinFront struct {
	Button  bool `json:"button"`
	Pressed bool `json:"pressed"`
	Down    int  `json:"down"` // ms it has been down
	Power   bool `json:"power"`
	HDD     bool `json:"hdd"`
	Net     bool `json:"net"`
}

// TwinRear says which cables are in, and the rocker.
type TwinRear struct {
	Power  bool  `json:"power"`
	HDMI   bool  `json:"hdmi"`
	LAN    bool  `json:"lan"`
	USB    bool  `json:"usb"`
	Video  bool  `json:"video"`
	Rocker *bool `json:"rocker,omitempty"`
}

// TwinBoard is the charge over the run. Points are seconds of the run and volts.
type TwinBoard struct {
	V0      float64      `json:"v0"`
	Vth     float64      `json:"vth"`
	Span    float64      `json:"span"`  // seconds across the plot
	At      float64      `json:"at"`    // where it is now
	V1      [][2]float64 `json:"v1"`    // at the node
	V2      [][2]float64 `json:"v2"`    // settled: what counts
	Todo    [][2]float64 `json:"todo"`  // how V2 would go on
	Press   [][2]float64 `json:"press"` // from, to
	Emptied bool         `json:"emptied"`
}

// TwinHands says who presses.
type TwinHands struct {
	Who     string `json:"who"` // "person", "hands", "nobody"
	Own     int    `json:"own"` // presses of the person's own so far
	OwnOf   int    `json:"ownOf"`
	Message string `json:"message"` // key of what the twin says to the last press
	HeldMS  int    `json:"heldMs"`
	LateMS  int    `json:"lateMs"`
}

package onvif

import "fmt"

func relayToken(i int) string { return fmt.Sprintf("AlarmOut%03d", i) }

// getRelays lists the alarm outputs. They are open at rest and stay as they are set.
func getRelays(c *call) (elem, error) {
	e := el("tds:GetRelayOutputsResponse")
	for i := range c.facts.Relays {
		e.kids = append(e.kids, el("tds:RelayOutputs", el("tt:Properties",
			tx("tt:Mode", "Bistable"), tx("tt:DelayTime", "PT0S"), tx("tt:IdleState", "open"))).with("token", relayToken(i)))
	}
	return e, nil
}

func setRelay(c *call) (elem, error) {
	output := -1
	for i := range c.facts.Relays {
		if relayToken(i) == c.op.text("RelayOutputToken") {
			output = i
		}
	}
	if output < 0 {
		return elem{}, wrong("ter:InvalidArgVal ter:RelayToken", "Unknown relay token reference.")
	}
	state := c.op.text("LogicalState")
	if state != "active" && state != "inactive" {
		return elem{}, wrong("ter:InvalidArgVal", "Argument Value Invalid")
	}
	if err := c.SetRelay(output, state == "active"); err != nil {
		return elem{}, err
	}
	return el("tds:SetRelayOutputStateResponse"), nil
}

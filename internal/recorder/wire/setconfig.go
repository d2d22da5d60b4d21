package wire

const (
	setConfigWhat   = "setConfig"
	actionKey       = "action"
	actionSetConfig = "setConfig"
)

// SetConfigQuery prints the query of configManager.cgi setConfig for settings
// named without "table.", such as Encode[0].MainFormat[0].Video.FPS. All of them
// travel in one request; whether a recorder takes all or none is unconfirmed.
// The text is to be sent and signed as it is.
func SetConfigQuery(settings Table) (string, error) {
	if err := checkSettings(settings); err != nil {
		return "", err
	}
	q := FormatQuery(append(Table{{actionKey, actionSetConfig}}, settings...))
	if len(q) > MaxQuery {
		return "", tooLarge(setConfigWhat, "query")
	}
	return q, nil
}

// ParseSetConfig reads a raw query of setConfig. It requires at least one setting
// and keys that [ParseKey] reads; a value may hold anything.
func ParseSetConfig(raw string) (Table, error) {
	q, err := ParseQuery(raw)
	if err != nil {
		return nil, err
	}
	var settings Table
	action := ""
	for _, p := range q {
		if p.Key == actionKey {
			action = p.Value
			continue
		}
		settings = append(settings, p)
	}
	if action != actionSetConfig {
		return nil, malformed(setConfigWhat, "action")
	}
	return settings, checkSettings(settings)
}

func checkSettings(settings Table) error {
	if len(settings) == 0 {
		return malformed(setConfigWhat, "no setting")
	}
	for _, p := range settings {
		steps, err := ParseKey(p.Key)
		if err != nil {
			return err
		}
		if p.Key == actionKey || steps[0].Name == "" {
			return malformed(setConfigWhat, "key")
		}
	}
	return nil
}

package rekey

// Together decides several commands as one: all or none, in order, each on what the
// one before it led to.
type Together []Command

func (c Together) decide(p *plan) error {
	for _, cmd := range c {
		if err := cmd.decide(p); err != nil {
			return err
		}
	}
	return nil
}

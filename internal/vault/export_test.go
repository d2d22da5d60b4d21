package vault

// Quick gives options with which a passphrase costs no second.
func Quick(ring Ring) Options { return quick(ring) }

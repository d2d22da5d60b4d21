package wire

// The largest of everything, in bytes unless said otherwise. They are well above
// what recorders send and far below what would hurt.
const (
	MaxFrame     = 64 << 10 // payload of one DHIP frame
	MaxDatagram  = FrameHeader + MaxFrame
	MaxJSON      = 1 << 20 // one RPC2 or OutsideCmd body
	MaxTable     = 1 << 20 // one key=value body
	MaxPairs     = 20000   // lines of a key=value body
	MaxKey       = 512     // one key
	MaxSteps     = 16      // steps of one key
	MaxIndex     = 4095    // index in brackets
	MaxQuery     = 8 << 10 // one query string
	MaxHeader    = 4 << 10 // one WWW-Authenticate or Authorization value
	MaxChallenge = 8       // challenges in one header value, parameters 32 each
	MaxSession   = 128     // a session as printed in JSON
	MaxModulus   = 1024    // RSA modulus: 8192 bits
	MaxSealed    = 64 << 10
)

package wire

// The largest of everything, in bytes unless said otherwise. They are well above
// what recorders send and far below what would hurt.
const (
	MaxFrame     = 64 << 10 // payload of one DHIP frame
	MaxDatagram  = FrameHeader + MaxFrame
	MaxJSON      = 1 << 20 // one RPC2 or OutsideCmd body
	MaxValues    = 40000   // values and members of one JSON body: empty ones take up to 100 times their bytes in memory
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

	MaxMessage = 1 << 20 // one JSON body on the DVRIP port, put together from its packets
	MaxControl = 1 << 10 // payload of a DVRIP login packet or its answer
	MaxUser    = 64      // user name in a DVRIP login
	MaxRealm   = 256     // realm or random of a DVRIP challenge

	MaxLegacy      = legacyFixed + 255 + MaxLegacyText // one answer of the discovery on UDP 5050
	MaxLegacyText  = 4 << 10                           // its text section
	MaxLegacyLines = 64                                // lines of it

	MaxBoundary   = 70       // boundary of a multipart stream, as RFC 2046 has it
	MaxPartHeader = 2 << 10  // header lines of one part together
	MaxPartGap    = 4 << 10  // bytes that may stand between two parts
	MaxTextPart   = 64 << 10 // body of a text part: one event
	MaxPicture    = 4 << 20  // body of a picture part
	MaxEventCode  = 64       // code and action of an event

	MaxFirmware     = 256 << 20 // a firmware file
	MaxUnpacked     = 1 << 30   // all its members together
	MaxMembers      = 256       // members
	MaxMemberName   = 255       // name of one
	MaxDirectory    = 128 << 10 // bytes of the directory at the end
	MaxRatio        = 200       // unpacked to packed size of a member above ratioFree
	MaxFirmwareName = 255       // file name

	MaxRows = 1024 // rows of one answer, for example items[0] to items[1023]
	MaxList = 64   // values of one list in a row
)

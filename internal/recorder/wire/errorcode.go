package wire

import "strconv"

// ErrorCode is the code of an RPC2 error.
type ErrorCode int64

// The codes rekey knows. Names say what they mean to a client.
const (
	CodeInterfaceNotFound ErrorCode = 268632064 // 0x10030000
	CodeUserNotValid      ErrorCode = 268632070 // 2017-era firmware, no counters
	CodePasswordNotValid  ErrorCode = 268632071 // 2017-era firmware, no counters
	CodeInBlackList       ErrorCode = 268632073
	CodeHasBeenUsed       ErrorCode = 268632074
	CodeBusy              ErrorCode = 268632075 // connection limit
	CodeChallenge         ErrorCode = 268632079 // login step 1 answered; not a failure
	CodeLocked            ErrorCode = 268632081 // params.remainLockSecond where sent
	CodeAccountDisabled   ErrorCode = 268632082
	CodeLoggedInElsewhere ErrorCode = 268632083
	CodeLoginNotValid     ErrorCode = 268632085 // params.remainLoginTimes
	CodeNotInitialised    ErrorCode = 268632086
	CodeRequestInvalid    ErrorCode = 268894209 // 0x10070001
	CodeMethodNotFound    ErrorCode = 268894210
	CodeInvalidParameter  ErrorCode = 268894211
	CodeUnknown           ErrorCode = 268959743 // 0x1007FFFF
	CodeNoRight           ErrorCode = 285278249 // 0x11010029
	CodeSessionExpired    ErrorCode = 287637504 // 0x11250000
	CodeSessionInvalid    ErrorCode = 287637505 // 0x11250001
	CodeWebUserInvalid    ErrorCode = 400       // old web codes
	CodeWebChallenge      ErrorCode = 401
	CodeWebBusy           ErrorCode = 486
)

// messages are the recorders' own; those of locked, busy, not initialised and
// expired are unconfirmed wording.
var messages = map[ErrorCode]string{
	CodeInterfaceNotFound: "Component error: interface not found!",
	CodeUserNotValid:      "Component error: user's name not valid!",
	CodePasswordNotValid:  "Component error: password not valid!",
	CodeInBlackList:       "Component error: user in black list!",
	CodeHasBeenUsed:       "Component error: user has been used!",
	CodeBusy:              "Component error: system busy!",
	CodeChallenge:         "Component error: login challenge!",
	CodeLocked:            "Component error: User has been locked!",
	CodeAccountDisabled:   "Component error: user disabled!",
	CodeLoggedInElsewhere: "Component error: user has logged in!",
	CodeLoginNotValid:     "Component error: User or password not valid!",
	CodeNotInitialised:    "Component error: device not initialised!",
	CodeRequestInvalid:    "Request invalid!",
	CodeMethodNotFound:    "Method not found!",
	CodeInvalidParameter:  "Invalid parameter!",
	CodeUnknown:           "Unknown error! error code was not set in service!",
	CodeNoRight:           "Authority:check failure.",
	CodeSessionExpired:    "Session expired!",
	CodeSessionInvalid:    "Invalid session in request data!",
}

// oldWords is what old firmware puts in params.error, spelled as on the wire.
var oldWords = map[string]ErrorCode{
	"UserNotValidt":    CodeUserNotValid,
	"PasswordNotValid": CodePasswordNotValid,
	"InBlackList":      CodeInBlackList,
	"HasBeedUsed":      CodeHasBeenUsed,
	"HasBeenLocked":    CodeLocked,
}

// Message is the wording recorders send with the code.
func (c ErrorCode) Message() string {
	if m, ok := messages[c]; ok {
		return m
	}
	return messages[CodeUnknown]
}

// String gives the number.
func (c ErrorCode) String() string { return strconv.FormatInt(int64(c), 10) }

package wire

import (
	"encoding/json"
	"strconv"
)

// The paths of RPC2.
const (
	PathLogin   = "/RPC2_Login"
	PathRPC     = "/RPC2"
	PathOutside = "/OutsideCmd" // no login; first-run set-up of newer firmware
)

// Request is one RPC2 call. Params is raw JSON; nil prints as null.
type Request struct {
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
	ID      int64           `json:"id"`
	Session Session         `json:"session,omitzero"`
	Object  json.RawMessage `json:"object,omitempty"` // instance handle
}

// Encode prints the body of the call.
func (r Request) Encode() ([]byte, error) {
	if r.Params == nil {
		r.Params = json.RawMessage("null")
	}
	return marshal(r)
}

// DecodeRequest reads the body of a call. The method is required.
func DecodeRequest(b []byte) (Request, error) {
	const what = "RPC2 request"
	var r Request
	if err := unmarshal(what, b, MaxJSON, &r); err != nil {
		return Request{}, err
	}
	if r.Method == "" {
		return Request{}, malformed(what, "no method")
	}
	return r, nil
}

// Response is one RPC2 answer. HTTP status is 200 even for errors. Params nil is
// an absent member; a null is kept as null.
type Response struct {
	Error   *Failure        `json:"error,omitempty"`
	ID      int64           `json:"id"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  Result          `json:"result,omitzero"`
	Session Session         `json:"session,omitzero"`
}

// Failure is the error member of an answer.
type Failure struct {
	Code    ErrorCode `json:"code"`
	Message string    `json:"message"`
}

// Fail makes the error member with the recorders' wording for the code.
func Fail(c ErrorCode) *Failure { return &Failure{Code: c, Message: c.Message()} }

// Encode prints the body of the answer.
func (r Response) Encode() ([]byte, error) { return marshal(r) }

// DecodeResponse reads the body of an answer. It requires a result or an error.
func DecodeResponse(b []byte) (Response, error) {
	const what = "RPC2 answer"
	var r Response
	if err := unmarshal(what, b, MaxJSON, &r); err != nil {
		return Response{}, err
	}
	if r.Result.IsZero() && r.Error == nil {
		return Response{}, malformed(what, "neither result nor error")
	}
	return r, nil
}

// Code gives the error code of the answer, 0 for none. Old firmware puts a word
// in params instead; it is translated.
func (r Response) Code() ErrorCode {
	if r.Error != nil {
		return r.Error.Code
	}
	if r.Result.OK() {
		return 0
	}
	var p struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(r.Params, &p) != nil {
		return 0
	}
	return oldWords[p.Error]
}

// Result is the result member: a boolean, a number (a handle), or a text.
type Result struct{ raw string }

// BoolResult is true or false.
func BoolResult(ok bool) Result { return Result{strconv.FormatBool(ok)} }

// NumberResult is a handle.
func NumberResult(n int64) Result { return Result{strconv.FormatInt(n, 10)} }

// TextResult is the form older firmware uses for its time.
func TextResult(s string) Result { return Result(StringSession(s)) }

// IsZero reports an absent member.
func (r Result) IsZero() bool { return r.raw == "" }

// OK reports success: true, a number other than 0, or a text.
func (r Result) OK() bool {
	return r.raw != "" && r.raw != "false" && r.raw != "null" && r.raw != "0"
}

// Number gives the handle.
func (r Result) Number() (int64, bool) {
	n, err := strconv.ParseInt(r.raw, 10, 64)
	return n, err == nil
}

// Text gives the text.
func (r Result) Text() (string, bool) {
	var s string
	if len(r.raw) == 0 || r.raw[0] != '"' || json.Unmarshal([]byte(r.raw), &s) != nil {
		return "", false
	}
	return s, true
}

// MarshalJSON gives the spelling received.
func (r Result) MarshalJSON() ([]byte, error) {
	if r.raw == "" {
		return []byte("null"), nil
	}
	return []byte(r.raw), nil
}

// UnmarshalJSON keeps a boolean, an integer, a text or null.
func (r *Result) UnmarshalJSON(b []byte) error {
	s := string(b)
	if s != "true" && s != "false" && s != "null" && (len(s) == 0 || s[0] != '"') {
		if _, err := strconv.ParseInt(s, 10, 64); err != nil {
			return malformed("result", "neither boolean, integer nor text")
		}
	}
	r.raw = s
	return nil
}

package recorder

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// CallError is the error a recorder answered to an RPC2 call.
type CallError struct{ Code wire.ErrorCode }

// Error gives the code and its meaning; never the recorder's own text.
func (e *CallError) Error() string { return "error " + e.Code.String() + ": " + e.Code.Message() }

var (
	errStatus  = errors.New("the recorder answered with another HTTP status")
	errPage    = errors.New("the recorder answers with a page")
	errOtherID = errors.New("the answer is to another request")
)

// post sends one RPC2 request and decodes the answer. Answers that carry an RPC2
// error are returned without an error of post's own.
func (c *Client) post(ctx context.Context, a ask, r wire.Request) (wire.Response, http.Header, error) {
	body, err := r.Encode()
	if err != nil {
		return wire.Response{}, nil, &Error{Op: a.op, Kind: Unsent, Err: err}
	}
	a.method, a.body, a.call = http.MethodPost, body, r.Method
	rep, err := c.exchange(ctx, a)
	if err != nil {
		return wire.Response{}, nil, err
	}
	if k := statusKind(rep.status); k != 0 {
		return wire.Response{}, nil, &Error{Op: a.op, Kind: k, Err: redirectOf(rep.at, rep)}
	}
	res, err := wire.DecodeResponse(rep.body)
	switch {
	case err != nil && isPage(rep.body):
		return wire.Response{}, nil, &Error{Op: a.op, Kind: Garbage, Err: errPage}
	case err != nil:
		return wire.Response{}, nil, &Error{Op: a.op, Kind: Garbage, Err: err}
	case res.ID != r.ID:
		return wire.Response{}, nil, &Error{Op: a.op, Kind: Garbage, Err: errOtherID}
	}
	return res, rep.header, nil
}

// statusKind judges the HTTP status of an RPC2 answer, which is 200 even for
// errors; 0 is fine.
func statusKind(status int) Kind {
	switch {
	case status == http.StatusOK:
		return 0
	case status >= 300 && status < 400, status == http.StatusBadRequest, status == http.StatusNotFound,
		status == http.StatusMethodNotAllowed, status == http.StatusNotImplemented:
		return NotSupported
	case status == http.StatusServiceUnavailable, status == http.StatusTooManyRequests:
		return Limit
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return Refused
	}
	return Garbage
}

// codeKind translates an RPC2 error code.
func codeKind(code wire.ErrorCode) Kind {
	switch code {
	case wire.CodeLocked:
		return Locked
	case wire.CodeBusy, wire.CodeWebBusy, wire.CodeHasBeenUsed, wire.CodeLoggedInElsewhere:
		return Limit
	case wire.CodeNotInitialised:
		return Uninitialised
	case wire.CodeSessionExpired, wire.CodeSessionInvalid:
		return Expired
	case wire.CodeInterfaceNotFound, wire.CodeMethodNotFound:
		return NotSupported
	}
	return Refused
}

// isPage reports HTML: old firmware answers its front page to whatever it does
// not know.
func isPage(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

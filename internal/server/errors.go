package server

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/web/site"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// response is what an error's code becomes: a status, and the words of the page.
type response struct {
	status int
	words  rekey.Code // of the error page's texts; "" is the code's own
}

// responses is the one place that turns an error's code into a response. The
// message and the hint are the error's own; nothing here looks at them.
var responses = map[rekey.Code]response{
	rekey.CodeInternal:      {status: http.StatusInternalServerError},
	rekey.CodeInvalid:       {status: http.StatusBadRequest},
	rekey.CodeNotFound:      {status: http.StatusNotFound},
	rekey.CodeConflict:      {status: http.StatusConflict},
	rekey.CodeNotNow:        {status: http.StatusConflict},
	rekey.CodeTooEarly:      {status: http.StatusConflict},
	rekey.CodeClockBack:     {status: http.StatusConflict},
	rekey.CodeClockDoubt:    {status: http.StatusConflict},
	rekey.CodeUnknownModel:  {status: http.StatusUnprocessableEntity},
	rekey.CodeUnsupported:   {status: http.StatusUnprocessableEntity},
	rekey.CodeUntrusted:     {status: http.StatusUnprocessableEntity},
	rekey.CodePublicAddress: {status: http.StatusUnprocessableEntity},
	rekey.CodeUnreachable:   {status: http.StatusBadGateway},
	rekey.CodeRefused:       {status: http.StatusBadGateway},
	rekey.CodeLocked:        {status: http.StatusTooManyRequests},
	rekey.CodeBudget:        {status: http.StatusTooManyRequests},
	rekey.CodeUninitialised: {status: http.StatusConflict},
	rekey.CodeLimit:         {status: http.StatusServiceUnavailable},
	rekey.CodePassword:      {status: http.StatusUnprocessableEntity},
	rekey.CodeGarbage:       {status: http.StatusBadGateway},
	rekey.CodeDamaged:       {status: http.StatusInternalServerError},
	rekey.CodeFull:          {status: http.StatusInsufficientStorage},
	rekey.CodeUnseen:        {status: http.StatusConflict},
	rekey.CodeForbidden:     {status: http.StatusForbidden},
	rekey.CodeTooLarge:      {status: http.StatusRequestEntityTooLarge},
	rekey.CodeSafety:        {status: http.StatusConflict},
	rekey.CodeFirmware:      {status: http.StatusConflict},
	rekey.CodeVaultLocked:   {status: http.StatusLocked},
	rekey.CodePassphrase:    {status: http.StatusUnprocessableEntity},
	rekey.CodeKeyring:       {status: http.StatusInternalServerError},
	rekey.CodeBusy:          {status: http.StatusServiceUnavailable},
	rekey.CodeTooMany:       {status: http.StatusTooManyRequests},
}

// CodeMisdirected is the code of a request that names another host than this
// server. Only responses have it.
const CodeMisdirected rekey.Code = "misdirected"

// errorBody is the JSON form of a failure, as on the command line.
type errorBody struct {
	Error struct {
		Code    rekey.Code `json:"code"`
		Message string     `json:"message"`
		Hint    string     `json:"hint"`
	} `json:"error"`
}

// fail answers with an error, as a page or as JSON. The cause of an error that is
// rekey's own defect goes to the log and not to the reader.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the reader went away: no answer, rather than an empty one that looks like success
	}
	code, message, hint := rekey.CodeOf(err), "", rekey.HintOf(err)
	var coded *rekey.Error
	if errors.As(err, &coded) {
		message = coded.Message
	}
	answer, known := responses[code]
	if code == CodeMisdirected {
		answer, known = response{http.StatusMisdirectedRequest, rekey.CodeForbidden}, true
	}
	if !known {
		answer = responses[rekey.CodeInternal]
	}
	if answer.status >= http.StatusInternalServerError {
		s.log.Error("request failed", "id", site.From(r.Context()).ID, "pattern", r.Pattern, "code", code, "err", err)
	}
	h := w.Header()
	for _, name := range []string{"Content-Encoding", "Content-Length", "Content-Disposition"} {
		h.Del(name)
	}
	if !wantsPage(r) {
		var body errorBody
		body.Error.Code, body.Error.Message, body.Error.Hint = code, message, hint
		h.Set("Content-Type", "application/json")
		w.WriteHeader(answer.status)
		_ = json.NewEncoder(w).Encode(body) // the reader went away: nothing to do
		return
	}
	words := answer.words
	if words == "" {
		words = code
	}
	if pageErr := s.site.WriteError(w, r, answer.status, view.Error{Code: string(words), Message: message, Hint: hint}); pageErr != nil {
		s.log.Error("error page", "id", site.From(r.Context()).ID, "err", pageErr)
		http.Error(w, string(code)+": "+message, answer.status)
	}
}

// wantsPage reports whether a person reads the answer.
func wantsPage(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "text/html") || !strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/event-stream")
}

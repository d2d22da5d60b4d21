package onvif

import "fmt"

// fault is a refusal. As an error it is how an operation says no.
type fault struct {
	status   int    // of HTTP
	receiver bool   // the recorder's fault, else the sender's
	subcodes string // outermost first, separated by spaces: "ter:InvalidArgVal ter:NoProfile"
	reason   string
	header   []string
}

// Error gives the reason.
func (f *fault) Error() string { return f.reason }

func wrong(subcodes, reason string) *fault {
	return &fault{status: 400, subcodes: subcodes, reason: reason}
}

// unknownOperation is the answer to what this recorder does not offer.
func unknownOperation() *fault {
	return &fault{status: 500, receiver: true, subcodes: "ter:ActionNotSupported", reason: "Optional Action Not Implemented"}
}

func unreadable() *fault { return wrong("ter:WellFormed", "Well-formed Error") }

// notAuthorized refuses a login. Newer firmware says how many tries are left.
func notAuthorized(newer bool, v Verdict) *fault {
	f := wrong("ter:NotAuthorized", "Sender not Authorized")
	if newer && v.Left >= 0 {
		f.reason = fmt.Sprintf("Sender not Authorized. Invalid username or password! You still have %d attempt(s).", v.Left)
	}
	return f
}

// noRight refuses an account that may not do this.
func noRight() *fault {
	return wrong("ter:NotAuthorized", "Sender not Authorized")
}

// elem is the fault as it stands in the body.
func (f *fault) elem() elem {
	code := "s:Sender"
	if f.receiver {
		code = "s:Receiver"
	}
	c := el("s:Code", tx("s:Value", code))
	if sub := subcode(f.subcodes); sub.name != "" {
		c.kids = append(c.kids, sub)
	}
	return el("s:Fault", c, el("s:Reason", tx("s:Text", f.reason).with("xml:lang", "en")))
}

// subcode nests the codes.
func subcode(codes string) elem {
	var first, rest string
	for i := range len(codes) {
		if codes[i] == ' ' {
			first, rest = codes[:i], codes[i+1:]
			break
		}
	}
	if first == "" {
		first = codes
	}
	if first == "" {
		return elem{}
	}
	e := el("s:Subcode", tx("s:Value", first))
	if inner := subcode(rest); inner.name != "" {
		e.kids = append(e.kids, inner)
	}
	return e
}

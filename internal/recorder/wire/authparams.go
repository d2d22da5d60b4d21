package wire

import "strings"

const maxAuthParams = 32

// authSet is one scheme and its parameters, names in lower case.
type authSet struct {
	scheme string
	params map[string]string
}

// parseAuth reads the grammar shared by WWW-Authenticate and Authorization:
// scheme, then name=token or name="quoted" separated by commas with any spacing.
// A bare token68 (as Basic credentials have) is kept under the empty name.
func parseAuth(what, s string) ([]authSet, error) {
	if len(s) > MaxHeader {
		return nil, tooLarge(what, "")
	}
	var sets []authSet
	p := authParser{what: what, s: s}
	for p.skip(" \t,"); p.s != ""; p.skip(" \t,") {
		word := p.token()
		if word == "" {
			return nil, malformed(what, "a character no token has")
		}
		spaces := p.skip(" \t")
		if strings.HasPrefix(p.s, "=") && len(sets) > 0 {
			if err := p.param(&sets[len(sets)-1], word); err != nil {
				return nil, err
			}
			continue
		}
		if len(sets) == MaxChallenge {
			return nil, tooLarge(what, "number of challenges")
		}
		set := authSet{scheme: word, params: map[string]string{}}
		if spaces > 0 {
			set.params[""] = p.token68()
		}
		sets = append(sets, set)
	}
	if len(sets) == 0 {
		return nil, truncated(what, "empty")
	}
	return sets, nil
}

type authParser struct{ what, s string }

func (p *authParser) skip(cut string) int {
	rest := strings.TrimLeft(p.s, cut)
	n := len(p.s) - len(rest)
	p.s = rest
	return n
}

func (p *authParser) token() string {
	n := 0
	for n < len(p.s) && tokenByte(p.s[n]) {
		n++
	}
	t := p.s[:n]
	p.s = p.s[n:]
	return t
}

// token68 takes a bare credential up to the end or a comma, if there is one.
func (p *authParser) token68() string {
	end := strings.IndexByte(p.s, ',')
	if end < 0 {
		end = len(p.s)
	}
	t := strings.TrimRight(p.s[:end], " \t")
	body := strings.TrimRight(t, "=")
	if body == "" || strings.ContainsAny(body, "=\" \t") {
		return ""
	}
	// name= with a missing value looks alike; a credential is longer than a name.
	p.s = p.s[end:]
	return t
}

func (p *authParser) param(set *authSet, name string) error {
	p.s = p.s[1:]
	p.skip(" \t")
	value, err := p.value()
	if err != nil {
		return err
	}
	name = strings.ToLower(name)
	if before, twice := set.params[name]; twice {
		if before != value {
			return malformed(p.what, "a parameter with two values")
		}
		return nil // some clients print qop twice
	}
	if len(set.params) == maxAuthParams {
		return tooLarge(p.what, "number of parameters")
	}
	set.params[name] = value
	return nil
}

func (p *authParser) value() (string, error) {
	if !strings.HasPrefix(p.s, `"`) {
		t := p.token()
		if t == "" {
			return "", malformed(p.what, "parameter value")
		}
		return t, nil
	}
	var b strings.Builder
	for i := 1; i < len(p.s); i++ {
		switch c := p.s[i]; c {
		case '"':
			p.s = p.s[i+1:]
			return b.String(), nil
		case '\\':
			if i++; i < len(p.s) {
				b.WriteByte(p.s[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", truncated(p.what, "quoted value")
}

// tokenByte also takes '/', '+' and '~' of unquoted nonces some firmware sends.
func tokenByte(c byte) bool {
	return c > ' ' && c < 0x7f && !strings.ContainsRune(`(),:;<=>?@[\]{}"`, rune(c))
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "", "\n", "").Replace(s) + `"`
}

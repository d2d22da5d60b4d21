package web

// CSP is the Content-Security-Policy every page works under. 'self' is all that
// is needed: no page carries inline script or style, and data: is for the marks
// that style sheets draw.
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; " +
	"img-src 'self' data:; media-src 'self'; connect-src 'self'; form-action 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'"

package twin

// The pages a scanner knows recorders by: the title of classic ones, the login
// call of newer ones.
const (
	classicPage = `<!DOCTYPE html><html><head><title>WEB SERVICE</title></head><body>` +
		`<div class="ui-dialog-content"></div></body></html>` + "\n"
	newerPage = `<!DOCTYPE html><html><head><title>WEB SERVICE</title></head><body>` +
		`<div class="ui-dialog-content"></div>` +
		`<script>var login={"path":"/RPC2_Login","method":"global.login"};</script></body></html>` + "\n"
)

// page is the front page. The twin has none for people: its screen is the monitor.
func (t *Twin) page(method string) reply {
	r := reply{status: 200, kind: kindPage, body: []byte(newerPage)}
	if t.body.Model.Generation == GenA {
		r.body = []byte(classicPage)
	}
	if method == "HEAD" {
		r.body = nil
	}
	return r
}

package twin

// The pages a scanner knows recorders by: the title, and the login call of newer
// ones. nmap knows the maker's servers by the mark before the document, its line
// ends and the header before it, so those are as its list of services has them.
const (
	pageTop = "\xef\xbb\xbf<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<title>WEB SERVICE</title>\r\n</head>\r\n" +
		"<body>\r\n<div class=\"ui-dialog-content\"></div>\r\n"
	pageLogin = `<script>var login={"path":"/RPC2_Login","method":"global.login"};</script>` + "\r\n"
	pageEnd   = "</body>\r\n</html>\r\n"
)

// page is the front page. The twin has none for people: its screen is the monitor.
func (t *Twin) page(method string) reply {
	r := reply{status: 200, kind: kindPage, body: []byte(pageTop + pageLogin + pageEnd)}
	if t.body.Model.Generation == GenA {
		r.body = []byte(pageTop + pageEnd)
	}
	if method == "HEAD" {
		r.body = nil
	}
	return r
}

package wire

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var refusals = []struct {
	status int
	body   string
	want   *CGIError
	own    bool
}{
	{400, "Error\r\nBad Request!\r\n", &CGIError{400, CGIBadRequest, ""}, true},
	{200, "Error\r\nBad Request!\r\n", &CGIError{200, CGIBadRequest, ""}, true},
	{501, "Error\r\nNot Implemented!\r\n", &CGIError{501, CGINotImplemented, ""}, true},
	{401, "Error\r\nInvalid Authority!\r\n", &CGIError{401, CGIAuthority, ""}, true},
	{401, "Error\r\nUser Locked! Please try again after 30 minutes.\r\n", &CGIError{401, CGILocked, ""}, true},
	{403, "Error\r\nUser Locked! Please try again after 5 minutes.\r\n", &CGIError{403, CGILocked, ""}, false},
	{403, `{"error":{"code":403,"message":"Authority:check failure."},"result":false}`, &CGIError{403, CGINoRight, ""}, true},
	{403, "Authority:check failure.", &CGIError{403, CGINoRight, ""}, false},
	{200, "Error: Error -1 getting param in name=Foo[0]\r\n", &CGIError{200, CGINoParam, "Foo[0]"}, true},
	{200, "Error: No Events\r\n", &CGIError{200, CGINoEvents, ""}, true},
	{200, "Error\r\nErrorID=0, Detail=Invalid Authority!\r\n", &CGIError{200, CGIAuthority, ""}, false},
	{500, "Error", &CGIError{500, CGIOther, ""}, false},
	{200, "Error\r\n", &CGIError{200, CGIOther, ""}, true},
	{404, "<html>Not found</html>", &CGIError{404, CGIOther, ""}, false},
	{401, "", &CGIError{401, CGIOther, ""}, false},
}

func TestCheckCGI(t *testing.T) {
	for _, tt := range refusals {
		var got *CGIError
		if !errors.As(CheckCGI(tt.status, []byte(tt.body)), &got) {
			t.Errorf("%d %q was taken", tt.status, tt.body)
			continue
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%q: %s", tt.body, d)
		}
		if tt.own && got.Body() != tt.body {
			t.Errorf("%q prints as %q", tt.body, got.Body())
		}
	}
	for _, body := range []string{"OK\r\n", "name=Error\r\n", "", "errors=3\r\n", "table.Name=Bad Request!\r\n"} {
		if err := CheckCGI(200, []byte(body)); err != nil {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestIsOK(t *testing.T) {
	for body, want := range map[string]bool{BodyOK: true, "OK": true, "ok\n": true, "": false, "OKAY": false, "Error\r\n": false,
		"OK                     ": false} {
		if IsOK([]byte(body)) != want {
			t.Errorf("%q: %v", body, !want)
		}
	}
}

func FuzzCheckCGI(f *testing.F) {
	for _, tt := range refusals {
		f.Add(tt.status, []byte(tt.body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		err := CheckCGI(status, body)
		if err == nil && (status < 200 || status > 299) {
			t.Errorf("status %d was taken", status)
		}
	})
}

package twin

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

func cgiBackupRows() []cgiRow {
	return []cgiRow{
		{"Config.backup", "All", authBackup, cgiConfigBackup},
		{"Log.backup", "All", authBackup, cgiLogBackup},
	}
}

// A backup of the settings is one line of text: magic and version, the SHA-256 of
// the body in hex, and the body in Base64. The makers' format is their own and not
// known; clients keep the bytes, and some take them for text.
const (
	backupMagic   = "RKTWINCF"
	backupVersion = 1
)

// cgiConfigBackup gives what was changed in the settings. Accounts are not in it.
func cgiConfigBackup(t *Twin, _ call) reply {
	body, err := json.Marshal(map[string]any{
		"model": t.body.Model.SKU, "version": t.body.Flash.Version, "settings": t.body.Flash.Settings,
	})
	if err != nil {
		return refuse(500, wire.CGIOther)
	}
	b := fmt.Appendf(nil, "%s%d %x ", backupMagic, backupVersion, sha256.Sum256(body))
	b = append(base64.StdEncoding.AppendEncode(b, body), '\n')
	return reply{
		status: 200, kind: "application/octet-stream", body: b,
		extra: []string{`Content-Disposition: attachment; filename="Config.backup"`},
	}
}

// cgiLogBackup gives the log as text, between two times if they are named.
func cgiLogBackup(t *Twin, c call) reply {
	var b bytes.Buffer
	for _, e := range t.logRows(c.arg("condition.StartTime"), c.arg("condition.EndTime"), c.arg("condition.Type")) {
		fmt.Fprintf(&b, "Time:%s Type:%s User:%s", e.Time, e.Type, e.User)
		for _, d := range e.Detail {
			fmt.Fprintf(&b, " %s:%s", d[0], d[1])
		}
		b.WriteString(t.eol())
	}
	return reply{status: 200, body: b.Bytes()}
}

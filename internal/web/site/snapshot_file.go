package site

import (
	"net/http"
	"strconv"

	"github.com/rekey-dvr/rekey"
)

// snapshotFile answers with a snapshot of the recovery as a file. Passwords in it are
// sealed: only this rekey opens them.
func (s *Site) snapshotFile(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.guide.State(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	hash := r.PathValue("hash")
	if s.settings == nil || s.settings.Shelf == nil || !keptHash(&rec, hash) {
		return rekey.Errorf(rekey.CodeNotFound, "This recovery has no such snapshot")
	}
	text, err := s.settings.Shelf.Open(hash)
	if err != nil {
		return err
	}
	name := "rekey-" + rec.ID + "-" + hash[:min(len(hash), shownHash)] + ".snapshot"
	if rec.Practice != nil {
		name = "PRACTICE-" + name
	}
	return sendFile(w, r, "application/octet-stream", name, text)
}

// sendFile answers with a file to be saved, which no browser or proxy keeps by itself.
func sendFile(w http.ResponseWriter, r *http.Request, kind, name string, file []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	h.Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(file)
	return err
}

func keptHash(r *rekey.Recovery, hash string) bool {
	for _, s := range r.Snapshots {
		if s.Hash == hash {
			return true
		}
	}
	return false
}

package site

import (
	"net/http"
	"net/url"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
	"github.com/rekey-dvr/rekey/internal/vault"
	"github.com/rekey-dvr/rekey/internal/web/view"
)

// Vault is the vault's lock. A [vault.Vault] is one.
type Vault interface {
	Locked() bool
	Unlock(passphrase secret.String) error
	Lock()
	Protection() vault.Protection
	RingError() error
}

// vaultLocked reports whether kept passwords cannot be shown or made now.
func (s *Site) vaultLocked() bool { return s.vault != nil && s.vault.Locked() }

// unlockPage asks for the passphrase, and leads back to where it was needed.
func (s *Site) unlockPage(w http.ResponseWriter, r *http.Request) error {
	return s.writeUnlock(w, r, http.StatusOK, localPath(r.URL.Query().Get("back")), view.Text{})
}

func (s *Site) writeUnlock(w http.ResponseWriter, r *http.Request, status int, back string, wrong view.Text) error {
	if s.vault == nil {
		return rekey.Errorf(rekey.CodeNotFound, "This vault has no lock")
	}
	v := s.visit(r)
	p := view.Unlock{Frame: s.frame(v, "/unlock"), Stage: "ask", Keyring: s.vault.RingError() != nil, Back: view.Link(back)}
	if !s.vault.Locked() {
		p.Stage = "open"
		if s.vault.Protection() != vault.Open && v.secure {
			p.Lock = view.Post("/unlock", "lock", "yes", "back", back)
		}
	}
	if v.secure {
		p.Entry = view.Entry{
			Do: view.Post("/unlock", "back", back), Name: "passphrase", Label: view.T("unlock.label"), Hint: view.T("unlock.hint"),
			Type: "password", Wrong: wrong, Say: view.T("unlock.do"),
		}
	}
	return s.writeAs(w, r, status, p, plainPage)
}

// unlock takes the passphrase, or locks again. What waited for it goes on.
func (s *Site) unlock(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if s.vault == nil || !s.visit(r).secure {
		return rekey.Errorf(rekey.CodeForbidden, "The passphrase is typed on the computer that rekey runs on")
	}
	back := localPath(f.get("back"))
	if f.get("lock") == "yes" {
		s.vault.Lock()
		return s.writeUnlock(w, r, http.StatusOK, back, view.Text{})
	}
	err = s.vault.Unlock(f.secret("passphrase"))
	if rekey.CodeOf(err) == rekey.CodePassphrase {
		return s.writeUnlock(w, r, http.StatusUnprocessableEntity, back, view.T("unlock.wrong"))
	}
	if err != nil {
		return err
	}
	s.carryLocked()
	return redirect(w, r, back)
}

// carryLocked carries out what stopped for want of the vault.
func (s *Site) carryLocked() {
	s.mu.Lock()
	var waiting []string
	for id, err := range s.troubles {
		if rekey.CodeOf(err) == rekey.CodeVaultLocked {
			waiting = append(waiting, id)
		}
	}
	s.mu.Unlock()
	for _, id := range waiting {
		s.carry(id)
	}
}

// asksToUnlock answers with the page that unlocks when a handler needs the vault:
// nothing has been done then. Others hear of the error itself.
func (s *Site) asksToUnlock(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		if rekey.CodeOf(err) != rekey.CodeVaultLocked || s.vault == nil || wantsJSON(r) || !s.visit(r).secure {
			return err
		}
		back := r.URL.Path
		if r.Method == http.MethodPost {
			back = "/"
			if id := r.PathValue("id"); id != "" {
				back = "/r/" + id
			}
		}
		return redirect(w, r, "/unlock?back="+url.QueryEscape(back))
	}
}

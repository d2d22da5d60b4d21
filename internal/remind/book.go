package remind

import (
	"crypto/ecdh"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/secret"
)

// BookFile is the name of the book in the data folder.
const BookFile = "push.json"

const (
	maxBook          = 256 << 10 // bytes
	maxSubscriptions = 20
	maxEndpoint      = 1 << 10 // bytes of an address
)

// PushHosts are the push services of the browsers, and the only ones that rekey
// sends to: a subscription comes from a page, and must not lead anywhere else. One
// that begins with a dot stands for every name below it. (Chrome and what is built
// on it, Firefox, Safari, Edge.)
var PushHosts = []string{
	"fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", ".notify.windows.com",
}

// Sealer keeps secrets at rest.
type Sealer interface {
	Seal(secret.String) ([]byte, error)
	Unseal([]byte) (secret.String, error)
}

// Subscriber is one browser that asked to be told by Web Push.
type Subscriber struct {
	ID      string    `json:"id"`
	Added   time.Time `json:"added"`
	Service string    `json:"service"` // host of its push service
	Sealed  []byte    `json:"sealed"`  // a webpush.Subscription
}

// vapid is the key pair by which push services know this rekey (RFC 8292).
type vapid struct {
	Public  string
	Private secret.String
}

// Book is the subscriptions to Web Push, in a file of its own: the pair of keys and
// what a browser gave are sealed. It may be used by many goroutines.
type Book struct {
	path   string
	seal   Sealer
	hosts  []string
	client *http.Client

	mu    sync.Mutex
	pages bookPages
}

type bookPages struct {
	Public      string       `json:"vapid_public,omitempty"`
	Private     []byte       `json:"vapid_sealed,omitempty"`
	Subscribers []Subscriber `json:"subscribers"`
}

// OpenBook reads the book at path; one that is not there is empty, and made when
// somebody subscribes. hosts are the push services, as in [PushHosts]; roots are
// trusted there, nil for this computer's. A book that cannot be read is
// [rekey.CodeDamaged].
func OpenBook(path string, seal Sealer, hosts []string, roots *x509.CertPool) (*Book, error) {
	b := &Book{path: path, seal: seal, hosts: hosts, client: client(roots)}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, b.damaged(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxBook))
	if err == nil {
		err = json.Unmarshal(text, &b.pages)
	}
	if err != nil || len(b.pages.Subscribers) > maxSubscriptions {
		return nil, b.damaged(err)
	}
	return b, nil
}

func (b *Book) damaged(err error) error {
	return rekey.Errorf(rekey.CodeDamaged, "The file %s is damaged", b.path).
		WithHint("Put it back from a backup, or remove it; then every browser has to switch its messages on anew.").Wrap(err)
}

// PublicKey gives the key that a browser subscribes with, and makes the pair the
// first time.
func (b *Book) PublicKey() (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pages.Public != "" {
		return b.pages.Public, nil
	}
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		return "", rekey.Errorf(rekey.CodeInternal, "no key could be made").Wrap(err)
	}
	sealed, err := b.seal.Seal(secret.New(private))
	if err != nil {
		return "", err
	}
	next := b.pages
	next.Public, next.Private = public, sealed
	return public, b.write(next)
}

// Add takes a subscription as a browser gives it, and its ID. The same one is taken
// once.
func (b *Book) Add(text []byte, now time.Time) (id string, err error) {
	var s webpush.Subscription
	if err := json.Unmarshal(text, &s); err != nil {
		return "", rekey.Errorf(rekey.CodeInvalid, "That is no subscription of a browser").Wrap(err)
	}
	host, err := b.check(s)
	if err != nil {
		return "", err
	}
	id = subscriberID(s.Endpoint)
	clean, err := json.Marshal(s)
	if err != nil {
		return "", rekey.Errorf(rekey.CodeInternal, "a subscription cannot be written").Wrap(err)
	}
	sealed, err := b.seal.Seal(secret.New(string(clean)))
	if err != nil {
		return "", err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	next := b.pages
	next.Subscribers = slices.Clone(next.Subscribers)
	entry := Subscriber{ID: id, Added: now.UTC().Truncate(time.Second), Service: host, Sealed: sealed}
	switch i := b.find(id); {
	case i >= 0: // its keys may be new
		next.Subscribers[i] = entry
	case len(next.Subscribers) >= maxSubscriptions:
		return "", rekey.Errorf(rekey.CodeTooLarge, "%d browsers have switched messages on, which is as many as there may be", maxSubscriptions)
	default:
		next.Subscribers = append(next.Subscribers, entry)
	}
	return id, b.write(next)
}

// subscriberID names a subscription without telling its endpoint.
func subscriberID(endpoint string) string {
	sum := sha256.Sum256([]byte(endpoint))
	return hex.EncodeToString(sum[:8])
}

// check refuses what no browser gives, and what leads elsewhere.
func (b *Book) check(s webpush.Subscription) (host string, err error) {
	wrong := func(what string) error {
		return rekey.Errorf(rekey.CodeInvalid, "That is no subscription of a browser: %s", what)
	}
	u, err := url.Parse(s.Endpoint)
	if err != nil || u.Scheme != "https" || u.User != nil || len(s.Endpoint) > maxEndpoint {
		return "", wrong("its address")
	}
	known := slices.ContainsFunc(b.hosts, func(h string) bool {
		return h == u.Host || strings.HasPrefix(h, ".") && strings.HasSuffix(u.Host, h)
	})
	if !known {
		return "", wrong("its address is no push service's that rekey knows")
	}
	point, err := decode(s.Keys.P256dh)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	auth, bad := decode(s.Keys.Auth)
	if err != nil || bad != nil || len(auth) != 16 {
		return "", wrong("its keys")
	}
	return u.Hostname(), nil
}

func decode(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

// Remove forgets a subscription; one that is not there is forgotten already.
func (b *Book) Remove(id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.find(id)
	if i < 0 {
		return nil
	}
	next := b.pages
	next.Subscribers = slices.Delete(slices.Clone(next.Subscribers), i, i+1)
	return b.write(next)
}

// Subscribers gives those who asked to be told.
func (b *Book) Subscribers() []Subscriber {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.pages.Subscribers)
}

func (b *Book) find(id string) int {
	return slices.IndexFunc(b.pages.Subscribers, func(s Subscriber) bool { return s.ID == id })
}

// open gives a subscription and the key pair in clear.
func (b *Book) open(id string) (to webpush.Subscription, keys vapid, err error) {
	b.mu.Lock()
	i := b.find(id)
	var sealed []byte
	if i >= 0 {
		sealed = b.pages.Subscribers[i].Sealed
	}
	keys.Public = b.pages.Public
	private := b.pages.Private
	b.mu.Unlock()
	if i < 0 {
		return to, keys, rekey.Errorf(rekey.CodeNotFound, "there is no such subscription")
	}
	text, err := b.seal.Unseal(sealed)
	if err == nil {
		keys.Private, err = b.seal.Unseal(private)
	}
	if err == nil {
		err = json.Unmarshal([]byte(text.Reveal()), &to)
	}
	return to, keys, err
}

// write replaces the file and then the pages. When it fails, both are as before.
func (b *Book) write(next bookPages) error {
	text, err := json.MarshalIndent(next, "", "  ")
	if err == nil {
		err = writeSynced(b.path, append(text, '\n'))
	}
	if err != nil {
		return rekey.Errorf(rekey.CodeFull, "The file %s cannot be written", b.path).Wrap(err)
	}
	b.pages = next
	return nil
}

// writeSynced writes a file under another name, syncs it and moves it into place.
func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // it has no such call for folders and needs none
		return nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

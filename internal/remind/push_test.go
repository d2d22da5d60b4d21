package remind_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/remind"
	"github.com/rekey-dvr/rekey/internal/vault"
)

// browser is what a push service and the browser behind it are to a sender.
type browser struct {
	*httptest.Server
	key    *ecdh.PrivateKey
	auth   []byte
	status int
	seen   []*http.Request
	texts  []string
	errs   []error
}

func openBrowser(t *testing.T) (*browser, *remind.Book, string) {
	t.Helper()
	b := &browser{auth: make([]byte, 16), status: http.StatusCreated}
	rand.Read(b.auth)
	var err error
	if b.key, err = ecdh.P256().GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	cert, roots := certificate(t, "127.0.0.1")
	b.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		text := ""
		if err == nil {
			text, err = b.decrypt(body)
		}
		b.seen, b.texts, b.errs = append(b.seen, r), append(b.texts, text), append(b.errs, err)
		w.WriteHeader(b.status)
	}))
	b.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	b.StartTLS()
	t.Cleanup(b.Close)
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), remind.BookFile)
	book, err := remind.OpenBook(path, v, []string{b.Listener.Addr().String(), ".notify.windows.com"}, roots)
	if err != nil {
		t.Fatal(err)
	}
	return b, book, path
}

func (b *browser) subscription(endpoint string) []byte {
	enc := base64.RawURLEncoding.EncodeToString
	return fmt.Appendf(nil, `{"endpoint":%q,"expirationTime":null,"keys":{"p256dh":%q,"auth":%q}}`,
		endpoint, enc(b.key.PublicKey().Bytes()), enc(b.auth))
}

// decrypt opens a message as RFC 8291 and RFC 8188 have it, without the library that
// made it.
func (b *browser) decrypt(body []byte) (string, error) {
	if len(body) < 86 || body[20] != 65 {
		return "", errors.New("no header")
	}
	salt, sender, sealed := body[:16], body[21:86], body[86:]
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return "", err
	}
	shared, err := b.key.ECDH(public)
	if err != nil {
		return "", err
	}
	info := "WebPush: info\x00" + string(b.key.PublicKey().Bytes()) + string(sender)
	ikm, err := hkdf.Key(sha256.New, shared, b.auth, info, 32)
	if err != nil {
		return "", err
	}
	key, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return "", err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	plain, err := gcm.Open(nil, nonce, sealed, nil)
	return strings.TrimSuffix(strings.TrimRight(string(plain), "\x00"), "\x02"), err
}

// checkSender verifies the signature of a push (RFC 8292) against the key that the
// browser subscribed with.
func checkSender(t *testing.T, r *http.Request, key, audience string) {
	t.Helper()
	var token, k string
	if _, err := fmt.Sscanf(strings.ReplaceAll(r.Header.Get("Authorization"), ", k=", " "), "vapid t=%s %s", &token, &k); err != nil || k != key {
		t.Fatalf("%q, %v", r.Header.Get("Authorization"), err)
	}
	part := strings.Split(token, ".")
	raw := func(s string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw(key))
	if err != nil {
		t.Fatal(err)
	}
	sum, sig := sha256.Sum256([]byte(part[0]+"."+part[1])), raw(part[2])
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])) {
		t.Error("the signature is not by the key that was subscribed with")
	}
	var claims map[string]any
	if err := json.Unmarshal(raw(part[1]), &claims); err != nil || claims["aud"] != audience {
		t.Errorf("%v, %v", claims, err)
	}
}

func TestPushReachesTheBrowserOnly(t *testing.T) {
	t.Parallel()
	b, book, path := openBrowser(t)
	public, err := book.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	id, err := book.Add(b.subscription(b.URL+"/push/secret-endpoint"), moment)
	if err != nil {
		t.Fatal(err)
	}
	m := message(t, "recovery/a/rest-ready/push")
	if err := book.Channel(id).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if len(b.seen) != 1 || b.errs[0] != nil {
		t.Fatalf("%d messages, %v", len(b.seen), b.errs)
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(b.texts[0]), &got); err != nil || got["title"] != m.Title || got["text"] != m.Text || got["id"] != m.ID() {
		t.Errorf("%q, %v", b.texts[0], err)
	}
	if b.seen[0].Header.Get("Topic") != m.ID() || b.seen[0].Header.Get("TTL") != "259200" {
		t.Errorf("%v", b.seen[0].Header)
	}
	checkSender(t, b.seen[0], public, b.URL)
	file, err := os.ReadFile(path)
	if err != nil || bytes.Contains(file, []byte("secret-endpoint")) || bytes.Contains(file, []byte(base64.RawURLEncoding.EncodeToString(b.auth))) {
		t.Errorf("the file shows what a browser gave: %s, %v", file, err)
	}
	b.status = http.StatusGone
	var f *remind.Failure
	if err := book.Channel(id).Send(t.Context(), m); !errors.As(err, &f) || !f.Gone || !f.Final {
		t.Errorf("%v", err)
	}
}

func TestBook(t *testing.T) {
	t.Parallel()
	b, book, path := openBrowser(t)
	one, two := b.subscription(b.URL+"/1"), b.subscription("https://wns2-par02p.notify.windows.com/w/?token=x")
	id, err := book.Add(one, moment)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := book.Add(one, moment); err != nil || again != id || len(book.Subscribers()) != 1 {
		t.Errorf("twice: %s, %v", again, err)
	}
	if _, err := book.Add(two, moment); err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{
		"nonsense":       "{",
		"plain":          strings.Replace(string(one), "https://", "http://", 1),
		"another host":   strings.Replace(string(two), "wns2-par02p.notify.windows.com", "192.168.1.1", 1),
		"a longer name":  strings.Replace(string(two), "notify.windows.com", "notify.windows.com.example.org", 1),
		"another ending": strings.Replace(string(two), "wns2-par02p.notify", "evilnotify", 1),
		"another port":   strings.Replace(string(two), "windows.com/", "windows.com:8443/", 1),
		"a user":         strings.Replace(string(two), "https://", "https://u@", 1),
		"no point":       strings.Replace(string(one), `"p256dh":"B`, `"p256dh":"C`, 1),
		"no auth":        strings.Replace(string(one), `"auth":"`, `"auth":"AA`, 1),
		"long":           strings.Replace(string(one), "/1", "/"+strings.Repeat("1", 2000), 1),
	} {
		if _, err := book.Add([]byte(text), moment); rekey.CodeOf(err) != rekey.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := vault.Ephemeral()
	if err != nil {
		t.Fatal(err)
	}
	reopened, err := remind.OpenBook(path, v, remind.PushHosts, nil)
	if err != nil || len(reopened.Subscribers()) != 2 || reopened.Subscribers()[1].Service != "wns2-par02p.notify.windows.com" {
		t.Fatalf("%v, %v", reopened, err)
	}
	if err := reopened.Channel(id).Send(t.Context(), message(t, "k")); err == nil { // another vault: it cannot be opened, and nothing is sent
		t.Error("a subscription was opened with another key")
	}
	if err := reopened.Remove(id); err != nil || reopened.Channel(id) != nil || len(reopened.Subscribers()) != 1 {
		t.Errorf("%v", err)
	}
	for i := range 30 {
		if _, err = book.Add(b.subscription(fmt.Sprint(b.URL, "/", i)), moment); err != nil {
			break
		}
	}
	if rekey.CodeOf(err) != rekey.CodeTooLarge {
		t.Errorf("many: %v", err)
	}
	if err := os.WriteFile(path, []byte(`{"subscribers":`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := remind.OpenBook(path, v, remind.PushHosts, nil); rekey.CodeOf(err) != rekey.CodeDamaged || rekey.HintOf(err) == "" {
		t.Errorf("damaged: %v", err)
	}
}

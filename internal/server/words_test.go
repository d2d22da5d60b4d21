package server

import (
	"errors"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/web"
)

// TestEveryErrorHasItsWords: what happened, what it means for the recorder and what
// next are told in the reader's language, whatever goes wrong.
func TestEveryErrorHasItsWords(t *testing.T) {
	texts := renderer().Texts()
	for code, answer := range responses {
		words := answer.words
		if words == "" {
			words = code
		}
		for _, lang := range texts.Languages() {
			for _, part := range []string{"say", "happened", "means", "next"} {
				if _, err := texts.Text(lang, time.UTC, "error."+string(words)+"."+part, nil); errors.Is(err, web.ErrNoText) {
					t.Error(err)
				}
			}
		}
	}
}

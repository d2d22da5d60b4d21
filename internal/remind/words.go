package remind

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
)

// KindTest is the kind of a message that a person asked for to see whether it comes.
const KindTest = "test"

// note is what a delivery's Data holds: what the message is made of when it goes
// out.
type note struct {
	What     string    `json:"what"`
	At       time.Time `json:"at"`
	Name     string    `json:"name,omitempty"` // the owner's for the recorder
	Ref      string    `json:"ref"`
	Practice bool      `json:"practice,omitempty"`
	Lang     string    `json:"lang,omitempty"`
	Zone     string    `json:"zone,omitempty"`
}

// words are the title and the text of one kind; %s in the text is the moment.
type words struct{ title, text string }

// said are the words of every kind, by language.
var said = map[string]map[string]words{
	"en": {
		rekey.DueRest: {
			"The wait without power is over",
			"By what rekey was told, the recorder has been without power for long enough since %s. Now: plug in the power cord only, leave the network cable out, and read the date and time on its screen before you do anything else. If it had power in between, the wait begins anew: say so in rekey.",
		},
		rekey.DueRemindEarliest: {
			"The wait without power is at its least, not over",
			"By what rekey was told, the least time without power was reached on %s. Waiting longer, as advised, is surer: if you start now and it was too short, the whole wait begins anew. You asked to be told.",
		},
		rekey.DueQuiet: {
			"The recorder may be tried again",
			"The time in which it was to be left alone ended on %s. Before you try, log out every app and program that still holds the old password: each of them can lock it again. Then try once.",
		},
		rekey.DueRemindSupport: {
			"Has the maker's one-time password come?",
			"You said that one is on its way; rekey was to ask on %s. Until it is used, do not drain the recorder and do not change its clock: the password depends on it. If it came, or will not come, say so in rekey.",
		},
		rekey.DueRemindFollow: {
			"Something may still hold the old password",
			"The follow-through list is not finished as of %s. What is on it tries the old password again and again, and can lock the account. Give each the new one, then mark it in rekey.",
		},
		rekey.DueRemindSnapshot: {
			"The copy of the recorder's settings has grown old",
			"It was due for a new one on %s. With a copy of today the next lock-out loses nothing. rekey makes one in a minute, and changes nothing at the recorder.",
		},
		KindTest: {
			"A test: reminders arrive this way",
			"You asked rekey for this on %s. Nothing is the matter with your recorder.",
		},
	},
	"es": {
		rekey.DueRest: {
			"La espera sin corriente ha terminado",
			"Por lo que se le dijo a rekey, el grabador lleva sin corriente el tiempo suficiente desde %s. Ahora: conecte solo el cable de corriente, deje fuera el cable de red y lea la fecha y la hora en su pantalla antes de hacer nada más. Si entre tanto tuvo corriente, la espera empieza de nuevo: dígalo en rekey.",
		},
		rekey.DueRemindEarliest: {
			"La espera sin corriente llegó a su mínimo; no ha terminado",
			"Por lo que se le dijo a rekey, el tiempo mínimo sin corriente se alcanzó el %s. Esperar más, como se aconseja, es más seguro: si empieza ahora y fue poco, toda la espera empieza de nuevo. Usted pidió que se le avisara.",
		},
		rekey.DueQuiet: {
			"Ya se puede volver a probar el grabador",
			"El tiempo en que había que dejarlo en paz terminó el %s. Antes de probar, cierre la sesión de toda aplicación y programa que aún tenga la contraseña antigua: cualquiera puede bloquearlo otra vez. Luego pruebe una vez.",
		},
		rekey.DueRemindSupport: {
			"¿Ha llegado la contraseña de un solo uso del fabricante?",
			"Usted dijo que estaba en camino; rekey debía preguntar el %s. Mientras no se use, no descargue el grabador ni cambie su reloj: la contraseña depende de él. Si llegó, o no va a llegar, dígalo en rekey.",
		},
		rekey.DueRemindFollow: {
			"Algo puede tener aún la contraseña antigua",
			"La lista de seguimiento no está terminada a fecha de %s. Lo que hay en ella prueba la contraseña antigua una y otra vez y puede bloquear la cuenta. Dé a cada cosa la nueva y márquela en rekey.",
		},
		rekey.DueRemindSnapshot: {
			"La copia de los ajustes del grabador ha envejecido",
			"Tocaba hacer una nueva el %s. Con una copia de hoy, el próximo bloqueo no pierde nada. rekey la hace en un minuto y no cambia nada en el grabador.",
		},
		KindTest: {
			"Una prueba: los recordatorios llegan por aquí",
			"Usted se la pidió a rekey el %s. A su grabador no le pasa nada.",
		},
	},
}

// frame is what stands around the words, by language.
var frames = map[string]struct{ practice, practiceText, foot string }{
	"en": {"PRACTICE", "This is practice with a virtual recorder. No real one is meant.",
		"rekey sent this from the computer it runs on. It never asks for a password by message."},
	"es": {"PRÁCTICA", "Esto es una práctica con un grabador virtual. No se trata de uno real.",
		"Lo envió rekey desde el ordenador en que funciona. Nunca pide una contraseña por mensaje."},
}

// Compose makes the message of a delivery.
func Compose(q rekey.Queued) (Message, error) {
	var n note
	if err := json.Unmarshal(q.Data, &n); err != nil {
		return Message{}, err
	}
	return n.message(q.Key)
}

// Test gives a message to see whether a channel works.
func Test(key, lang string, now time.Time) (Message, error) {
	return note{What: KindTest, At: now, Lang: lang}.message(key)
}

func (n note) message(key string) (Message, error) {
	lang := n.Lang
	if said[lang] == nil {
		lang = "en"
	}
	w, known := said[lang][n.What]
	if !known {
		return Message{}, fmt.Errorf("there are no words for %q", n.What)
	}
	frame := frames[lang]
	m := Message{Key: key, Kind: n.What, Ref: n.Ref, At: n.At, Practice: n.Practice, Lang: lang, Title: w.title}
	text := []string{fmt.Sprintf(w.text, n.when())}
	if n.Practice {
		m.Title = frame.practice + ": " + m.Title
		text = append([]string{frame.practiceText}, text...)
	}
	who := strings.TrimSpace(firstLine(n.Name) + " " + n.Ref)
	if n.Name != "" {
		m.Title += " (" + firstLine(n.Name) + ")"
	}
	if who != "" {
		text = append(text, who)
	}
	m.Text = strings.Join(append(text, frame.foot), "\n\n") + "\n"
	return m, nil
}

// when gives the moment so that it reads the same in every language.
func (n note) when() string {
	zone := time.Local
	if z, err := time.LoadLocation(n.Zone); err == nil && n.Zone != "" {
		zone = z
	}
	return n.At.In(zone).Format("2006-01-02 15:04 MST")
}

package story

import "github.com/rekey-dvr/rekey/internal/web/view"

// card shows the ways that the person goes at the recorder: a lock's, before and
// after the quiet time, and the maker's.
func (b base) card() []Story {
	words := map[string][]string{
		"en": {
			"Wait until the lock ends", "Ends a lock that refuses even the right password after several failed tries.",
			"5 failed tries in a row lock the account.", "A locked account refuses the right password too.",
			"Log out of every app, NVR program and integration.", "Each of them may go on trying the old password, and keep it locked.",
			"Wait 30 minutes. Nobody tries a password, from anywhere.", "Each try may start the wait again.",
			"Try once, slowly, the password you think is right.", "More failed tries lock it again.",
			"Or take its power away for 1 minute instead of waiting.",
			"Ask the maker for a one-time password", "Amcrest gives an owner with proof of purchase a one-time password.",
			"Write down the exact date and time on its screen.", "The password they give belongs to that date.",
			"Send Amcrest the receipt, model, serial number, date and time.",
			"rekey prepares the request. It never computes codes.",
		},
		"es": {
			"Espere a que acabe el bloqueo", "Acaba con un bloqueo que rechaza hasta la contraseña correcta.",
			"5 intentos fallidos seguidos bloquean la cuenta.", "Una cuenta bloqueada rechaza también la contraseña correcta.",
			"Cierre sesión en cada aplicación, programa NVR e integración.", "Cada uno puede seguir probando la contraseña vieja.",
			"Espere 30 minutos. Que nadie pruebe contraseñas, desde ningún sitio.", "Cada intento puede reiniciar la espera.",
			"Pruebe una vez, despacio, la contraseña que cree correcta.", "Más intentos fallidos la bloquean otra vez.",
			"O quite la corriente 1 minuto en vez de esperar.",
			"Pida al fabricante una contraseña de un solo uso", "Amcrest da una contraseña de un solo uso al dueño con comprobante.",
			"Apunte la fecha y la hora exactas de su pantalla.", "La contraseña que dan corresponde a esa fecha.",
			"Envíe a Amcrest comprobante, modelo, número de serie, fecha y hora.",
			"rekey prepara la petición. Nunca calcula códigos.",
		},
	}[b.lang]
	own := view.CardSource{Title: view.T("source.r"), Confidence: "inferred"}
	lock := view.Card{
		Frame: b.in(3), ID: "lockout-wait", Title: words[0], Does: words[1], Before: []view.CardLine{{Text: words[2], Why: words[3]}},
		Steps: []view.CardLine{{Text: words[4], Why: words[5]}, {Text: words[6], Why: words[7]}, {Text: words[8], Why: words[9]}},
		Notes: []view.CardLine{{Text: words[10]}},
		Acts: []view.CardAct{
			{Do: post("quiet", "on"), Say: view.T("route.lockout-wait.do"), Kind: "now"},
			{Do: post("quiet", "off"), Say: view.T("wait.cut")},
			{Do: view.Link("/r/K4M-7TD?page=once"), Say: view.T("card.lockout.once"), Kind: "quiet"},
			{Do: post("leave"), Say: view.T("back"), Kind: "quiet"},
		},
		Sources: []view.CardSource{
			{Title: view.T("source.m"), URL: "https://support.amcrest.com/hc/en-us/articles/360001211852", Date: "2026-11-22", Confidence: "confirmed", Steps: "1, 2"}, own,
		},
	}
	once := lock
	once.Asked, once.Acts = true, []view.CardAct{
		{Do: post("in"), Say: view.T("card.in"), Kind: "now"}, {Do: post("failed"), Say: view.T("card.failed")},
		{Do: post("locked"), Say: view.T("card.lockout.locked")}, {Do: post("leave"), Say: view.T("back"), Kind: "quiet"},
	}
	once.Entry = &view.Entry{Do: post(), Name: "password", Label: view.T("verify.old.say"), Hint: view.T("verify.old.lead"), Type: "password",
		Say: view.T("return.way.rekey"), Quiet: true}
	held := once
	entry := *once.Entry
	entry.Off = view.T("held.budget", "At", Now.Add(21*60e9))
	held.Entry = &entry
	plain := once
	plain.Secure = false
	support := lock
	support.ID, support.Title, support.Does, support.Before = "support", words[11], words[12], nil
	support.Steps = []view.CardLine{{Text: words[13], Why: words[14]}, {Text: words[15]}}
	support.Notes, support.Link = []view.CardLine{{Text: words[16]}}, "https://support.amcrest.com"
	support.Acts = []view.CardAct{
		{Do: post("asked", "yes"), Say: view.T("card.support.asked"), Kind: "now"}, {Do: post("in"), Say: view.T("card.in")},
		{Do: post("failed"), Say: view.T("card.support.failed")}, {Do: post("end"), Say: view.T("card.support.close"), Kind: "quiet"},
		{Do: post("leave"), Say: view.T("back"), Kind: "quiet"},
	}
	return []Story{{"card", lock}, {"card-once", once}, {"card-held", held}, {"card-plain", plain}, {"card-support", support}}
}

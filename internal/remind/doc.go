// Package remind takes reminders to people: by e-mail, as a POST to ntfy or a
// webhook, and by Web Push. What is due is decided by the domain and lies in the
// store's outbox; here it is delivered, at least once, and told to whoever keeps
// the record.
//
// Nothing is sent anywhere that nobody named: the addresses are the settings', and
// for Web Push those that a person's browser gave when its button was pressed. No
// message holds a secret.
package remind

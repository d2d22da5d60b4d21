// Package view holds what pages show: one struct a page, plain data, filled by
// the handlers and read by the templates. It knows neither the application nor
// the texts: where a page says something that depends on the moment, the struct
// carries the key of a message ([Text]) or a code the template has words for.
//
// Times are moments and are shown in the zone of the [Frame]; durations are
// shown in whole seconds.
package view

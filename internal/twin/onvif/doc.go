// Package onvif answers a recorder's ONVIF: the device, media and event services
// over SOAP 1.2, and WS-Discovery.
//
// It is bytes in, bytes out. [State.Answer] takes the body of a request and what
// HTTP knew of it; [Discover] takes a datagram. What the recorder is and may do
// comes through the narrow port [Recorder], so that one account store, one lock
// table and one log stand behind all of its services. The package opens no
// socket, reads no clock and keeps nothing but the [State] it is given.
//
// Elements come in the order of the ONVIF schemas (ver10/device, ver10/media,
// ver10/events), because strict clients check it.
package onvif

module github.com/rekey-dvr/rekey/conformance

go 1.26.0

require (
	github.com/IOTechSystems/onvif v1.2.0
	github.com/bluenviron/gortsplib/v4 v4.12.3
	github.com/kerberos-io/onvif v1.0.0
	github.com/pion/rtp v1.8.11
	github.com/use-go/onvif v0.0.9
)

require (
	github.com/beevik/etree v1.4.1 // indirect
	github.com/bluenviron/mediacommon v1.14.0 // indirect
	github.com/clbanning/mxj/v2 v2.7.0 // indirect
	github.com/elgs/gostrgen v0.0.0-20220325073726-0c3e00d082f6 // indirect
	github.com/gofrs/uuid v3.2.0+incompatible // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/icholy/digest v0.1.23 // indirect
	github.com/juju/errors v1.0.0 // indirect
	github.com/pion/randutil v0.1.0 // indirect
	github.com/pion/rtcp v1.2.15 // indirect
	github.com/pion/sdp/v3 v3.0.10 // indirect
	github.com/rs/zerolog v1.26.1 // indirect
	golang.org/x/net v0.34.0 // indirect
	golang.org/x/sys v0.29.0 // indirect
)

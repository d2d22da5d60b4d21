package onvif

// Name spaces. The prefixes are those that ONVIF's own documents use; some clients
// look for them as text.
const (
	nsEnvelope = "http://www.w3.org/2003/05/soap-envelope"
	nsDevice   = "http://www.onvif.org/ver10/device/wsdl"
	nsMedia    = "http://www.onvif.org/ver10/media/wsdl"
	nsMedia2   = "http://www.onvif.org/ver20/media/wsdl"
	nsImaging  = "http://www.onvif.org/ver20/imaging/wsdl"
	nsEvents   = "http://www.onvif.org/ver10/events/wsdl"
	nsSchema   = "http://www.onvif.org/ver10/schema"
	nsNetwork  = "http://www.onvif.org/ver10/network/wsdl"
	nsNotify   = "http://docs.oasis-open.org/wsn/b-2"
	nsTopics   = "http://docs.oasis-open.org/wsn/t-1"
	nsAddress  = "http://www.w3.org/2005/08/addressing"
	nsError    = "http://www.onvif.org/ver10/error"
	nsTree     = "http://www.onvif.org/ver10/topics"
	nsRW       = "http://docs.oasis-open.org/wsrf/rw-2"

	// WS-Discovery of April 2005, with the addressing of August 2004.
	nsProbe      = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
	nsAddress04  = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
	anonymous04  = nsAddress04 + "/role/anonymous"
	scopeRFC2396 = nsProbe + "/rfc2396"
	scopeExact   = nsProbe + "/strcmp0"
	scopeNone    = nsProbe + "/none"

	passwordDigest = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
)

var prefixes = [][2]string{
	{"s", nsEnvelope}, {"tds", nsDevice}, {"trt", nsMedia}, {"tr2", nsMedia2}, {"timg", nsImaging}, {"tev", nsEvents}, {"tt", nsSchema},
	{"wsnt", nsNotify}, {"wstop", nsTopics}, {"wsa5", nsAddress}, {"ter", nsError}, {"tns1", nsTree},
	{"wsrf-rw", nsRW}, {"xs", "http://www.w3.org/2001/XMLSchema"},
}

// Paths of the services, as recorders have them.
const (
	Folder           = "/onvif/"
	PathDevice       = "/onvif/device_service"
	PathMedia        = "/onvif/media_service"
	PathMedia2       = "/onvif/media2_service"
	PathImaging      = "/onvif/imaging_service"
	PathEvents       = "/onvif/event_service"
	PathSubscription = "/onvif/Subscription"
)

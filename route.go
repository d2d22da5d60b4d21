package rekey

// Route is a way back in.
type Route string

// The routes, in the order of offer: least loss first.
const (
	RouteLockoutWait  Route = "lockout-wait"
	RouteOtherAccount Route = "other-account"
	RouteSelfService  Route = "self-service"
	RouteSupport      Route = "support"
	RouteDrainFront   Route = "drain-front"
	RouteDrainRest    Route = "drain-rest"
	RouteElsewhere    Route = "elsewhere" // what is not covered here
)

// Routes lists every route in the order of offer.
func Routes() []Route {
	return []Route{
		RouteLockoutWait, RouteOtherAccount, RouteSelfService, RouteSupport,
		RouteDrainFront, RouteDrainRest, RouteElsewhere,
	}
}

// Valid reports whether r is a known route.
func (r Route) Valid() bool {
	for _, k := range Routes() {
		if r == k {
			return true
		}
	}
	return false
}

// Drain reports whether r empties the recorder's board.
func (r Route) Drain() bool { return r == RouteDrainFront || r == RouteDrainRest }

// Fit says how well a route fits what is known.
type Fit string

// The fits. A route that does not fit can still be chosen, knowingly, unless it
// is barred.
const (
	FitAdvised Fit = "advised"
	FitOffered Fit = "offered"
	FitNot     Fit = "does-not-fit"
	FitBarred  Fit = "barred"
)

// Reason says why a route has its [Fit]. Pages turn it into a sentence.
type Reason string

// The reasons.
const (
	ReasonNone            Reason = ""
	ReasonLocked          Reason = "refused-after-tries"
	ReasonMaybeLocked     Reason = "maybe-locked"
	ReasonNotLocked       Reason = "not-locked"
	ReasonTriedAlready    Reason = "tried-already"
	ReasonOtherKnown      Reason = "other-account-known"
	ReasonOtherUnknown    Reason = "other-account-not-known"
	ReasonNoOther         Reason = "no-other-account"
	ReasonSelfService     Reason = "generation-c"
	ReasonNoSelfService   Reason = "no-self-service"
	ReasonGenerationOpen  Reason = "generation-not-known"
	ReasonFactoryLogin    Reason = "factory-login"
	ReasonNoFactoryLogin  Reason = "no-factory-login"
	ReasonFirstLoginOpen  Reason = "first-login-not-known"
	ReasonButtonOpen      Reason = "button-not-known"
	ReasonNoButton        Reason = "no-button"
	ReasonHasButton       Reason = "has-button"
	ReasonSupportPending  Reason = "support-pending"
	ReasonEvidence        Reason = "footage-is-evidence"
	ReasonBoardForgot     Reason = "board-forgot-accounts-did-not"
	ReasonNoReason        Reason = "no-reason-to-try-again"
	ReasonIncomplete      Reason = "drain-incomplete"
	ReasonAdmitted        Reason = "miss-admitted"
	ReasonNotYours        Reason = "not-yours"
	Reason960H            Reason = "960h"
	ReasonAlways          Reason = "always-possible"
	ReasonOnlyWhenNothing Reason = "only-when-nothing-fits"
)

// Offer is a route with how it fits.
type Offer struct {
	Route  Route
	Fit    Fit
	Reason Reason
}

// Offers gives every route with how it fits what is known about r, least loss
// first. It is a pure function of the recovery; pages and Decide share it.
func (r *Recovery) Offers() []Offer {
	var offers []Offer
	for _, route := range Routes() {
		o := r.offer(route)
		if bar := r.barred(route); bar != ReasonNone {
			o.Fit, o.Reason = FitBarred, bar
		}
		offers = append(offers, o)
	}
	return advise(offers)
}

// barred gives the reason why a route may not be taken at all.
func (r *Recovery) barred(route Route) Reason {
	if route == RouteElsewhere || route == RouteSupport {
		return ReasonNone
	}
	if r.Facts.Ownership == OwnedByNeither {
		return ReasonNotYours
	}
	if r.Is960H() {
		return Reason960H
	}
	return ReasonNone
}

func (r *Recovery) offer(route Route) Offer {
	o := Offer{Route: route, Fit: FitOffered}
	switch route {
	case RouteLockoutWait:
		o.Fit, o.Reason = r.fitLockout()
	case RouteOtherAccount:
		o.Fit, o.Reason = r.fitOther()
	case RouteSelfService:
		o.Fit, o.Reason = r.fitSelfService()
	case RouteSupport:
		o.Reason = ReasonAlways
		if v := r.LastVerdict(); v == VerdictSupport {
			o.Fit, o.Reason = FitAdvised, r.verdictReason()
		}
	case RouteDrainFront, RouteDrainRest:
		o.Fit, o.Reason = r.fitDrain(route)
	case RouteElsewhere:
		o.Fit, o.Reason = FitNot, ReasonOnlyWhenNothing
		switch {
		case r.Facts.Ownership == OwnedByNeither:
			o.Fit, o.Reason = FitAdvised, ReasonNotYours
		case r.Is960H():
			o.Fit, o.Reason = FitAdvised, Reason960H
		}
	}
	return o
}

func (r *Recovery) fitLockout() (Fit, Reason) {
	switch {
	case r.tried(RouteLockoutWait):
		return FitNot, ReasonTriedAlready
	case r.Facts.Refused == Yes:
		return FitOffered, ReasonLocked
	case r.Facts.Refused == No:
		return FitNot, ReasonNotLocked
	}
	return FitOffered, ReasonMaybeLocked
}

func (r *Recovery) fitOther() (Fit, Reason) {
	switch {
	case r.tried(RouteOtherAccount):
		return FitNot, ReasonTriedAlready
	case r.Facts.OtherAccount == Yes:
		return FitOffered, ReasonOtherKnown
	case r.Facts.OtherAccount == No:
		return FitNot, ReasonNoOther
	}
	return FitOffered, ReasonOtherUnknown
}

func (r *Recovery) fitSelfService() (Fit, Reason) {
	switch {
	case r.tried(RouteSelfService):
		return FitNot, ReasonTriedAlready
	case r.Generation() == GenC:
		return FitOffered, ReasonSelfService
	case r.Generation() == GenA:
		return FitNot, ReasonNoSelfService
	}
	return FitOffered, ReasonGenerationOpen
}

func (r *Recovery) fitDrain(route Route) (Fit, Reason) {
	switch {
	case r.Facts.SupportPending == Yes:
		return FitNot, ReasonSupportPending
	case r.LastVerdict() == VerdictSupport:
		return FitNot, r.verdictReason()
	case r.Facts.Footage == FootageEvidence:
		return FitNot, ReasonEvidence
	case route == RouteDrainFront && (r.Facts.Button == ButtonNone || r.Facts.Button == ButtonRocker):
		return FitNot, ReasonNoButton
	case r.Generation() == GenC:
		return FitNot, ReasonNoFactoryLogin
	case route == RouteDrainRest && r.Facts.Button == ButtonFront:
		return FitOffered, ReasonHasButton
	case r.Facts.Button == "":
		return FitOffered, ReasonButtonOpen
	case r.Generation() == GenB:
		return FitOffered, ReasonFirstLoginOpen
	case r.Generation() == GenA:
		return FitOffered, ReasonFactoryLogin
	}
	return FitOffered, ReasonGenerationOpen
}

// advise marks the first offered route as the advised one, unless one is
// already.
func advise(offers []Offer) []Offer {
	for _, o := range offers {
		if o.Fit == FitAdvised {
			return offers
		}
	}
	for i, o := range offers {
		if o.Fit == FitOffered && o.Reason != ReasonMaybeLocked && o.Reason != ReasonOtherUnknown && o.Reason != ReasonAlways &&
			!(o.Route == RouteSelfService && o.Reason == ReasonGenerationOpen) {
			offers[i].Fit = FitAdvised
			return offers
		}
	}
	for i, o := range offers {
		if o.Fit == FitOffered {
			offers[i].Fit = FitAdvised
			return offers
		}
	}
	return offers
}

func (r *Recovery) tried(route Route) bool {
	for _, t := range r.Tried {
		if t == route {
			return true
		}
	}
	return false
}

func (r *Recovery) verdictReason() Reason {
	p := r.PowerUp()
	if p != nil && (p.Clock == ClockOff || p.Clock == ClockLost) {
		return ReasonBoardForgot
	}
	return ReasonNoReason
}

// offerOf gives the offer of one route.
func (r *Recovery) offerOf(route Route) Offer {
	for _, o := range r.Offers() {
		if o.Route == route {
			return o
		}
	}
	return Offer{Route: route, Fit: FitBarred}
}

package domain

import "time"

// Bounds of second factors.
const (
	FactorBegins   = 10 * time.Minute // how long a secret that was shown waits for its first code
	RecoveryCodes  = 10
	MaxWrongCodes  = 10 // in a row; then codes of the app rest
	WrongCodesRest = 15 * time.Minute
)

// SecondFactor is what an account asks for besides the password: a code of an app that shares a secret with us, another
// one every half a minute (RFC 6238), or one of some codes on paper.
type SecondFactor struct {
	Sealed   []byte    // the secret, under the deployment's
	Begun    time.Time // when the secret was shown
	OnSince  time.Time // zero until a code of it was confirmed
	Step     int64     // the latest time step whose code was used: no code is used twice
	Recovery [][]byte  // hashes of the recovery codes that are left
	Wrong    int       // codes in a row
	WrongAt  time.Time // when the last of them came
}

// On says whether logging in takes a code.
func (f *SecondFactor) On() bool { return f != nil && !f.OnSince.IsZero() }

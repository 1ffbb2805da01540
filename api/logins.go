package api

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/labstack/echo/v4"

	"kopir/domain"
)

// Tries to log in have budgets of their own: an address, its network, an account, and all failures of the deployment
// together. Somebody who spends those of an account, or all, from many networks must not lock its owner out. So a login
// gives a device token, and who brings one for the account has a budget that nobody else can spend.

// limitLogins charges a try to log in, once its body is known to be in order, to its address, to the network around that
// and to the account that is tried, whether there is one or not. Who comes back from a provider names no account.
func (e *edge) limitLogins(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c.Request().Context())
		if x.op == nil || !x.op.login {
			return next(c)
		}
		tried, err := e.triedAccount(x)
		if err != nil {
			return err
		}
		if err := e.chargeLogin(c, tried); err != nil {
			return err
		}
		err = next(c)
		if domain.KindOf(err) == domain.Unauthenticated {
			e.budgets.take(c.Request().Context(), e.failures(), nil, e.deps.Clock())
		}
		return err
	}
}

// failures is the budget of all logins that fail, whoever tries.
func (e *edge) failures() budget { return budget{"logins", "failed logins", e.cfg.FailedLogins} }

// chargeLogin refuses a try where one of its budgets is spent, and tells of the tightest of them.
func (e *edge) chargeLogin(c echo.Context, of tried) error {
	ctx, now := c.Request().Context(), e.deps.Clock()
	if !of.knownDevice {
		if all := e.budgets.look(e.failures(), nil, now); !all.ok {
			return all.tell(c)
		}
	}
	charges := []struct {
		budget budget
		who    []byte
	}{
		{budget{"logins", "address logins", e.cfg.LoginsPerAddress}, addressKey(c)},
		{budget{"logins", "network logins", e.cfg.LoginsPerNetwork}, networkKey(c, 24, 48)},
	}
	if len(of.who) > 0 {
		charges = append(charges, struct {
			budget budget
			who    []byte
		}{budget{"logins", of.scope, e.cfg.LoginsPerAccount}, of.who})
	}
	var tightest left
	for i, charge := range charges {
		spent := e.budgets.take(ctx, charge.budget, charge.who, now)
		if i == 0 || !spent.ok || spent.tokens <= tightest.tokens {
			tightest = spent
		}
		if !spent.ok {
			break
		}
	}
	return tightest.tell(c)
}

// tried is whose budget a try to log in is charged to.
type tried struct {
	scope       string
	who         []byte // empty where no account is named
	knownDevice bool
}

// triedAccount returns what names the account that is tried: who is signed in tries nobody else's password, and who comes
// with a device token for the account only spends that device's budget.
func (e *edge) triedAccount(x *exchange) (tried, error) {
	const account = "account logins"
	if x.actor != domain.Visitor {
		return tried{account, x.actor.AccountID[:], true}, nil
	}
	var form struct {
		Email  string `json:"email"`
		Device string `json:"device_token"`
	}
	if err := json.Unmarshal(x.body, &form); err != nil { // it is valid: validate has read it
		return tried{}, err
	}
	if device, ok := e.devices.parse(form.Device, form.Email); ok {
		return tried{"device logins", device, true}, nil
	}
	return tried{account, []byte(sameAddress(form.Email)), false}, nil
}

// sameAddress writes an e-mail address as logging in compares it.
func sameAddress(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// devices makes and knows the tokens by which a device that has logged in to an account is known again. A token is an id
// and its HMAC-SHA-256 together with the account's address, cut to 128 bits, under a key of the deployment's secret. It
// proves nothing but that: it opens nothing, and the password is asked as ever.
type devices struct {
	key []byte
}

// Sizes of the parts of a device token, in bytes.
const (
	deviceID  = 16
	deviceMAC = 16
)

func newDevices(secret []byte) (devices, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "kopir devices", sha256.Size)
	return devices{key}, err
}

// token returns the token of a device that has logged in to an account: the one that it has, or a new one.
func (d devices) token(has, email string) string {
	if _, ok := d.parse(has, email); ok {
		return has
	}
	id := make([]byte, deviceID)
	_, _ = rand.Read(id) // never fails
	return base64.RawURLEncoding.EncodeToString(append(id, d.mac(id, email)...))
}

// parse returns the id of a device that is known to an account, and whether it is.
func (d devices) parse(token, email string) (id []byte, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != deviceID+deviceMAC {
		return nil, false
	}
	id = raw[:deviceID]
	return id, hmac.Equal(raw[deviceID:], d.mac(id, email))
}

func (d devices) mac(id []byte, email string) []byte {
	m := hmac.New(sha256.New, d.key)
	m.Write(id)
	m.Write([]byte(sameAddress(email)))
	return m.Sum(nil)[:deviceMAC]
}

package api

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// Config says what the edge takes and from whom. DefaultConfig has the defaults.
type Config struct {
	// CORSOrigins may read the API from a browser, e.g. "https://kopir.kz"; "*" is not one. Defaults to none.
	CORSOrigins []string
	// TrustedProxies may say for whom they ask, in X-Forwarded-For; networks, e.g. "10.0.0.0/8". Defaults to none: the
	// address of the connection counts, and the header does not.
	TrustedProxies []string

	// VisitorReads and VisitorWrites are how many requests a minute one address may make without signing in; of IPv6 a
	// /64 counts as one address. Default to 600 (a whole college sits behind one) and 60.
	VisitorReads, VisitorWrites int
	// AccountReads and AccountWrites are how many an account may make. Default to 1,200 and 300.
	AccountReads, AccountWrites int
	// LoginsPerAccount, LoginsPerAddress and LoginsPerNetwork (a /24, of IPv6 a /48) are how many tries to log in a minute
	// has. Default to 5, 20 and 200.
	LoginsPerAccount, LoginsPerAddress, LoginsPerNetwork int
	// FailedLogins is how many of all tries may fail in a minute; beyond it only devices that have logged in to an account
	// before may try it. Defaults to 1,000.
	FailedLogins int
	// RateKeys is how many addresses and accounts are remembered; beyond it the ones quiet for longest are forgotten.
	// Defaults to 100,000.
	RateKeys int

	// MaxHeader is how many bytes all headers together may have. Defaults to 16 KiB.
	MaxHeader int
	// MaxURI is how many bytes the address may have. Defaults to 8 KiB.
	MaxURI int
	// MaxBody is how many bytes a body may have, before and after decompression. Defaults to 1 MiB.
	MaxBody int64
	// MaxFile is how many bytes a file to import may have, before and after decompression. Defaults to 10 MiB.
	MaxFile int64
	// MaxDepth is how deep JSON may be nested. Defaults to 32.
	MaxDepth int
	// MaxArray is how many items an array may have. Defaults to 1,000.
	MaxArray int
	// MaxWords is how many bytes of UTF-8 the words to search for may have. Defaults to 512.
	MaxWords int

	// Timeout is how long a request may take, waiting for the database included. Defaults to 10 s.
	Timeout time.Duration
}

// DefaultConfig returns the defaults.
func DefaultConfig() Config {
	return Config{
		VisitorReads: 600, VisitorWrites: 60, AccountReads: 1200, AccountWrites: 300,
		LoginsPerAccount: 5, LoginsPerAddress: 20, LoginsPerNetwork: 200, FailedLogins: 1000, RateKeys: 100_000,
		MaxHeader: 16 << 10, MaxURI: 8 << 10, MaxBody: 1 << 20, MaxFile: 10 << 20, MaxDepth: 32, MaxArray: 1000, MaxWords: 512,
		Timeout: 10 * time.Second,
	}
}

// check returns every fault of a configuration at once.
func (c Config) check() error {
	var errs []error
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"VisitorReads", int64(c.VisitorReads)}, {"VisitorWrites", int64(c.VisitorWrites)}, {"AccountReads", int64(c.AccountReads)},
		{"AccountWrites", int64(c.AccountWrites)}, {"LoginsPerAccount", int64(c.LoginsPerAccount)},
		{"LoginsPerAddress", int64(c.LoginsPerAddress)}, {"LoginsPerNetwork", int64(c.LoginsPerNetwork)},
		{"FailedLogins", int64(c.FailedLogins)}, {"RateKeys", int64(c.RateKeys)}, {"MaxHeader", int64(c.MaxHeader)},
		{"MaxURI", int64(c.MaxURI)}, {"MaxBody", c.MaxBody}, {"MaxFile", c.MaxFile}, {"MaxDepth", int64(c.MaxDepth)}, {"MaxArray", int64(c.MaxArray)},
		{"MaxWords", int64(c.MaxWords)}, {"Timeout", int64(c.Timeout)},
	} {
		if n.value < 1 {
			errs = append(errs, fmt.Errorf("%s must be at least 1", n.name))
		}
	}
	for _, network := range c.TrustedProxies {
		if _, _, err := net.ParseCIDR(network); err != nil {
			errs = append(errs, fmt.Errorf("TrustedProxies: %w", err))
		}
	}
	return errors.Join(errs...)
}

// addressOf returns how the address of a client is found: it is the connection's, unless that is a proxy we trust.
func (c Config) addressOf() echo.IPExtractor {
	if len(c.TrustedProxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, network := range c.TrustedProxies {
		if _, n, err := net.ParseCIDR(network); err == nil { // checked at the start
			trust = append(trust, echo.TrustIPRange(n))
		}
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// How long a connection may take for what. Slow clients lose theirs; nobody else notices.
const (
	headerWithin = 5 * time.Second
	bodyWithin   = 30 * time.Second
	answerWithin = 30 * time.Second
	idleAtMost   = 2 * time.Minute
	// mostHeader is where net/http itself stops reading headers. It lies far above Config.MaxHeader, so that too many
	// headers get a problem of ours and not net/http's line of text.
	mostHeader = 128 << 10
)

// HTTPServer returns a server of h that slow clients cannot hold.
func HTTPServer(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: h, ReadHeaderTimeout: headerWithin, ReadTimeout: bodyWithin, WriteTimeout: answerWithin,
		IdleTimeout: idleAtMost, MaxHeaderBytes: mostHeader,
	}
}

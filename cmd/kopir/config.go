package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"kopir/auth"
	"kopir/domain"
	"kopir/jobs/mail"
)

// config is every setting, read from the environment. A wrong one stops the start, and all faults are named at once.
type config struct {
	// Addr is where the API listens, host:port. Defaults to 127.0.0.1:8080.
	Addr string `env:"KOPIR_ADDR" envDefault:"127.0.0.1:8080"`
	// DataDir is where the embedded database and this server's secret live. Defaults to ./var.
	DataDir string `env:"KOPIR_DATA_DIR" envDefault:"./var"`
	// DatabaseURL is a Postgres to use instead of the embedded database. Defaults to none.
	DatabaseURL string `env:"KOPIR_DATABASE_URL"`
	// DatabaseConns bounds the connections to Postgres. Defaults to 16.
	DatabaseConns int `env:"KOPIR_DATABASE_CONNS" envDefault:"16"`
	// MeiliURL is a Meilisearch to search with instead of the embedded engine. Defaults to none.
	MeiliURL string `env:"KOPIR_MEILI_URL"`
	// MeiliKey is its master key, or an API key with all actions. Needed with MeiliURL.
	MeiliKey string `env:"KOPIR_MEILI_KEY"`
	// MeiliPublicURL is where browsers reach Meilisearch, to search it directly with tokens. Defaults to none: they cannot.
	MeiliPublicURL string `env:"KOPIR_MEILI_PUBLIC_URL"`
	// MeiliPrefix stands before the names of the indexes, for a Meilisearch that others use as well: letters, digits, _
	// and -. Defaults to none.
	MeiliPrefix string `env:"KOPIR_MEILI_PREFIX"`
	// SearchFallback is what answers searches while Meilisearch cannot: none, or embedded, which costs each replica memory
	// and time at its start. Defaults to none.
	SearchFallback string `env:"KOPIR_SEARCH_FALLBACK" envDefault:"none"`
	// Secret seals the signing keys and signs cursors; all replicas share it. At least 32 characters. With the embedded
	// database one is made and kept in the data directory; with Postgres it must be given.
	Secret string `env:"KOPIR_SECRET"`
	// PublicURL is where clients reach the API; it is the issuer of tokens, so replicas share it. Defaults to
	// http://<KOPIR_ADDR>; with Postgres it must be given.
	PublicURL string `env:"KOPIR_PUBLIC_URL"`
	// SMTPURL is the mail server that letters go through: smtp://user:password@host:587 (STARTTLS) or
	// smtps://user:password@host:465. Defaults to none: letters are written into the folder outbox of the data directory.
	SMTPURL string `env:"KOPIR_SMTP_URL"`
	// MailFrom is who letters are from, e.g. Kopir <kopir@example.kz>. Needed with SMTPURL.
	MailFrom string `env:"KOPIR_MAIL_FROM"`
	// AppURL is where people use Kopir in a browser: letters link to <AppURL>/<kind-of-letter>#code=…. Defaults to none:
	// letters tell the code and the route that takes it.
	AppURL string `env:"KOPIR_APP_URL"`
	// Consents are the documents that people agree to, as "name version address", comma-separated, e.g.
	// privacy 2026-11-01 https://kopir.kz/privacy. Defaults to none.
	Consents []string `env:"KOPIR_CONSENTS"`
	// KeepAnswers is how long the answers to requests with an Idempotency-Key are kept, KeepChanges the change log,
	// KeepSessions sessions that have run out. Default to 24h, 168h and 720h.
	KeepAnswers  time.Duration `env:"KOPIR_KEEP_ANSWERS" envDefault:"24h"`
	KeepChanges  time.Duration `env:"KOPIR_KEEP_CHANGES" envDefault:"168h"`
	KeepSessions time.Duration `env:"KOPIR_KEEP_SESSIONS" envDefault:"720h"`
	// OIDCIssuer is an OpenID provider through which people can sign in, by discovery: https, or http on this machine.
	// Defaults to none: they cannot.
	OIDCIssuer string `env:"KOPIR_OIDC_ISSUER"`
	// OIDCClientID and OIDCClientSecret are who Kopir is to the provider. Needed with OIDCIssuer.
	OIDCClientID     string `env:"KOPIR_OIDC_CLIENT_ID"`
	OIDCClientSecret string `env:"KOPIR_OIDC_CLIENT_SECRET"`
	// OIDCName is what people call the provider, for buttons and letters. Needed with OIDCIssuer.
	OIDCName string `env:"KOPIR_OIDC_NAME"`
	// OIDCRedirectURLs are pages of the app that the provider may send people back to; comma-separated, https, or http on
	// the reader's own machine. Needed with OIDCIssuer.
	OIDCRedirectURLs []string `env:"KOPIR_OIDC_REDIRECT_URLS"`
	// OIDCScopes is what the provider is asked for; comma-separated, openid among it. Defaults to openid,email,profile.
	OIDCScopes []string `env:"KOPIR_OIDC_SCOPES" envDefault:"openid,email,profile"`
	// LogLevel is debug, info, warn or error. Defaults to info.
	LogLevel string `env:"KOPIR_LOG_LEVEL" envDefault:"info"`
	// LogFormat is text or json. Defaults to text.
	LogFormat string `env:"KOPIR_LOG_FORMAT" envDefault:"text"`
	// CORSOrigins may read the API from a browser; comma-separated, e.g. https://kopir.kz. Defaults to none.
	CORSOrigins []string `env:"KOPIR_CORS_ORIGINS"`
	// TrustedProxies may say for whom they ask (X-Forwarded-For); comma-separated networks, e.g. 10.0.0.0/8. Defaults to
	// none: the address of the connection counts.
	TrustedProxies []string `env:"KOPIR_TRUSTED_PROXIES"`
	// ReadsPerMinute and WritesPerMinute bound what one visitor's address may ask; an account may ask twice and five
	// times as much. Default to 600 and 60.
	ReadsPerMinute  int `env:"KOPIR_READS_PER_MINUTE" envDefault:"600"`
	WritesPerMinute int `env:"KOPIR_WRITES_PER_MINUTE" envDefault:"60"`
	// StopWithin is how long requests that are under way get to finish when the server stops. Defaults to 15s.
	StopWithin time.Duration `env:"KOPIR_STOP_WITHIN" envDefault:"15s"`
	// AuditDays is how many days the audit is kept, who did what to what; at least 365. Defaults to 1095, three years.
	AuditDays int `env:"KOPIR_AUDIT_DAYS" envDefault:"1095"`
	// CandidatesAtMost bounds how many things words may name for matching to order them all; above it an answer says
	// exact: false. Defaults to 1000000.
	CandidatesAtMost int `env:"KOPIR_CANDIDATES_AT_MOST" envDefault:"1000000"`
}

// settingsHelp lists the settings for --help.
func settingsHelp() string {
	return "Settings come from the environment: KOPIR_ADDR (127.0.0.1:8080), KOPIR_DATA_DIR (./var), KOPIR_DATABASE_URL " +
		"(Postgres instead of the embedded database), KOPIR_MEILI_URL and KOPIR_MEILI_KEY (Meilisearch instead of the embedded search), KOPIR_SECRET, KOPIR_PUBLIC_URL, KOPIR_LOG_LEVEL, KOPIR_LOG_FORMAT, " +
		"KOPIR_CORS_ORIGINS, KOPIR_TRUSTED_PROXIES and more; the README explains them all."
}

// leastAuditDays is how many days the audit is kept at least.
const leastAuditDays = 365

// minSecret is how many characters a secret must have.
const minSecret = 32

// readConfig reads and checks every setting.
func readConfig() (*config, error) {
	var c config
	var faults []error
	if err := env.Parse(&c); err != nil {
		var all env.AggregateError
		if errors.As(err, &all) {
			faults = append(faults, all.Errors...)
		} else {
			faults = append(faults, err)
		}
	}
	faults = append(faults, c.faults()...)
	if len(faults) > 0 {
		return nil, fmt.Errorf("the settings have faults:\n%w", indented(faults))
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Addr
	}
	return &c, nil
}

// faults lists everything that is wrong with the settings.
func (c *config) faults() []error {
	var out []error
	wrong := func(name, format string, args ...any) {
		out = append(out, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
	}
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		wrong("KOPIR_ADDR", "%q is not host:port", c.Addr)
	}
	if u, err := url.Parse(c.DatabaseURL); c.DatabaseURL != "" && (err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql") {
		wrong("KOPIR_DATABASE_URL", "is not a postgres:// address")
	}
	c.searchFaults(wrong)
	c.mailFaults(wrong)
	c.privacyFaults(wrong)
	c.providerFaults(wrong)
	if c.Secret == "" && c.DatabaseURL != "" {
		wrong("KOPIR_SECRET", "must be given with KOPIR_DATABASE_URL: replicas share it")
	}
	if c.PublicURL == "" && c.DatabaseURL != "" {
		wrong("KOPIR_PUBLIC_URL", "must be given with KOPIR_DATABASE_URL: replicas accept each other's tokens by it")
	}
	if c.Secret != "" && len(c.Secret) < minSecret {
		wrong("KOPIR_SECRET", "has %d characters, at least %d are needed", len(c.Secret), minSecret)
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		wrong("KOPIR_PUBLIC_URL", "%q is not an http or https address", c.PublicURL)
	}
	if _, err := c.logLevel(); err != nil {
		wrong("KOPIR_LOG_LEVEL", "%q is none of debug, info, warn, error", c.LogLevel)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		wrong("KOPIR_LOG_FORMAT", "%q is neither text nor json", c.LogFormat)
	}
	for _, p := range c.TrustedProxies {
		if _, err := netip.ParsePrefix(p); err != nil {
			wrong("KOPIR_TRUSTED_PROXIES", "%q is not a network such as 10.0.0.0/8", p)
		}
	}
	for _, o := range c.CORSOrigins {
		if u, err := url.Parse(o); err != nil || u.Host == "" || u.Path != "" {
			wrong("KOPIR_CORS_ORIGINS", "%q is not an origin such as https://kopir.kz", o)
		}
	}
	if c.AuditDays < leastAuditDays {
		wrong("KOPIR_AUDIT_DAYS", "must be at least %d", leastAuditDays)
	}
	for _, n := range []struct {
		name string
		is   int
	}{
		{"KOPIR_DATABASE_CONNS", c.DatabaseConns}, {"KOPIR_READS_PER_MINUTE", c.ReadsPerMinute},
		{"KOPIR_WRITES_PER_MINUTE", c.WritesPerMinute}, {"KOPIR_CANDIDATES_AT_MOST", c.CandidatesAtMost},
	} {
		if n.is < 1 {
			wrong(n.name, "must be at least 1")
		}
	}
	return out
}

// mailFaults lists what is wrong with the settings of letters.
func (c *config) mailFaults(wrong func(name, format string, args ...any)) {
	if u, err := url.Parse(c.AppURL); c.AppURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		wrong("KOPIR_APP_URL", "%q is not an http or https address", c.AppURL)
	}
	switch {
	case c.SMTPURL == "" && c.MailFrom != "":
		wrong("KOPIR_MAIL_FROM", "means nothing without KOPIR_SMTP_URL")
	case c.SMTPURL != "" && c.MailFrom == "":
		wrong("KOPIR_MAIL_FROM", "must be given with KOPIR_SMTP_URL")
	case c.SMTPURL != "":
		if _, err := mail.NewSMTP(c.SMTPURL, c.MailFrom); err != nil {
			wrong("KOPIR_SMTP_URL or KOPIR_MAIL_FROM", "%s", err)
		}
	}
}

// privacyFaults lists what is wrong with the settings of what is kept of people.
func (c *config) privacyFaults(wrong func(name, format string, args ...any)) {
	if _, err := c.consents(); err != nil {
		wrong("KOPIR_CONSENTS", "%s", err)
	}
	for _, k := range []struct {
		name        string
		is, atLeast time.Duration
	}{
		{"KOPIR_KEEP_ANSWERS", c.KeepAnswers, time.Hour}, {"KOPIR_KEEP_CHANGES", c.KeepChanges, time.Hour},
		{"KOPIR_KEEP_SESSIONS", c.KeepSessions, 0},
	} {
		if k.is < k.atLeast {
			wrong(k.name, "must be at least %s", k.atLeast)
		}
	}
}

var consentName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,49}$`)

// consents are the documents that people agree to.
func (c *config) consents() ([]domain.ConsentDocument, error) {
	var out []domain.ConsentDocument
	for _, line := range c.Consents {
		parts := strings.Fields(line)
		if len(parts) != 3 || !consentName.MatchString(parts[0]) || len(parts[1]) > 50 {
			return nil, fmt.Errorf("%q is not a name, a version and an address, such as privacy 2026-11-01 https://kopir.kz/privacy", line)
		}
		if u, err := url.Parse(parts[2]); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, fmt.Errorf("%q is not an http or https address", parts[2])
		}
		if slices.ContainsFunc(out, func(d domain.ConsentDocument) bool { return d.Name == parts[0] }) {
			return nil, fmt.Errorf("%q is there twice", parts[0])
		}
		out = append(out, domain.ConsentDocument{Name: parts[0], Version: parts[1], URL: parts[2]})
	}
	return out, nil
}

// Bounds of what people and the contract see of a provider, in bytes.
const (
	maxIssuer       = 500
	maxProviderName = 100
	maxRedirect     = 1000
)

// providerFaults lists what is wrong with the settings of signing in through a provider.
func (c *config) providerFaults(wrong func(name, format string, args ...any)) {
	for _, s := range []struct {
		name  string
		given bool
	}{
		{"KOPIR_OIDC_CLIENT_ID", c.OIDCClientID != ""}, {"KOPIR_OIDC_CLIENT_SECRET", c.OIDCClientSecret != ""},
		{"KOPIR_OIDC_NAME", c.OIDCName != ""}, {"KOPIR_OIDC_REDIRECT_URLS", len(c.OIDCRedirectURLs) > 0},
	} {
		switch {
		case c.OIDCIssuer == "" && s.given:
			wrong(s.name, "means nothing without KOPIR_OIDC_ISSUER")
		case c.OIDCIssuer != "" && !s.given:
			wrong(s.name, "must be given with KOPIR_OIDC_ISSUER")
		}
	}
	if c.OIDCIssuer == "" {
		return
	}
	if err := auth.CheckAddress(c.OIDCIssuer); err != nil || strings.Contains(c.OIDCIssuer, "?") || len(c.OIDCIssuer) > maxIssuer {
		wrong("KOPIR_OIDC_ISSUER", "%q is not an https address (http is for this machine only), or has a query", c.OIDCIssuer)
	}
	if len(c.OIDCName) > maxProviderName {
		wrong("KOPIR_OIDC_NAME", "is longer than %d bytes", maxProviderName)
	}
	for _, r := range c.OIDCRedirectURLs {
		if err := auth.CheckAddress(r); err != nil || len(r) > maxRedirect {
			wrong("KOPIR_OIDC_REDIRECT_URLS", "%q is not an https address (http is for this machine only)", r)
		}
	}
	if !slices.Contains(c.OIDCScopes, "openid") {
		wrong("KOPIR_OIDC_SCOPES", "lacks openid")
	}
}

// outbox is the folder that letters are written into where they are not sent; "" where they are.
func (c *config) outbox() string {
	if c.SMTPURL != "" {
		return ""
	}
	return filepath.Join(c.DataDir, "outbox")
}

// fallbackEmbedded is the fallback that is one.
const fallbackEmbedded = "embedded"

var indexPrefix = regexp.MustCompile(`^[A-Za-z0-9_-]{0,60}$`)

// searchFaults lists what is wrong with the settings of the search engine.
func (c *config) searchFaults(wrong func(name, format string, args ...any)) {
	for name, address := range map[string]string{"KOPIR_MEILI_URL": c.MeiliURL, "KOPIR_MEILI_PUBLIC_URL": c.MeiliPublicURL} {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			wrong(name, "is not an http or https address")
		}
	}
	if c.MeiliURL != "" && c.MeiliKey == "" {
		wrong("KOPIR_MEILI_KEY", "must be given with KOPIR_MEILI_URL")
	}
	if c.MeiliURL == "" {
		for name, value := range map[string]string{
			"KOPIR_MEILI_KEY": c.MeiliKey, "KOPIR_MEILI_PUBLIC_URL": c.MeiliPublicURL, "KOPIR_MEILI_PREFIX": c.MeiliPrefix,
		} {
			if value != "" {
				wrong(name, "means nothing without KOPIR_MEILI_URL")
			}
		}
	}
	if !indexPrefix.MatchString(c.MeiliPrefix) {
		wrong("KOPIR_MEILI_PREFIX", "%q has other signs than letters, digits, _ and -", c.MeiliPrefix)
	}
	switch {
	case c.SearchFallback != "none" && c.SearchFallback != fallbackEmbedded:
		wrong("KOPIR_SEARCH_FALLBACK", "%q is neither none nor embedded", c.SearchFallback)
	case c.SearchFallback == fallbackEmbedded && c.MeiliURL == "":
		wrong("KOPIR_SEARCH_FALLBACK", "means nothing without KOPIR_MEILI_URL")
	}
}

func indented(faults []error) error {
	lines := make([]string, len(faults))
	for i, f := range faults {
		lines[i] = "  " + f.Error()
	}
	return errors.New(strings.Join(lines, "\n"))
}

func (c *config) logLevel() (slog.Level, error) {
	var l slog.Level
	return l, l.UnmarshalText([]byte(c.LogLevel))
}

// logger returns the log: one record a line, to the terminal's err.
func (c *config) logger(t *terminal) *slog.Logger {
	level, _ := c.logLevel() // checked at the start
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(t.err, options))
	}
	return slog.New(slog.NewTextHandler(t.err, options))
}

// secret returns the configured secret, or the one kept in the data directory, made at the first start.
func (c *config) secret() ([]byte, error) {
	if c.Secret != "" {
		return []byte(c.Secret), nil
	}
	path := filepath.Join(c.DataDir, "secret")
	kept, err := os.ReadFile(path) //nolint:gosec // the operator's own directory
	if err == nil && len(kept) >= minSecret {
		return kept, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	fresh := make([]byte, minSecret)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	made := []byte(hex.EncodeToString(fresh))
	return made, os.WriteFile(path, made, 0o600)
}

package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"kopir/auth"
	"kopir/domain"
	"kopir/store"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// instance is a server of its own, over a database and indexes of its own, empty but for the catalogue that ships and for one
// verified organisation of each side, whose owner is signed in.
type instance struct {
	config   config
	name     string
	folder   string
	database string // "" is SQLite
	address  string
	process  *exec.Cmd
	ended    chan struct{}
	token    string
	owner    map[domain.Side]string // ids of the organisations
}

// Who owns what is imported.
const (
	ownerEmail    = "exchange@example.kz"
	ownerPassword = "an exchange of real things"
)

// newInstance starts a server for a pair of engines.
func newInstance(ctx context.Context, c config, pair string) (_ *instance, err error) {
	s := &instance{config: c, name: "exchange_" + strings.ReplaceAll(uuid.NewString(), "-", "")[:12], ended: make(chan struct{}), owner: make(map[domain.Side]string)}
	if s.folder, err = os.MkdirTemp("", "exchange"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(ctx))
		}
	}()
	if pair == servers {
		if err := s.createDatabase(ctx); err != nil {
			return nil, err
		}
	}
	if s.address, err = freeAddress(); err != nil {
		return nil, err
	}
	if err := s.enrol(ctx); err != nil {
		return nil, err
	}
	if err := s.start(ctx); err != nil {
		return nil, err
	}
	var session struct {
		Token string `json:"access_token"`
	}
	err = s.ask(ctx, http.MethodPost, "/v1/auth/login", "application/json", fmt.Appendf(nil, `{"email":%q,"password":%q}`, ownerEmail, ownerPassword), &session)
	s.token = session.Token
	return s, err
}

// environment is what the program is run with; ours says nothing of it.
func (s *instance) environment() []string {
	out := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "KOPIR_") })
	out = append(out, "KOPIR_ADDR="+s.address, "KOPIR_DATA_DIR="+s.folder, "KOPIR_PUBLIC_URL=http://kopir.example", "KOPIR_SECRET="+strings.Repeat(s.name, 2),
		"KOPIR_READS_PER_MINUTE=10000000", "KOPIR_WRITES_PER_MINUTE=10000000", "KOPIR_LOG_LEVEL=warn")
	if s.database != "" {
		out = append(out, "KOPIR_DATABASE_URL="+s.database, "KOPIR_MEILI_URL="+os.Getenv("KOPIR_TEST_MEILI_URL"),
			"KOPIR_MEILI_KEY="+os.Getenv("KOPIR_TEST_MEILI_KEY"), "KOPIR_MEILI_PREFIX="+s.name+"_")
	}
	return out
}

func (s *instance) createDatabase(ctx context.Context) error {
	at := os.Getenv("KOPIR_TEST_POSTGRES_URL")
	if at == "" || os.Getenv("KOPIR_TEST_MEILI_URL") == "" {
		return errors.New("KOPIR_TEST_POSTGRES_URL and KOPIR_TEST_MEILI_URL must name servers, see scripts/testenv.sh")
	}
	u, err := url.Parse(at)
	if err != nil {
		return errors.New("KOPIR_TEST_POSTGRES_URL is not an address")
	}
	if err := administer(ctx, "CREATE DATABASE "+s.name); err != nil {
		return err
	}
	u.Path = "/" + s.name
	s.database = u.String()
	return nil
}

func administer(ctx context.Context, statement string) error {
	db, err := sql.Open("pgx", os.Getenv("KOPIR_TEST_POSTGRES_URL"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// enrol brings the catalogue in, and as an operator does the organisations and their owner.
func (s *instance) enrol(ctx context.Context) error {
	migrate := exec.CommandContext(ctx, s.config.program, "migrate") //nolint:gosec // the program to try
	migrate.Env = s.environment()
	if out, err := migrate.CombinedOutput(); err != nil {
		return fmt.Errorf("kopir migrate: %w\n%s", err, out)
	}
	settings := store.Config{PostgresURL: s.database, Logger: slog.New(slog.DiscardHandler)}
	if s.database == "" {
		settings.SQLitePath = filepath.Join(s.folder, "kopir.db")
	}
	db, err := store.Open(ctx, settings)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	operator := domain.Actor{Operator: true}
	market := domain.NewMarket(db, func() *domain.Catalogue { return nil }, time.Now) // organisations need none
	powers := domain.Powers{}
	for side, kind := range map[domain.Side]domain.OrganisationKind{domain.DemandSide: domain.Employer, domain.ProgrammeSide: domain.University} {
		o, err := market.EnsureOrganisation(ctx, operator, domain.OrganisationForm{
			Kind: string(kind), RegistrationScheme: string(domain.Foreign), RegistrationCountry: "NO", RegistrationNumber: "EXCHANGE" + string(side),
			Name: domain.Text{KK: "Алмасу", RU: "Обмен", EN: "Exchange"},
		})
		if err != nil {
			return err
		}
		s.owner[side] = o.ID.String()
		powers.OwnerOf = append(powers.OwnerOf, o.ID)
	}
	accounts := domain.NewAccounts(db, auth.NewPasswords(auth.PasswordConfig{}), nil, nil, nil, time.Now) // no letter and no token is made of it here
	_, err = accounts.EnsureAccount(ctx, operator, domain.AccountForm{Email: ownerEmail, Password: ownerPassword, Name: "Exchange"}, powers)
	return err
}

// start starts the server and waits until it is ready.
func (s *instance) start(ctx context.Context) error {
	log, err := os.Create(filepath.Join(s.folder, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()                  // the process has its own
	s.process = exec.Command(s.config.program, "serve") //nolint:gosec,noctx // the program to try; it is ended by close
	s.process.Env = s.environment()
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	go func() {
		_ = s.process.Wait() // how it ended matters only where it was not told to
		close(s.ended)
	}()
	for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); {
		if s.ask(ctx, http.MethodGet, "/readyz", "", nil, nil) == nil {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("the server ended:\n%s", s.log())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("the server was never ready:\n%s", s.log())
}

// log returns the end of what the server has said.
func (s *instance) log() string {
	all, err := os.ReadFile(filepath.Join(s.folder, "log"))
	if err != nil {
		return err.Error()
	}
	return string(all[max(0, len(all)-2000):])
}

// close ends the server and takes away what it had, also when ctx has ended.
func (s *instance) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var errs []error
	if s.process != nil && s.process.Process != nil {
		_ = s.process.Process.Signal(syscall.SIGTERM) // if it has ended by itself, all the better
		select {
		case <-s.ended:
		case <-time.After(20 * time.Second):
			errs = append(errs, errors.New("the server did not stop when it was asked to"), s.process.Process.Kill())
			<-s.ended
		}
	}
	if s.database != "" {
		errs = append(errs, administer(ctx, "DROP DATABASE "+s.name+" WITH (FORCE)"), s.dropIndexes(ctx))
	}
	return errors.Join(append(errs, os.RemoveAll(s.folder))...)
}

func (s *instance) dropIndexes(ctx context.Context) error {
	var found struct {
		Results []struct{ UID string }
	}
	errs := []error{engine(ctx, http.MethodGet, "/indexes?limit=1000", &found)}
	for _, i := range found.Results {
		if strings.HasPrefix(i.UID, s.name) {
			errs = append(errs, engine(ctx, http.MethodDelete, "/indexes/"+i.UID, nil))
		}
	}
	return errors.Join(errs...)
}

// engine asks the search engine itself.
func engine(ctx context.Context, method, path string, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, os.Getenv("KOPIR_TEST_MEILI_URL")+path, nil) //nolint:gosec // the engine that this tool is given
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("KOPIR_TEST_MEILI_KEY"))
	return do(request, out)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

var client = &http.Client{Timeout: 5 * time.Minute}

// ask sends a request to the server; the answer is read into out: whole if that is bytes, or else as JSON.
func (s *instance) ask(ctx context.Context, method, path, media string, body []byte, out any, headers ...string) error {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+s.address+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return do(request, out)
}

// do sends a request; any status but 2xx is an error.
func do(request *http.Request, out any) error {
	response, err := client.Do(request) //nolint:gosec // a server that this tool has started, or the engine that it is given
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	all, err := io.ReadAll(response.Body)
	switch to := out.(type) {
	case nil:
	case *[]byte:
		*to = all
	default:
		if err == nil && response.StatusCode < 300 {
			err = json.Unmarshal(all, out)
		}
	}
	if err != nil || response.StatusCode < 300 {
		return err
	}
	err = fmt.Errorf("%s %s: %s: %.500s", request.Method, request.URL.Path, response.Status, all)
	if response.StatusCode == http.StatusServiceUnavailable {
		return &unavailable{err}
	}
	return err
}

// unavailable is that a server could not answer for now.
type unavailable struct{ error }

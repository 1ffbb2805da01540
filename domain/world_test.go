package domain_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"kopir/auth"
	"kopir/domain"
	"kopir/store"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// placesOf returns where an error finds fault, and why.
func placesOf(err error) map[string]domain.Code {
	var e *domain.Error
	if !errors.As(err, &e) || e.Kind != domain.Invalid {
		return nil
	}
	places := make(map[string]domain.Code, len(e.Faults))
	for _, f := range e.Faults {
		if _, twice := places[f.Pointer]; twice {
			f.Pointer += " (again)"
		}
		places[f.Pointer] = f.Reason.Code
	}
	return places
}

// failsAs requires an error of a kind, for a reason.
func failsAs(t require.TestingT, err error, kind domain.Kind, code domain.Code) {
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, kind, e.Kind, err)
	require.Equal(t, code, e.Reason.Code, err)
}

// smallCatalogue has a few competences, one of which was replaced twice over, and one whose replacements go round.
func smallCatalogue() *domain.Catalogue {
	names := func(s string) domain.Text { return domain.Text{KK: s + " (kk)", RU: s + " (ru)", EN: s} }
	c, err := domain.NewCatalogue("small", []domain.Framework{{ID: "house", Version: "1", Name: names("House list")}}, []domain.Competence{
		{ID: "house:go", Framework: "house", Code: "go", Kind: domain.Knowledge, Label: names("Go"), Broader: []domain.CompetenceID{"house:programming"}},
		{ID: "house:sql", Framework: "house", Code: "sql", Kind: domain.Knowledge, Label: names("SQL")},
		{ID: "house:programming", Framework: "house", Code: "programming", Kind: domain.Skill, Label: names("computer programming")},
		{ID: "house:golang", Framework: "house", Code: "golang", Kind: domain.Knowledge, Label: names("Golang"), ReplacedBy: "house:go-1"},
		{ID: "house:go-1", Framework: "house", Code: "go-1", Kind: domain.Knowledge, Label: names("Go 1"), ReplacedBy: "house:go"},
		{ID: "house:hen", Framework: "house", Code: "hen", Kind: domain.Knowledge, Label: names("hen"), ReplacedBy: "house:egg"},
		{ID: "house:egg", Framework: "house", Code: "egg", Kind: domain.Knowledge, Label: names("egg"), ReplacedBy: "house:hen"},
	})
	if err != nil {
		panic(err)
	}
	return c
}

// smallShipped is the small catalogue as a program brings it along.
func smallShipped(number int, edition string) domain.Shipped {
	c := smallCatalogue()
	return domain.Shipped{Number: number, Edition: edition, Content: domain.CatalogueContent{Frameworks: c.Frameworks(), Competences: c.Competences()}}
}

// timer is a clock that stands until it is moved.
type timer struct {
	mu sync.Mutex
	at time.Time
}

func (c *timer) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *timer) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a market over a database of its own, with the people of the access matrix in it.
type world struct {
	store     *store.Store
	market    *domain.Market
	accounts  *domain.Accounts
	members   *domain.Members
	passwords *plainPasswords
	codes     domain.Codes
	oneTime   domain.OneTime
	asked     *statements
	clock     *timer
	catalogue *domain.Catalogue

	employer, institution, pending domain.Organisation // pending is an employer that waits for verification
	people                         map[string]domain.Actor
}

// The people. Of the employer and the institution there are an owner, an editor and a viewer (the same three); the
// others belong to nobody, or to somebody else.
var everybody = []string{"visitor", "gone", "jobseeker", "stranger", "viewer", "editor", "owner", "admin", "operator"}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{clock: &timer{at: noon}, catalogue: smallCatalogue(), asked: &statements{}, passwords: &plainPasswords{}, people: map[string]domain.Actor{
		"visitor": domain.Visitor, "gone": {AccountID: uuid.Must(uuid.NewV7())}, "operator": {Operator: true},
	}}
	var err error
	w.store, err = store.Open(ctx, store.Config{
		SQLitePath: filepath.Join(t.TempDir(), "k.db"), Clock: w.clock.now, Logger: slog.New(slog.DiscardHandler), Observe: w.asked.note,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.store.Close()) })
	_, err = w.store.Migrate(ctx)
	require.NoError(t, err)
	w.market = domain.NewMarket(w.store, func() *domain.Catalogue { return w.catalogue }, w.clock.now)
	w.codes, err = auth.NewCodes([]byte("a secret of thirty-two bytes, ok"))
	require.NoError(t, err)
	w.oneTime, err = auth.NewOneTime([]byte("a secret of thirty-two bytes, ok"))
	require.NoError(t, err)
	w.accounts = domain.NewAccounts(w.store, w.passwords, tokens{}, w.codes, w.oneTime, w.clock.now)
	w.members = domain.NewMembers(w.store, w.codes, w.clock.now)
	installed, err := domain.InstallCatalogue(ctx, w.store, smallShipped(1, "small"), noon)
	require.NoError(t, err)
	require.True(t, installed)
	w.employer = w.organisation(t, domain.Employer, "971240001315", domain.Verified)
	w.institution = w.organisation(t, domain.University, "941240000193", domain.Verified)
	w.pending = w.organisation(t, domain.Employer, "010140000511", domain.Pending)
	other := w.organisation(t, domain.Employer, "010140000523", domain.Verified)
	for who, role := range map[string]domain.MemberRole{"viewer": domain.Viewer, "editor": domain.Editor, "owner": domain.Owner, "jobseeker": "", "admin": "", "stranger": ""} {
		a := &domain.Account{ID: uuid.Must(uuid.NewV7()), Email: who + "@example.kz", Name: who, PasswordHash: "-", Admin: who == "admin", CreatedAt: noon, ConfirmedAt: noon}
		w.write(t, func(ctx context.Context, tx domain.Tx) error { return tx.CreateAccount(ctx, a) })
		w.people[who] = domain.Actor{AccountID: a.ID}
		in := map[uuid.UUID]domain.MemberRole{}
		if role != "" {
			in = map[uuid.UUID]domain.MemberRole{w.employer.ID: role, w.institution.ID: role, w.pending.ID: role}
		}
		if who == "stranger" {
			in[other.ID] = domain.Owner
		}
		for id, role := range in {
			w.write(t, func(ctx context.Context, tx domain.Tx) error {
				return tx.SaveMembership(ctx, domain.Membership{OrganisationID: id, AccountID: a.ID, Role: role})
			})
		}
	}
	return w
}

// statements notes what a store is asked.
type statements struct {
	mu     sync.Mutex
	shapes []string
}

func (s *statements) note(shape string, _ time.Duration, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shapes = append(s.shapes, shape)
}

// letters takes out what was sent to people, the earliest first.
func (w *world) letters(t testing.TB) []domain.Letter {
	t.Helper()
	list, err := w.store.TakeLetters(t.Context(), w.clock.now(), w.clock.now().Add(time.Minute), 100)
	require.NoError(t, err)
	for _, l := range list {
		require.NoError(t, w.store.DropLetter(t.Context(), l.ID))
	}
	return list
}

// letter is the only letter that was sent.
func (w *world) letter(t testing.TB, kind domain.LetterKind) domain.Letter {
	t.Helper()
	list := w.letters(t)
	require.Len(t, list, 1)
	require.Equal(t, kind, list[0].Kind)
	return list[0]
}

// code is the code in the only letter that was sent.
func (w *world) code(t testing.TB, kind domain.LetterKind) string {
	t.Helper()
	return w.codes.Code(kind, w.letter(t, kind).Code)
}

// write keeps something by the store's own means.
func (w *world) write(t testing.TB, work func(ctx context.Context, tx domain.Tx) error) {
	t.Helper()
	require.NoError(t, w.store.InTx(t.Context(), work))
}

func (w *world) organisation(t testing.TB, kind domain.OrganisationKind, bin string, v domain.Verification) domain.Organisation {
	t.Helper()
	o, err := domain.NewOrganisation(uuid.Must(uuid.NewV7()), domain.OrganisationForm{
		Kind: string(kind), RegistrationScheme: "bin", RegistrationNumber: bin, Name: domain.Text{RU: "Организация " + bin}, Region: "KZ-75",
	}, noon)
	require.NoError(t, err)
	o.Verification = v
	w.write(t, func(ctx context.Context, tx domain.Tx) error { return tx.CreateOrganisation(ctx, o) })
	return *o
}

// owner is who writes where it does not matter who does.
func (w *world) owner() domain.Actor { return w.people["owner"] }

// noted lists what the audit notes, the earliest first, as deed, subject and note.
func (w *world) noted(t testing.TB) []string {
	t.Helper()
	list, _, err := w.store.ListDeeds(t.Context(), domain.DeedList{Limit: 1000})
	require.NoError(t, err)
	var lines []string
	for _, d := range slices.Backward(list) {
		lines = append(lines, fmt.Sprintf("%s %s %s", d.Kind, d.SubjectKind, d.Note))
	}
	return lines
}

// changes counts the entries of the change log.
func (w *world) changes(t testing.TB) int {
	t.Helper()
	list, _, err := w.store.Changes(t.Context(), "", 1000)
	require.NoError(t, err)
	return len(list)
}

// demand adds a demand of the employer's in a state.
func (w *world) demand(t testing.TB, status domain.DemandStatus) *domain.Demand {
	t.Helper()
	ctx := t.Context()
	d, err := w.market.CreateDemand(ctx, w.owner(), w.employer.ID, demandForm())
	require.NoError(t, err)
	if status != domain.DemandDraft {
		d, err = w.market.PublishDemand(ctx, w.owner(), d.ID, d.Version)
		require.NoError(t, err)
	}
	if status == domain.DemandClosed {
		d, err = w.market.CloseDemand(ctx, w.owner(), d.ID, d.Version)
		require.NoError(t, err)
	}
	return d
}

// programme adds a programme of the institution's in a state.
func (w *world) programme(t testing.TB, status domain.ProgrammeStatus) *domain.Programme {
	t.Helper()
	ctx := t.Context()
	p, err := w.market.CreateProgramme(ctx, w.owner(), w.institution.ID, programmeForm())
	require.NoError(t, err)
	if status != domain.ProgrammeDraft {
		p, err = w.market.PublishProgramme(ctx, w.owner(), p.ID, p.Version)
		require.NoError(t, err)
	}
	if status == domain.ProgrammeArchived {
		p, err = w.market.ArchiveProgramme(ctx, w.owner(), p.ID, p.Version)
		require.NoError(t, err)
	}
	return p
}

// plainPasswords keeps passwords quickly: tests of the verbs need no argon2. It counts its checks.
type plainPasswords struct {
	mu             sync.Mutex
	hashed, looked int
	checked        func() // after each check; may be nil
}

func (p *plainPasswords) Hash(_ context.Context, password string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hashed++
	return fmt.Sprintf("%x", sha256.Sum256([]byte(password))), nil
}

func (p *plainPasswords) Check(_ context.Context, hash, password string) (bool, error) {
	p.mu.Lock()
	p.looked++
	p.mu.Unlock()
	if p.checked != nil {
		p.checked()
	}
	return hash == fmt.Sprintf("%x", sha256.Sum256([]byte(password))), nil
}

func (p *plainPasswords) TooCommon(password string) bool {
	return password == "passwordpassword" || password == "password"
}

// tokens makes real secrets; its access tokens are only names.
type tokens struct{}

func (tokens) Access(_ context.Context, account, session uuid.UUID, now time.Time) (string, time.Duration, error) {
	return "access of " + account.String() + " in " + session.String() + " at " + now.Format(time.RFC3339Nano), 15 * time.Minute, nil
}

func (k tokens) NewRefresh() (string, []byte, error) {
	secret := base64.RawURLEncoding.EncodeToString([]byte(rand.Text()))
	return secret, k.HashRefresh(secret), nil
}

func (tokens) HashRefresh(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

func (tokens) SealSuccessor(predecessor, successor string) ([]byte, error) {
	box, err := boxOf(predecessor)
	if err != nil {
		return nil, err
	}
	return box.Seal(nil, nil, []byte(successor), nil), nil
}

func (tokens) OpenSuccessor(predecessor string, sealed []byte) (string, error) {
	box, err := boxOf(predecessor)
	if err != nil {
		return "", err
	}
	plain, err := box.Open(nil, nil, sealed, nil)
	return string(plain), err
}

func boxOf(predecessor string) (cipher.AEAD, error) {
	key := sha256.Sum256([]byte("seal " + predecessor))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"kopir/data"
	"kopir/domain"
	"kopir/jobs"
	"kopir/search"
	"kopir/search/coverage"
	"kopir/search/embedded"
	"kopir/store"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var (
	_ jobs.Coverage = (*coverage.Index)(nil)
	_ jobs.Keeper   = (*store.Store)(nil)
)

var noon = time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC)

var operator = domain.Actor{Operator: true}

// site is one process over a database: indexes, and the follower that feeds them.
type site struct {
	*jobs.Follower
	coverage *coverage.Index
	index    *embedded.Engine
	adopted  []string // editions
}

// town is a market with an employer and an institution in it.
type town struct {
	t                     *testing.T
	path                  string
	store                 *store.Store
	market                *domain.Market
	catalogue             *domain.Catalogue
	asked                 domain.CompetenceID
	employer, institution *domain.Organisation
	now                   time.Time  // while the town's time stands still
	began                 time.Time  // when it began to run; zero while it stands still
	timing                sync.Mutex // of those two, which may pass while somebody feeds
}

// clock tells the town's time.
func (w *town) clock() time.Time {
	w.timing.Lock()
	defer w.timing.Unlock()
	if w.began.IsZero() {
		return w.now
	}
	return w.now.Add(time.Since(w.began))
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{t: t, path: filepath.Join(t.TempDir(), "k.db"), now: noon}
	var err error
	w.catalogue, err = smallCatalogue()
	require.NoError(t, err)
	empty, err := emptyTown()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(w.path, empty, 0o600))
	w.open()
	w.asked = w.catalogue.Competences()[len(w.catalogue.Competences())/2].ID
	w.market = domain.NewMarket(w.store, func() *domain.Catalogue { return w.catalogue }, w.clock)
	w.employer = w.organisation("employer", "971240001315", "ТОО «Бәйтерек Софт»")
	w.institution = w.organisation("university", "941240000193", "Университет «Мұрагер»")
	return w
}

// smallCatalogue is the one that ships without ESCO, which is most of it: loading it takes its time.
var smallCatalogue = sync.OnceValues(func() (*domain.Catalogue, error) {
	shipped, err := data.Shipped()
	if err != nil {
		return nil, err
	}
	shipped.Edition = "small"
	shipped.Content.Competences = slices.DeleteFunc(shipped.Content.Competences, func(k domain.Competence) bool { return k.Framework == "esco" })
	return shipped.Catalogue()
})

// emptyTown is the file of a database with a catalogue in it and nothing else: making it takes its time, too.
var emptyTown = sync.OnceValues(func() ([]byte, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "kopir-jobs-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "k.db")
	s, err := store.Open(ctx, store.Config{SQLitePath: path, Clock: func() time.Time { return noon }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	if _, err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	catalogue, err := smallCatalogue()
	if err == nil {
		_, err = domain.InstallCatalogue(ctx, s, domain.Shipped{Number: 1, Edition: catalogue.Edition(), Content: domain.CatalogueContent{
			Frameworks: catalogue.Frameworks(), Competences: catalogue.Competences()}}, noon)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func (w *town) open() {
	var err error
	w.store, err = store.Open(w.t.Context(), store.Config{
		SQLitePath: w.path, Clock: w.clock, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { require.NoError(w.t, w.store.Close()) })
}

func (w *town) organisation(kind, bin, name string) *domain.Organisation {
	o, err := w.market.EnsureOrganisation(w.t.Context(), operator, domain.OrganisationForm{
		Kind: kind, RegistrationScheme: "bin", RegistrationNumber: bin, Name: domain.Text{RU: name}, Region: "KZ-75",
	})
	require.NoError(w.t, err)
	return o
}

// newSite returns a process that has not yet read anything. Its log and store may be others than the town's own.
func (w *town) newSite(log domain.ChangeLog, from domain.Reader) *site {
	index, err := embedded.Open(embedded.Options{Dir: filepath.Join(w.t.TempDir(), "index")})
	require.NoError(w.t, err)
	w.t.Cleanup(func() { require.NoError(w.t, index.Close()) })
	s := &site{coverage: coverage.New(), index: index}
	s.Follower = jobs.NewFollower(log, from, s.coverage, index, func(c *domain.Catalogue) { s.adopted = append(s.adopted, c.Edition()) })
	return s
}

func (w *town) site() *site {
	s := w.newSite(w.store, w.store)
	w.follow(s)
	return s
}

// follow steps until there is no more, as the loop around it does, and returns how many changes came in.
func (w *town) follow(s *site) int {
	w.t.Helper()
	sum := 0
	for range 1000 {
		n, err := s.Step(w.t.Context())
		require.NoError(w.t, err)
		if sum += n; n == 0 {
			return sum
		}
	}
	require.Fail(w.t, "the follower never ends")
	return 0
}

func (w *town) demand(word string) *domain.Demand {
	w.t.Helper()
	d, err := w.market.CreateDemand(w.t.Context(), operator, w.employer.ID, domain.DemandForm{
		Title: domain.Text{EN: word}, Kind: "job", WorkMode: "remote", ValidThrough: "2027-03-01",
		Requirements: []domain.RequirementForm{{Competence: string(w.asked), Level: 4, Importance: "must"}},
	})
	require.NoError(w.t, err)
	return d
}

func (w *town) publishedDemand(word string) *domain.Demand {
	w.t.Helper()
	d := w.demand(word)
	d, err := w.market.PublishDemand(w.t.Context(), operator, d.ID, d.Version)
	require.NoError(w.t, err)
	return d
}

func (w *town) programme(word string) *domain.Programme {
	w.t.Helper()
	p, err := w.market.CreateProgramme(w.t.Context(), operator, w.institution.ID, domain.ProgrammeForm{
		Title: domain.Text{EN: word}, Kind: "short_course", Mode: "online", Languages: []string{"en"},
		Outcomes: []domain.OutcomeForm{{Competence: string(w.asked), Level: 4}},
	})
	require.NoError(w.t, err)
	return p
}

func (w *town) publishedProgramme(word string) *domain.Programme {
	w.t.Helper()
	p := w.programme(word)
	p, err := w.market.PublishProgramme(w.t.Context(), operator, p.ID, p.Version)
	require.NoError(w.t, err)
	return p
}

// found says by which means a thing of a side is found: by words, by matching.
func (w *town) found(s *site, side domain.Side, word string, id uuid.UUID) (byWords, byMatch bool) {
	w.t.Helper()
	ctx := w.t.Context()
	result, err := s.index.Search(ctx, search.Query{Side: side, Words: word, Sort: search.ByRelevance, Today: domain.DateOf(w.now), Limit: 100})
	require.NoError(w.t, err)
	for _, h := range result.Hits {
		byWords = byWords || h.ID == id
	}
	if side == domain.DemandSide {
		ranks, _, err := s.coverage.Demands(ctx, domain.DemandQuery{Outcomes: []domain.Outcome{{Competence: w.asked, Level: 4}}, Today: domain.DateOf(w.now), Limit: 1000})
		require.NoError(w.t, err)
		for _, r := range ranks {
			byMatch = byMatch || r.ID == id
		}
		return byWords, byMatch
	}
	ranks, _, err := s.coverage.Programmes(ctx, domain.ProgrammeQuery{Requirements: []domain.Requirement{{Competence: w.asked, Level: 4, Importance: domain.Must}}, Limit: 1000})
	require.NoError(w.t, err)
	for _, r := range ranks {
		byMatch = byMatch || r.ID == id
	}
	return byWords, byMatch
}

func (w *town) requireThere(s *site, side domain.Side, word string, id uuid.UUID) {
	w.t.Helper()
	byWords, byMatch := w.found(s, side, word, id)
	require.True(w.t, byWords, "%s is found by words", word)
	require.True(w.t, byMatch, "%s is matched", word)
}

func (w *town) requireGone(s *site, side domain.Side, word string, id uuid.UUID) {
	w.t.Helper()
	byWords, byMatch := w.found(s, side, word, id)
	require.False(w.t, byWords, "%s is not found by words", word)
	require.False(w.t, byMatch, "%s is not matched", word)
}

func TestBeforeItsFirstLoadNothingIsAnswered(t *testing.T) {
	w := newTown(t)
	s := w.newSite(w.store, w.store)
	require.False(t, s.Loaded())
	_, _, err := s.coverage.Demands(t.Context(), domain.DemandQuery{Limit: 1})
	require.Equal(t, domain.Unavailable, domain.KindOf(err))
	w.follow(s)
	require.True(t, s.Loaded())
	require.Equal(t, []string{w.catalogue.Edition()}, s.adopted)
	_, _, err = s.coverage.Demands(t.Context(), domain.DemandQuery{Limit: 1})
	require.NoError(t, err)
}

func TestTheFirstLoadBringsWhatIsPublishedAndNothingElse(t *testing.T) {
	w := newTown(t)
	d, p := w.publishedDemand("walrus"), w.publishedProgramme("octopus")
	draft, plan := w.demand("hedgehog"), w.programme("badger")
	over := w.publishedDemand("marmot")
	_, err := w.market.CloseDemand(t.Context(), operator, over.ID, over.Version)
	require.NoError(t, err)
	s := w.site()
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
	w.requireThere(s, domain.ProgrammeSide, "octopus", p.ID)
	w.requireGone(s, domain.DemandSide, "hedgehog", draft.ID)
	w.requireGone(s, domain.ProgrammeSide, "badger", plan.ID)
	w.requireGone(s, domain.DemandSide, "marmot", over.ID)
}

func TestWhatIsPublishedIsFoundAndMatched(t *testing.T) {
	w := newTown(t)
	s := w.site()
	d, p := w.demand("walrus"), w.programme("octopus")
	w.follow(s)
	w.requireGone(s, domain.DemandSide, "walrus", d.ID)
	w.requireGone(s, domain.ProgrammeSide, "octopus", p.ID)

	_, err := w.market.PublishDemand(t.Context(), operator, d.ID, d.Version)
	require.NoError(t, err)
	_, err = w.market.PublishProgramme(t.Context(), operator, p.ID, p.Version)
	require.NoError(t, err)
	w.requireGone(s, domain.DemandSide, "walrus", d.ID) // not before the step
	require.Equal(t, 2, w.follow(s))
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
	w.requireThere(s, domain.ProgrammeSide, "octopus", p.ID)
	require.Zero(t, w.follow(s), "once")
}

func TestWhatIsRevisedIsFoundByItsNewWords(t *testing.T) {
	w := newTown(t)
	s := w.site()
	p := w.publishedProgramme("octopus")
	w.follow(s)
	_, err := w.market.ReviseProgramme(t.Context(), operator, p.ID, p.Version, func(*domain.Programme) (domain.ProgrammeForm, error) {
		return domain.ProgrammeForm{
			Title: domain.Text{EN: "Cuttlefish"}, Kind: "short_course", Mode: "online", Languages: []string{"en"},
			Outcomes: []domain.OutcomeForm{{Competence: string(w.asked), Level: 4}},
		}, nil
	})
	require.NoError(t, err)
	w.follow(s)
	w.requireThere(s, domain.ProgrammeSide, "cuttlefish", p.ID)
	byWords, _ := w.found(s, domain.ProgrammeSide, "octopus", p.ID)
	require.False(t, byWords)
}

func TestWhatIsClosedArchivedExpiredHiddenOrDeletedIsGone(t *testing.T) {
	for name, c := range map[string]struct {
		side domain.Side
		end  func(ctx context.Context, w *town, id uuid.UUID) error
	}{
		"closed": {domain.DemandSide, func(ctx context.Context, w *town, id uuid.UUID) error {
			_, err := w.market.CloseDemand(ctx, operator, id, 2)
			return err
		}},
		"expired": {domain.DemandSide, func(ctx context.Context, w *town, _ uuid.UUID) error {
			w.now = time.Date(2027, 3, 1, 19, 30, 0, 0, time.UTC)
			more, err := jobs.Expiry(w.market)(ctx)
			require.False(w.t, more)
			return err
		}},
		"hidden demand": {domain.DemandSide, func(ctx context.Context, w *town, id uuid.UUID) error {
			_, err := w.market.HideDemand(ctx, operator, id, 2, "why")
			return err
		}},
		"hidden programme": {domain.ProgrammeSide, func(ctx context.Context, w *town, id uuid.UUID) error {
			_, err := w.market.HideProgramme(ctx, operator, id, 2, "why")
			return err
		}},
		"deleted demand": {domain.DemandSide, func(ctx context.Context, w *town, id uuid.UUID) error {
			return w.market.DeleteDemand(ctx, operator, id, 2)
		}},
		"archived": {domain.ProgrammeSide, func(ctx context.Context, w *town, id uuid.UUID) error {
			_, err := w.market.ArchiveProgramme(ctx, operator, id, 2)
			return err
		}},
		"deleted programme": {domain.ProgrammeSide, func(ctx context.Context, w *town, id uuid.UUID) error {
			return w.market.DeleteProgramme(ctx, operator, id, 2)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			s := w.site()
			var id uuid.UUID
			if c.side == domain.DemandSide {
				id = w.publishedDemand("walrus").ID
			} else {
				id = w.publishedProgramme("walrus").ID
			}
			w.follow(s)
			w.requireThere(s, c.side, "walrus", id)
			require.NoError(t, c.end(t.Context(), w, id))
			w.follow(s)
			w.requireGone(s, c.side, "walrus", id)
		})
	}
}

func TestWhenAnOrganisationIsRenamedAllItHasPublishedIsRenewed(t *testing.T) {
	w := newTown(t)
	s := w.site()
	d, p := w.publishedDemand("walrus"), w.publishedProgramme("octopus")
	draft := w.demand("hedgehog")
	w.follow(s)
	w.requireThere(s, domain.DemandSide, "Бәйтерек", d.ID)
	for _, o := range []*domain.Organisation{w.employer, w.institution} {
		renamed := *o
		renamed.Name = domain.Text{RU: "Қарлығаш", EN: "Swallow"}
		renamed.Version++
		require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.SaveOrganisation(ctx, &renamed) }))
	}
	w.follow(s)
	w.requireThere(s, domain.DemandSide, "Swallow", d.ID)
	w.requireThere(s, domain.ProgrammeSide, "Swallow", p.ID)
	byWords, _ := w.found(s, domain.DemandSide, "Бәйтерек", d.ID)
	require.False(t, byWords)
	w.requireGone(s, domain.DemandSide, "hedgehog", draft.ID)
}

func TestWhatAnOrganisationPublishesOnceItIsVerifiedIsFound(t *testing.T) {
	w := newTown(t)
	s := w.site()
	o, err := domain.NewOrganisation(uuid.Must(uuid.NewV7()), domain.OrganisationForm{
		Kind: "employer", RegistrationScheme: "bin", RegistrationNumber: "010140000511", Name: domain.Text{RU: "Новая"}, Region: "KZ-71"}, noon)
	require.NoError(t, err)
	require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.CreateOrganisation(ctx, o) }))
	w.employer = o
	d := w.demand("walrus")
	w.follow(s)
	w.requireGone(s, domain.DemandSide, "walrus", d.ID)
	_, err = w.market.VerifyOrganisation(t.Context(), operator, o.ID, o.Version)
	require.NoError(t, err)
	w.follow(s)
	w.requireGone(s, domain.DemandSide, "walrus", d.ID) // still a draft
	_, err = w.market.PublishDemand(t.Context(), operator, d.ID, d.Version)
	require.NoError(t, err)
	w.follow(s)
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
}

// tampered is a log that says something else, or at another time, than the store's.
type tampered struct {
	domain.ChangeLog
	more func([]domain.Change) []domain.Change
}

func (l *tampered) Changes(ctx context.Context, after domain.Position, limit int) ([]domain.Change, domain.Position, error) {
	changes, next, err := l.ChangeLog.Changes(ctx, after, limit)
	if err == nil && l.more != nil {
		changes = l.more(changes)
	}
	return changes, next, err
}

func TestStaleNewsOfSomethingHiddenMeanwhileNeverShowsIt(t *testing.T) {
	w := newTown(t)
	log := &tampered{ChangeLog: w.store}
	s := w.newSite(log, w.store)
	w.follow(s)
	d, p, private := w.publishedDemand("walrus"), w.publishedProgramme("octopus"), w.demand("canary")
	_, err := w.market.CloseDemand(t.Context(), operator, d.ID, d.Version)
	require.NoError(t, err)
	require.NoError(t, w.market.DeleteProgramme(t.Context(), operator, p.ID, p.Version))
	w.follow(s) // the news of publishing come after the closing itself
	w.requireGone(s, domain.DemandSide, "walrus", d.ID)
	w.requireGone(s, domain.ProgrammeSide, "octopus", p.ID)

	for _, id := range []uuid.UUID{d.ID, p.ID, private.ID} {
		log.more = func([]domain.Change) []domain.Change { // late, repeated, and of both kinds
			return []domain.Change{{Kind: domain.ChangedDemand, ID: id}, {Kind: domain.ChangedDemand, ID: id}, {Kind: domain.ChangedProgramme, ID: id}}
		}
		_, err := s.Step(t.Context())
		require.NoError(t, err)
	}
	w.requireGone(s, domain.DemandSide, "walrus", d.ID)
	w.requireGone(s, domain.ProgrammeSide, "octopus", p.ID)
	w.requireGone(s, domain.DemandSide, "canary", private.ID)
}

func TestNewsInAnyOrderAndTwiceLeadToTheSame(t *testing.T) {
	w := newTown(t)
	log := &tampered{ChangeLog: w.store, more: func(c []domain.Change) []domain.Change {
		var out []domain.Change
		for i := len(c) - 1; i >= 0; i-- {
			out = append(out, c[i], c[i])
		}
		return out
	}}
	s := w.newSite(log, w.store)
	w.follow(s)
	d, p := w.publishedDemand("walrus"), w.publishedProgramme("octopus")
	over := w.publishedDemand("marmot")
	_, err := w.market.CloseDemand(t.Context(), operator, over.ID, over.Version)
	require.NoError(t, err)
	w.follow(s)
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
	w.requireThere(s, domain.ProgrammeSide, "octopus", p.ID)
	w.requireGone(s, domain.DemandSide, "marmot", over.ID)
}

func TestARequestToReindexRebuildsWhatWasLost(t *testing.T) {
	w := newTown(t)
	s := w.site()
	d, p := w.publishedDemand("walrus"), w.publishedProgramme("octopus")
	w.follow(s)
	s.coverage.Apply(nil, nil, []uuid.UUID{d.ID, p.ID}) // the indexes lose something, and hold what they should not
	ghost := *d
	ghost.ID = uuid.New()
	require.NoError(t, s.index.Apply(t.Context(), search.Batch{Gone: []uuid.UUID{d.ID, p.ID}, Demands: []search.Demand{{Demand: ghost}}}))
	s.coverage.Apply([]*domain.Demand{&ghost}, nil, nil)
	require.Zero(t, w.follow(s))
	w.requireGone(s, domain.DemandSide, "walrus", d.ID)
	w.requireThere(s, domain.DemandSide, "walrus", ghost.ID) // the loss is real

	require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.RequestReindex(ctx) }))
	require.Equal(t, 1, w.follow(s))
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
	w.requireThere(s, domain.ProgrammeSide, "octopus", p.ID)
	w.requireGone(s, domain.DemandSide, "walrus", ghost.ID)
}

func TestANewCatalogueIsAdoptedAndEverythingIndexedByIt(t *testing.T) {
	w := newTown(t)
	s := w.site()
	p := w.publishedProgramme("octopus")
	w.follow(s)
	competences := append([]domain.Competence(nil), w.catalogue.Competences()...)
	for i := range competences {
		if competences[i].ID == w.asked {
			competences[i].Label = domain.Text{KK: "жаңа", RU: "новое", EN: "quokkaism"}
		}
	}
	next := domain.Shipped{Number: 2, Edition: "next", Content: domain.CatalogueContent{Frameworks: w.catalogue.Frameworks(), Competences: competences}}
	installed, err := domain.InstallCatalogue(t.Context(), w.store, next, noon)
	require.NoError(t, err)
	require.True(t, installed)
	byWords, _ := w.found(s, domain.ProgrammeSide, "quokkaism", p.ID)
	require.False(t, byWords)
	w.follow(s)
	require.Equal(t, []string{w.catalogue.Edition(), "next"}, s.adopted)
	w.requireThere(s, domain.ProgrammeSide, "quokkaism", p.ID)
}

func TestALogTrimmedBehindMakesItReload(t *testing.T) {
	w := newTown(t)
	s := w.site()
	d := w.publishedDemand("walrus")
	w.now = noon.Add(48 * time.Hour)
	p := w.publishedProgramme("octopus")
	forget := jobs.Forgetting(w.store, jobs.Retention{Answers: 24 * time.Hour, Changes: 24 * time.Hour}, func() time.Time { return w.now })
	more, err := forget(t.Context())
	require.NoError(t, err)
	require.False(t, more)
	adopted := len(s.adopted)
	w.follow(s)
	require.Len(t, s.adopted, adopted+1, "it reloaded")
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
	w.requireThere(s, domain.ProgrammeSide, "octopus", p.ID)

	w.now = noon.Add(96 * time.Hour)
	_, err = forget(t.Context())
	require.NoError(t, err)
	w.follow(s)
	require.Len(t, s.adopted, adopted+1, "what it has read already may go")

	require.NoError(t, w.store.RestartChanges(t.Context()))
	other := w.publishedDemand("marmot")
	w.follow(s)
	require.Len(t, s.adopted, adopted+2, "a log begun anew")
	w.requireThere(s, domain.DemandSide, "marmot", other.ID)
}

func TestARestartCatchesUp(t *testing.T) {
	w := newTown(t)
	s := w.site()
	d := w.publishedDemand("walrus")
	w.follow(s)
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
	// The process ends here, without a word; somebody goes on writing; another begins over the same file.
	p := w.publishedProgramme("octopus")
	_, err := w.market.CloseDemand(t.Context(), operator, d.ID, d.Version)
	require.NoError(t, err)
	w.open()
	s = w.site()
	w.requireGone(s, domain.DemandSide, "walrus", d.ID)
	w.requireThere(s, domain.ProgrammeSide, "octopus", p.ID)
}

func TestTwoProcessesFollowOneLogEachForItself(t *testing.T) {
	w := newTown(t)
	one, two := w.site(), w.site()
	d := w.publishedDemand("walrus")
	w.follow(one)
	w.requireThere(one, domain.DemandSide, "walrus", d.ID)
	w.requireGone(two, domain.DemandSide, "walrus", d.ID)
	w.follow(two)
	w.requireThere(two, domain.DemandSide, "walrus", d.ID)
}

// interrupted is a store in which something happens while a follower reads.
type interrupted struct {
	*store.Store
	before, after func() error
}

func (r *interrupted) PublishedDemands(ctx context.Context, batch int, yield func([]*domain.Demand) error) error {
	if err := r.run(&r.before); err != nil {
		return err
	}
	if err := r.Store.PublishedDemands(ctx, batch, yield); err != nil {
		return err
	}
	return r.run(&r.after)
}

func (r *interrupted) Demands(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Demand, error) {
	if err := r.run(&r.before); err != nil {
		return nil, err
	}
	return r.Store.Demands(ctx, ids)
}

func (r *interrupted) run(what *func() error) error {
	if *what == nil {
		return nil
	}
	do := *what
	*what = nil
	return do()
}

func TestWhatIsCommittedDuringALoadIsNotLost(t *testing.T) {
	w := newTown(t)
	hidden := w.publishedDemand("walrus")
	var early, late *domain.Demand
	from := &interrupted{Store: w.store}
	from.before = func() error { early = w.publishedDemand("early"); return nil }
	from.after = func() error { // after the demands have been read
		late = w.publishedDemand("late")
		_, err := w.market.CloseDemand(t.Context(), operator, hidden.ID, hidden.Version)
		return err
	}
	s := w.newSite(w.store, from)
	n, err := s.Step(t.Context())
	require.NoError(t, err)
	require.Zero(t, n)
	require.NotNil(t, late)
	w.requireThere(s, domain.DemandSide, "walrus", hidden.ID) // as it was when it was read
	w.requireGone(s, domain.DemandSide, "late", late.ID)
	w.follow(s)
	w.requireGone(s, domain.DemandSide, "walrus", hidden.ID)
	w.requireThere(s, domain.DemandSide, "late", late.ID)
	w.requireThere(s, domain.DemandSide, "early", early.ID)
}

func TestALoadThatFailsLeavesTheOldAndIsTriedAgain(t *testing.T) {
	w := newTown(t)
	from := &interrupted{Store: w.store, before: func() error { return errors.New("no luck") }}
	s := w.newSite(w.store, from)
	_, err := s.Step(t.Context())
	require.ErrorContains(t, err, "no luck")
	require.False(t, s.Loaded())
	w.follow(s)
	require.True(t, s.Loaded())
	d := w.publishedDemand("walrus")
	w.follow(s)

	require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.RequestReindex(ctx) }))
	from.after = func() error { return errors.New("no luck") } // when half of it is read
	_, err = s.Step(t.Context())
	require.ErrorContains(t, err, "no luck")
	require.True(t, s.Loaded())
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
	require.Equal(t, 1, w.follow(s), "the request is still there")
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
}

func TestAStepThatFailsIsTakenAgain(t *testing.T) {
	w := newTown(t)
	from := &interrupted{Store: w.store}
	s := w.newSite(w.store, from)
	w.follow(s)
	d := w.publishedDemand("walrus")
	from.before = func() error { return errors.New("no luck") }
	n, err := s.Step(t.Context())
	require.ErrorContains(t, err, "no luck")
	require.Zero(t, n)
	w.requireGone(s, domain.DemandSide, "walrus", d.ID)
	require.Positive(t, w.follow(s))
	w.requireThere(s, domain.DemandSide, "walrus", d.ID)
}

func TestALongBacklogComesInBatches(t *testing.T) {
	w := newTown(t)
	s := w.site()
	var items []domain.DemandImport
	for i := range 600 {
		items = append(items, domain.DemandImport{Source: domain.Source{Name: "many", Reference: fmt.Sprint(i)}, Form: domain.DemandForm{
			Title: domain.Text{EN: fmt.Sprintf("walrus %d", i)}, Kind: "job", WorkMode: "remote", ValidThrough: "2027-03-01",
			Requirements: []domain.RequirementForm{{Competence: string(w.asked), Level: 4, Importance: "must"}},
		}})
	}
	out, err := w.market.ImportDemands(t.Context(), operator, w.employer.ID, items, true)
	require.NoError(t, err)
	n, err := s.Step(t.Context())
	require.NoError(t, err)
	require.Equal(t, 500, n)
	require.Equal(t, 100, w.follow(s))
	for _, o := range []int{0, 499, 500, 599} {
		_, byMatch := w.found(s, domain.DemandSide, "walrus", out[o].ID)
		require.True(t, byMatch)
	}
}

// More than a page of an organisation's things is renewed when its name changes.
func TestAnOrganisationWithManyDemandsIsRenewedWhole(t *testing.T) {
	w := newTown(t)
	s := w.site()
	var items []domain.DemandImport
	for i := range 1001 {
		items = append(items, domain.DemandImport{Source: domain.Source{Name: "many", Reference: fmt.Sprint(i)}, Form: domain.DemandForm{
			Title: domain.Text{EN: fmt.Sprintf("walrus %d", i)}, Kind: "job", WorkMode: "remote", ValidThrough: "2027-03-01",
			Requirements: []domain.RequirementForm{{Competence: string(w.asked), Level: 4, Importance: "must"}},
		}})
	}
	_, err := w.market.ImportDemands(t.Context(), operator, w.employer.ID, items, true)
	require.NoError(t, err)
	w.follow(s)
	renamed := *w.employer
	renamed.Name, renamed.Version = domain.Text{EN: "Swallow"}, renamed.Version+1
	require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.SaveOrganisation(ctx, &renamed) }))
	w.follow(s)
	result, err := s.index.Search(t.Context(), search.Query{Side: domain.DemandSide, Words: "Swallow", Today: domain.DateOf(w.now), Limit: 1})
	require.NoError(t, err)
	require.Equal(t, 1001, result.Total)
}

func TestWhatIsKeptLongEnoughIsForgotten(t *testing.T) {
	w := newTown(t)
	w.publishedDemand("walrus")
	before, _, err := w.store.Changes(t.Context(), "", 1000)
	require.NoError(t, err)
	require.NotEmpty(t, before)
	ticket := uuid.New()
	use := func() (fresh bool) {
		require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) (err error) {
			fresh, err = tx.UseTicket(ctx, ticket, noon.Add(7*24*time.Hour-time.Hour))
			return err
		}))
		return fresh
	}
	require.True(t, use())
	unproven := &domain.Account{ID: uuid.Must(uuid.NewV7()), Email: "new@example.kz", Name: "Жаңа", PasswordHash: "-", CreatedAt: noon}
	require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.CreateAccount(ctx, unproven) }))
	keep := jobs.Retention{Answers: 24 * time.Hour, Changes: 7 * 24 * time.Hour, Accounts: 7 * 24 * time.Hour, Tickets: time.Hour, Deeds: 10 * 365 * 24 * time.Hour}
	step := jobs.Forgetting(w.store, keep, func() time.Time { return w.now })
	w.now = noon.Add(7 * 24 * time.Hour)
	_, err = step(t.Context())
	require.NoError(t, err)
	kept, _, err := w.store.Changes(t.Context(), "", 1000)
	require.NoError(t, err)
	require.Equal(t, before, kept, "exactly as long is not longer")
	require.False(t, use())
	_, err = w.store.Account(t.Context(), unproven.ID)
	require.NoError(t, err)
	w.now = w.now.Add(time.Second)
	_, err = step(t.Context())
	require.NoError(t, err)
	_, _, err = w.store.Changes(t.Context(), "", 1000)
	require.Equal(t, domain.Stale, domain.KindOf(err))
	require.True(t, use())
	_, err = w.store.Account(t.Context(), unproven.ID)
	require.Equal(t, domain.NotFound, domain.KindOf(err))
}

func TestTheAuditIsKeptAsLongAsIsAsked(t *testing.T) {
	w := newTown(t)
	real := time.Now() // for the database looks at its own clock, too
	require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
		return tx.Record(ctx, domain.Deed{ID: uuid.Must(uuid.NewV7()), At: real.AddDate(-2, 0, 0), Operator: true, Kind: domain.DeedDemandExpired, SubjectKind: domain.SubjectDemand})
	}))
	count := func() int {
		_, total, err := w.store.ListDeeds(t.Context(), domain.DeedList{To: real.AddDate(-1, -6, 0), Limit: 1})
		require.NoError(t, err)
		return total
	}
	for _, c := range []struct{ days, want int }{{1095, 1}, {365, 0}} {
		keep := jobs.Retention{Answers: time.Hour, Changes: time.Hour, Deeds: time.Duration(c.days) * 24 * time.Hour}
		_, err := jobs.Forgetting(w.store, keep, time.Now)(t.Context())
		require.NoError(t, err)
		require.Equal(t, c.want, count(), "%d days", c.days)
	}
}

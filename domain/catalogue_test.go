package domain_test

import (
	"context"
	"fmt"
	"testing"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// content reads what the catalogue is made of.
func (w *world) content(t testing.TB) domain.CatalogueContent {
	t.Helper()
	c, err := w.store.CatalogueContent(t.Context())
	require.NoError(t, err)
	return c
}

// follows takes up the catalogue in force, as replicas do.
func (w *world) follows(t testing.TB) *domain.Catalogue {
	t.Helper()
	c, err := w.store.Catalogue(t.Context())
	require.NoError(t, err)
	w.catalogue = c
	return c
}

// competence reads a competence of the catalogue in force.
func (w *world) competence(t testing.TB, id domain.CompetenceID) domain.Competence {
	t.Helper()
	k, ok := w.follows(t).Competence(id)
	require.True(t, ok, id)
	return k
}

// installs installs what a program of a number ships.
func (w *world) installs(t testing.TB, number int, change func(*domain.CatalogueContent)) bool {
	t.Helper()
	s := smallShipped(number, fmt.Sprint("edition ", number))
	if change != nil {
		change(&s.Content)
	}
	installed, err := domain.InstallCatalogue(t.Context(), w.store, s, noon)
	require.NoError(t, err)
	return installed
}

// imports imports a version of the house framework.
func (w *world) imports(t testing.TB, r domain.Revision) domain.Difference {
	t.Helper()
	d, err := domain.ImportFrameworks(t.Context(), w.store, []domain.Revision{r}, false, noon)
	require.NoError(t, err)
	return d[0]
}

// house is a version of the house framework with some of its competences, as a file in Russian and English has it.
func house(version string, some ...domain.Competence) domain.Revision {
	for i := range some {
		some[i].Framework, some[i].Kind = "house", domain.Knowledge
	}
	languages := []domain.Language{domain.English, domain.Russian}
	return domain.Revision{
		Framework:   domain.Framework{ID: "house", Version: version, Name: domain.Text{RU: "Свой список"}, Imported: languages},
		Competences: some, Languages: languages, Relations: true, Lasting: true,
	}
}

func TestACatalogueIsInstalledOnceAndNeverOverANewerOne(t *testing.T) {
	w := newWorld(t)
	log := w.changes(t)
	require.False(t, w.installs(t, 1, nil), "it is in force")
	require.Equal(t, log, w.changes(t))
	require.True(t, w.installs(t, 3, nil))
	require.Equal(t, "edition 3", w.follows(t).Edition())
	require.Greater(t, w.changes(t), log)
	log = w.changes(t)
	for range 3 { // replicas of two versions of the program, started in turn
		require.False(t, w.installs(t, 2, nil), "an older program leaves a newer one's alone")
		require.False(t, w.installs(t, 3, nil))
	}
	require.Equal(t, "edition 3", w.follows(t).Edition())
	require.Equal(t, log, w.changes(t))
}

func TestWhatAnEditionLacksIsDeprecated(t *testing.T) {
	w := newWorld(t)
	w.installs(t, 2, func(c *domain.CatalogueContent) { c.Competences = c.Competences[:len(c.Competences)-1] }) // by id: without SQL
	require.False(t, w.competence(t, "house:sql").InUse())
	w.installs(t, 3, nil)
	require.True(t, w.competence(t, "house:sql").InUse())
}

func TestLinksThatShipAreReplacedAndAdministratorsStandOverThem(t *testing.T) {
	w := newWorld(t)
	link := func(from domain.CompetenceID, r domain.Relation, to domain.CompetenceID) domain.Link {
		return domain.Link{From: from, Relation: r, To: to, Reason: "it ships"}
	}
	ships := func(links ...domain.Link) func(*domain.CatalogueContent) {
		return func(c *domain.CatalogueContent) { c.Links = links }
	}
	between := func(asked, offered domain.CompetenceID) domain.Relation {
		r, _ := w.follows(t).Relations().Between(asked, offered)
		return r
	}
	w.installs(t, 2, ships(link("house:sql", domain.Close, "house:go"), link("house:egg", domain.Broader, "house:programming")))
	require.Equal(t, domain.Close, between("house:sql", "house:go"))
	require.Equal(t, domain.Narrower, between("house:programming", "house:egg"))

	w.installs(t, 3, ships(link("house:sql", domain.Close, "house:go")))
	require.Empty(t, between("house:programming", "house:egg"), "it ships no more")

	_, err := w.market.Relate(t.Context(), w.admin(), domain.LinkForm{From: "house:go", Relation: "exact", To: "house:sql", Reason: "one and the same"})
	require.NoError(t, err)
	require.Equal(t, domain.Exact, between("house:sql", "house:go"))
	w.installs(t, 4, ships(link("house:sql", domain.Close, "house:go"), link("house:egg", domain.Broader, "house:programming")))
	require.Equal(t, domain.Exact, between("house:sql", "house:go"), "an administrator has decided on the two")
	require.Equal(t, domain.Narrower, between("house:programming", "house:egg"))

	require.NoError(t, w.market.Unrelate(t.Context(), w.admin(), domain.Link{From: "house:sql", To: "house:go"}.ID(), "not at all"))
	require.NotEqual(t, domain.Exact, between("house:sql", "house:go"))
	w.installs(t, 5, ships(link("house:sql", domain.Close, "house:go")))
	require.Empty(t, between("house:sql", "house:go"))
}

func TestARelationOfTheFrameworkCanBeEndedOrTurned(t *testing.T) {
	w := newWorld(t)
	relate := func(from, relation, to string) error {
		_, err := w.market.Relate(t.Context(), w.admin(), domain.LinkForm{From: from, Relation: relation, To: to, Reason: "why"})
		return err
	}
	require.NoError(t, relate("house:go", "close", "house:programming"), "the framework says that it is narrower")
	r, _ := w.follows(t).Relations().Between("house:programming", "house:go")
	require.Equal(t, domain.Close, r)
	require.NoError(t, relate("house:sql", "broader", "house:go"))
	require.NoError(t, relate("house:go", "broader", "house:sql"), "the same two, turned")
	require.NoError(t, relate("house:programming", "broader", "house:go"))
	failsAs(t, relate("house:sql", "broader", "house:programming"), domain.Conflict, domain.CodeContradiction)
}

func TestWhatIsWrongWithARelation(t *testing.T) {
	w := newWorld(t)
	_, err := w.market.Relate(t.Context(), w.admin(), domain.LinkForm{From: "house:nothing", Relation: "same", To: "no id", Reason: " "})
	require.Equal(t, map[string]domain.Code{
		"/from": domain.CodeUnknownCompetence, "/relation": domain.CodeUnknownValue, "/to": domain.CodeMalformed, "/reason": domain.CodeRequired,
	}, placesOf(err))
	_, err = w.market.Relate(t.Context(), w.admin(), domain.LinkForm{From: "house:golang", Relation: "close", To: "house:go", Reason: "why"})
	require.Equal(t, map[string]domain.Code{"/to": domain.CodeDuplicate}, placesOf(err), "what was replaced is what replaced it")
	failsAs(t, w.market.Unrelate(t.Context(), w.admin(), uuid.New(), "why"), domain.NotFound, domain.CodeNotFound)
}

func TestANewerVersionKeepsIdsAddsRenamesAndDeprecates(t *testing.T) {
	w := newWorld(t)
	d := w.imports(t, house("2",
		domain.Competence{ID: "house:go", Code: "go", Label: domain.Text{EN: "Go language", RU: "Go (ru)"}, Synonyms: domain.Synonyms{EN: []string{"golang"}}},
		domain.Competence{ID: "house:programming", Code: "programming", Label: domain.Text{EN: "computer programming", RU: "computer programming (ru)"}},
		domain.Competence{ID: "house:rust", Code: "rust", Label: domain.Text{EN: "Rust"}, Broader: []domain.CompetenceID{"house:programming"}},
		domain.Competence{ID: "house:golang", Code: "golang", Label: domain.Text{EN: "Golang", RU: "Golang (ru)"}}, // it is back
	))
	require.Equal(t, [2]string{"1", "2"}, d.Version)
	require.Equal(t, []domain.CompetenceID{"house:rust"}, ids(d.Added))
	require.Equal(t, domain.CompetenceID("house:go"), d.Renamed[0][0].ID)
	require.Equal(t, []domain.CompetenceID{"house:golang"}, ids(d.Restored))
	require.Equal(t, []domain.CompetenceID{"house:sql"}, ids(d.Deprecated), "what was out of use already is nothing new")
	goes := w.competence(t, "house:go")
	require.Equal(t, domain.Text{KK: "Go (kk)", RU: "Go (ru)", EN: "Go language"}, goes.Label, "Kazakh is not in the file, and stays")
	require.Equal(t, []string{"golang", "Go"}, goes.Synonyms.EN, "the former name is found")
	require.True(t, w.competence(t, "house:sql").Deprecated)
	require.Equal(t, "small+1", w.catalogue.Edition())
	r, _ := w.catalogue.Relations().Between("house:programming", "house:rust")
	require.Equal(t, domain.Narrower, r)

	again := w.imports(t, house("2",
		domain.Competence{ID: "house:go", Code: "go", Label: domain.Text{EN: "Go language", RU: "Go (ru)"}, Synonyms: domain.Synonyms{EN: []string{"golang"}}},
		domain.Competence{ID: "house:programming", Code: "programming", Label: domain.Text{EN: "computer programming", RU: "computer programming (ru)"}},
		domain.Competence{ID: "house:rust", Code: "rust", Label: domain.Text{EN: "Rust"}, Broader: []domain.CompetenceID{"house:programming"}},
		domain.Competence{ID: "house:golang", Code: "golang", Label: domain.Text{EN: "Golang", RU: "Golang (ru)"}},
	))
	require.True(t, again.Empty(), "%+v", again)
	require.Equal(t, "small+1", w.follows(t).Edition(), "nothing changes, nothing is written")
}

func ids(list []domain.Competence) []domain.CompetenceID {
	var out []domain.CompetenceID
	for _, k := range list {
		out = append(out, k.ID)
	}
	return out
}

func TestADryRunAndAFaultyFileWriteNothing(t *testing.T) {
	w := newWorld(t)
	before, log := w.content(t), w.changes(t)
	d, err := domain.ImportFrameworks(t.Context(), w.store, []domain.Revision{house("2", domain.Competence{ID: "house:rust"})}, true, noon)
	require.NoError(t, err)
	require.Len(t, d[0].Added, 1)
	require.Len(t, d[0].Deprecated, 3)
	_, err = domain.ImportFrameworks(t.Context(), w.store, []domain.Revision{
		house("2", domain.Competence{ID: "house:rust"}), house("2", domain.Competence{ID: "house:zig", Broader: []domain.CompetenceID{"house:c"}}),
	}, false, noon)
	require.Equal(t, map[string]domain.Code{"/house:zig": domain.CodeUnknownCompetence}, placesOf(err))
	_, err = domain.ImportFrameworks(t.Context(), w.store, []domain.Revision{
		house("2", domain.Competence{ID: "house:a", ReplacedBy: "house:b"}, domain.Competence{ID: "house:b", ReplacedBy: "house:a"}),
	}, false, noon)
	require.Equal(t, domain.CodeNoSuccessor, placesOf(err)["/house:a"])
	require.Equal(t, before, w.content(t))
	require.Equal(t, log, w.changes(t))
}

func TestAPartOfAFrameworkDeprecatesNothing(t *testing.T) {
	w := newWorld(t)
	part := house("2", domain.Competence{ID: "house:rust", Label: domain.Text{EN: "Rust"}})
	part.Partial = true
	d := w.imports(t, part)
	require.Empty(t, d.Deprecated)
	require.True(t, w.competence(t, "house:sql").InUse())
}

func TestWhatIsReferredToStaysAndMatchesItsSuccessor(t *testing.T) {
	w := newWorld(t)
	d := w.demand(t, domain.DemandPublished)
	asked := d.Requirements[0].Competence
	w.imports(t, house("2", domain.Competence{ID: asked, Label: domain.Text{EN: "x"}, ReplacedBy: "house:new"}, domain.Competence{ID: "house:new", Label: domain.Text{EN: "y"}}))
	kept, err := w.market.Demand(t.Context(), w.owner(), d.ID)
	require.NoError(t, err)
	require.Equal(t, d.Requirements, kept.Requirements)
	r, ok := w.follows(t).Relations().Between(asked, "house:new")
	require.True(t, ok)
	require.Equal(t, domain.Exact, r, "who teaches the successor serves who asked for it before")
}

func TestWhatShipsAddsOnlyNamesToAnImportedFramework(t *testing.T) {
	w := newWorld(t)
	w.imports(t, house("7", domain.Competence{ID: "house:go", Code: "go", Label: domain.Text{EN: "Go language", RU: "язык Go"}}))
	w.installs(t, 2, func(c *domain.CatalogueContent) {
		for i := range c.Competences {
			if k := &c.Competences[i]; k.ID == "house:go" {
				k.Label = domain.Text{KK: "Go тілі", RU: "shipped", EN: "shipped"}
			}
		}
	})
	require.Equal(t, domain.Text{KK: "Go тілі", RU: "язык Go", EN: "Go language"}, w.competence(t, "house:go").Label)
	require.False(t, w.competence(t, "house:sql").InUse(), "the imported version lacks it")
	require.Equal(t, "7", w.catalogue.Frameworks()[0].Version)
	require.Equal(t, "edition 2+1", w.catalogue.Edition())
}

func TestWhatAdministratorsDecideOutlivesVersions(t *testing.T) {
	w := newWorld(t)
	ctx, admin := t.Context(), w.admin()
	_, id, err := w.market.AddCompetence(ctx, admin, domain.CompetenceForm{
		Framework: "house", Code: "zig", Kind: "knowledge", Label: domain.Text{RU: "Zig"}, Broader: []string{"house:programming"}, Reason: "asked for",
	})
	require.NoError(t, err)
	require.Equal(t, domain.CompetenceID("house:zig"), id)
	_, err = w.market.AddSynonym(ctx, admin, "house:go", "kk", "го тілі")
	require.NoError(t, err)
	_, err = w.market.AddSynonym(ctx, admin, "house:go", "kk", "Го тілі")
	failsAs(t, err, domain.Conflict, domain.CodeExists)
	_, err = w.market.AmendCompetence(ctx, admin, "house:go", domain.AmendmentForm{Label: domain.Text{KK: "Go тілі"}, Reason: "better Kazakh"})
	require.NoError(t, err)
	_, err = w.market.AmendCompetence(ctx, admin, "house:sql", domain.AmendmentForm{ReplacedBy: "house:zig", Reason: "why not"})
	require.NoError(t, err)
	check := func() {
		t.Helper()
		require.True(t, w.competence(t, "house:zig").InUse())
		require.Equal(t, domain.Text{KK: "Go тілі", RU: "Go (ru)", EN: "Go"}, w.competence(t, "house:go").Label)
		require.Contains(t, w.competence(t, "house:go").Synonyms.KK, "го тілі")
		require.Equal(t, domain.CompetenceID("house:zig"), w.competence(t, "house:sql").ReplacedBy)
	}
	check()
	w.installs(t, 2, nil)
	check()
	whole := house("2",
		domain.Competence{ID: "house:go", Label: domain.Text{EN: "Go", RU: "Go (ru)"}}, domain.Competence{ID: "house:sql", Label: domain.Text{EN: "SQL"}},
		domain.Competence{ID: "house:programming", Label: domain.Text{EN: "programming"}})
	require.Empty(t, w.imports(t, whole).Deprecated)
	check()
	again := false
	_, err = w.market.AmendCompetence(ctx, admin, "house:sql", domain.AmendmentForm{Deprecated: &again, Reason: "it is wanted"})
	require.NoError(t, err)
	require.True(t, w.competence(t, "house:sql").InUse())
}

func TestWhatIsWrongWithACompetence(t *testing.T) {
	w := newWorld(t)
	add := func(form domain.CompetenceForm) error {
		_, _, err := w.market.AddCompetence(t.Context(), w.admin(), form)
		return err
	}
	require.Equal(t, map[string]domain.Code{
		"/framework": domain.CodeUnknownValue, "/code": domain.CodeMalformed, "/kind": domain.CodeUnknownValue, "/label": domain.CodeRequired,
		"/broader/0": domain.CodeUnknownCompetence, "/reason": domain.CodeRequired,
	}, placesOf(add(domain.CompetenceForm{Framework: "nobodys", Code: "a b", Kind: "x", Broader: []string{"house:nothing"}})))
	failsAs(t, add(domain.CompetenceForm{Framework: "house", Code: "go", Kind: "skill", Label: domain.Text{RU: "x"}, Reason: "x"}), domain.Conflict, domain.CodeExists)
	w.installs(t, 2, func(c *domain.CatalogueContent) { c.Frameworks = append(c.Frameworks, domain.Framework{ID: "ecf"}) })
	err := add(domain.CompetenceForm{Framework: "ecf", Code: "Z.1", Kind: "skill", Label: domain.Text{RU: "x"}, Reason: "x"})
	require.Equal(t, map[string]domain.Code{"/framework": domain.CodeOfficialFramework}, placesOf(err))

	amend := func(id domain.CompetenceID, form domain.AmendmentForm) error {
		_, err := w.market.AmendCompetence(t.Context(), w.admin(), id, form)
		return err
	}
	no := false
	failsAs(t, amend("house:nothing", domain.AmendmentForm{Reason: "x"}), domain.NotFound, domain.CodeNotFound)
	require.Equal(t, map[string]domain.Code{"/replaced_by": domain.CodeNoSuccessor, "/deprecated": domain.CodeReplacedInUse, "/reason": domain.CodeRequired},
		placesOf(amend("house:go", domain.AmendmentForm{Deprecated: &no, ReplacedBy: "house:golang"})), "golang was replaced by it")
}

func TestOnlyAdministratorsChangeTheCatalogue(t *testing.T) {
	w := newWorld(t)
	n := 0
	for name, verb := range map[string]func(context.Context, domain.Actor, int) error{
		"list relations": func(ctx context.Context, a domain.Actor, _ int) error {
			_, _, err := w.market.Links(ctx, a, domain.LinkList{Limit: 10})
			return err
		},
		"relate": func(ctx context.Context, a domain.Actor, _ int) error {
			_, err := w.market.Relate(ctx, a, domain.LinkForm{From: "house:go", Relation: "close", To: "house:sql", Reason: "x"})
			return err
		},
		"add": func(ctx context.Context, a domain.Actor, n int) error {
			_, _, err := w.market.AddCompetence(ctx, a, domain.CompetenceForm{
				Framework: "house", Code: fmt.Sprint(n), Kind: "skill", Label: domain.Text{RU: "x"}, Reason: "x"})
			return err
		},
		"amend": func(ctx context.Context, a domain.Actor, n int) error {
			_, err := w.market.AmendCompetence(ctx, a, "house:go", domain.AmendmentForm{Label: domain.Text{RU: fmt.Sprint(n)}, Reason: "x"})
			return err
		},
		"name": func(ctx context.Context, a domain.Actor, n int) error {
			_, err := w.market.AddSynonym(ctx, a, "house:go", "ru", fmt.Sprint(n))
			return err
		},
		"list proposals": func(ctx context.Context, a domain.Actor, _ int) error {
			_, _, err := w.market.Proposals(ctx, a, domain.ProposalList{Limit: 10})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { hold(t, w, administer, func() int { n++; return n }, verb) })
	}
}

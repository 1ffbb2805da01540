package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kopir/domain"
	"kopir/search"
	"kopir/store/storetest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// realFiles are the lists of real demands and programmes that both pairs of engines are fed.
var realFiles = []string{
	"esco/occupation_skill_relations_ict_v1.1.1.csv", "demands/skill2vec_ict_ads.csv", "programmes/free_courses_en_ru_kk_uk.csv",
	"programmes/ossu_courses.csv",
}

// pair is the program over one pair of engines, filled.
type pair struct {
	*app
	*indexes
}

// fillPair seeds the demo, imports the real files and brings all of it into the indexes.
func fillPair(t *testing.T, cfg *config, dir string) pair {
	t.Helper()
	cfg.DataDir, cfg.PublicURL, cfg.LogLevel, cfg.LogFormat, cfg.CandidatesAtMost = t.TempDir(), "http://127.0.0.1", "error", "text", 1_000_000
	cfg.DatabaseConns = max(cfg.DatabaseConns, 4)
	screen := &terminal{out: io.Discard, err: new(bytes.Buffer)}
	require.NoError(t, (&seedCommand{}).Run(t.Context(), cfg, screen))
	for _, file := range realFiles {
		c := &importCommand{File: filepath.Join(dir, file), Organisation: "190340990003", Publish: true, Format: "auto", WorkMode: "remote",
			Mode: "online", ValidThrough: "2198-12-31"}
		if strings.HasPrefix(file, "programmes/") {
			c.Organisation = "930940992202"
		}
		require.NoError(t, c.Run(t.Context(), cfg, screen), "%s: %s", file, screen.err)
	}
	a, err := open(t.Context(), cfg, cfg.logger(screen))
	require.NoError(t, err)
	x, err := a.openIndexes(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.close()) })
	_, err = x.follower.Step(t.Context())
	require.NoError(t, err)
	if x.remote != nil {
		fed := func() bool {
			_, err := x.remote.drainer.Step(t.Context())
			require.NoError(t, err)
			s, err := a.store.FeedStanding(t.Context(), domain.SearchFeed)
			require.NoError(t, err)
			return s.Generation != "" && s.Waiting == 0
		}
		for began := time.Now(); !fed(); {
			require.Less(t, time.Since(began), 10*time.Minute)
		}
	}
	return pair{a, x}
}

// wordsToAsk are words as people type them, whole: of titles, of competences, in three languages, synonyms and phrases.
var wordsToAsk = []string{
	"python ", "java ", "sql ", "data ", "веб ", "СУБД ", "питон ", "c++ ", "c# ", ".net ", "машинное обучение ", "бағдарламалау ",
	"machine learning ", `"computer programming" `, "javascript python ", "гидропоника ", "developers ", "javascrpt ", "pithon ",
}

// answers is what a pair says to everything that is asked, written down so that two can be compared.
func (p pair) answers(t *testing.T) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for i, d := range p.sample(t) {
		ask := domain.ProgrammeAsk{Requirements: d.Requirements, Limit: 20}
		out["programmes for "+d.ID.String()] = programmesOf(t, p, ask)
		ask.Constraints = domain.ProgrammeConstraints{Modes: []domain.Mode{domain.Online}, Languages: []domain.Language{domain.English}}
		ask.Words = wordsToAsk[i%len(wordsToAsk)]
		out["with words "+ask.Words+"for "+d.ID.String()] = programmesOf(t, p, ask)
	}
	for i, pr := range p.programmes(t) {
		ask := domain.DemandAsk{Outcomes: pr.Outcomes, Limit: 20}
		out["demands for "+pr.ID.String()] = demandsOf(t, p, ask)
		ask.Words = wordsToAsk[i%len(wordsToAsk)]
		out["with words "+ask.Words+"for "+pr.ID.String()] = demandsOf(t, p, ask)
	}
	for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
		for _, text := range append([]string{""}, wordsToAsk...) {
			r, err := p.words.Search(t.Context(), search.Query{
				Side: side, Words: text, Sort: search.ByNewest, Today: p.market.Today(), Limit: 100, Facets: search.Attributes(side),
			})
			require.NoError(t, err)
			// Demands and programmes are of other moments in each pair, so the newest are not the same: how many, and of what kinds.
			out[fmt.Sprintf("%s with %q", side, text)] = fmt.Sprint(r.Total, r.Facets, r.Exact)
		}
	}
	return out
}

func programmesOf(t *testing.T, p pair, ask domain.ProgrammeAsk) string {
	t.Helper()
	found, err := p.matching.Programmes(t.Context(), ask)
	require.NoError(t, err)
	lines := []string{fmt.Sprint(found.Total, found.Exact)}
	for _, m := range found.Items {
		lines = append(lines, fmt.Sprint(m.Programme.ID, m.Score))
	}
	return strings.Join(lines, "\n")
}

func demandsOf(t *testing.T, p pair, ask domain.DemandAsk) string {
	t.Helper()
	found, err := p.matching.Demands(t.Context(), ask)
	require.NoError(t, err)
	lines := []string{fmt.Sprint(found.Total, found.Exact)}
	for _, m := range found.Items {
		lines = append(lines, fmt.Sprint(m.Demand.ID, m.Score))
	}
	return strings.Join(lines, "\n")
}

// everyNth is how sparse the sample is: all would take an hour.
const everyNth = 31

func (p pair) sample(t *testing.T) []*domain.Demand {
	t.Helper()
	var out []*domain.Demand
	i := 0
	require.NoError(t, p.store.PublishedDemands(t.Context(), 500, func(list []*domain.Demand) error {
		for _, d := range list {
			if i++; i%everyNth == 0 {
				out = append(out, d)
			}
		}
		return nil
	}))
	return out
}

func (p pair) programmes(t *testing.T) []*domain.Programme {
	t.Helper()
	var out []*domain.Programme
	i := 0
	require.NoError(t, p.store.PublishedProgrammes(t.Context(), 500, func(list []*domain.Programme) error {
		for _, pr := range list {
			if i++; i%(everyNth/5) == 0 {
				out = append(out, pr)
			}
		}
		return nil
	}))
	return out
}

// The same marketplace gives the same answers, order included, whichever engines are behind it.
func TestBothPairsOfEnginesAnswerAlike(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("imports thousands of rows twice: make test runs it by itself, without -race")
	}
	dir := cmp.Or(os.Getenv("KOPIR_SHARED_DATA"), filepath.Join("..", "..", "..", "shared", "data"))
	if _, err := os.Stat(filepath.Join(dir, realFiles[0])); err != nil {
		t.Skipf("this test needs the shared data; KOPIR_SHARED_DATA may say where it is: %v", err)
	}
	meili := os.Getenv("KOPIR_TEST_MEILI_URL")
	if meili == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("KOPIR_TEST_MEILI_URL is not set: Meilisearch must be tested here")
		}
		t.Skip("NOT TESTED ON MEILISEARCH: KOPIR_TEST_MEILI_URL is not set")
	}
	production := &config{
		DatabaseURL: storetest.Postgres(t).Config.PostgresURL, Secret: strings.Repeat("s", minSecret),
		MeiliURL: meili, MeiliKey: os.Getenv("KOPIR_TEST_MEILI_KEY"), MeiliPrefix: "parity_" + uuid.NewString()[:8] + "_",
	}
	var one, two map[string]string
	t.Run("fill", func(t *testing.T) {
		own := fillPair(t, &config{}, dir)
		one = own.answers(t)
		fed := fillPair(t, production, dir)
		two = fed.answers(t)
		report, err := fed.remote.drainer.Verify(context.WithoutCancel(t.Context()))
		require.NoError(t, err)
		require.Zero(t, report.Drift(), "%+v", report)
		require.Greater(t, report.Compared, 8_000)
	})
	require.Greater(t, len(one), 700)
	keys := make([]string, 0, len(one))
	matched := 0
	for k, v := range one {
		keys = append(keys, k)
		if strings.Contains(v, "\n") {
			matched++
		}
	}
	require.Greater(t, matched, 400, "most of it matches something")
	slices.Sort(keys)
	var different []string
	for _, k := range keys {
		if one[k] != two[k] {
			different = append(different, fmt.Sprintf("%s:\n%.1500s\nelse\n%.1500s", k, one[k], two[k]))
		}
	}
	require.Empty(t, different[:min(len(different), 5)], "%d of %d answers differ", len(different), len(one))
}

package coverage_test

import (
	"strconv"
	"testing"

	"kopir/domain"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestProgrammesAreRankedAsByBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := oracletest.Markets().Draw(t, "market")
		oracle := oracletest.New(m.Competences, oracletest.Right)
		x := grown(t, m)
		for range 4 {
			q := oracletest.ProgrammeQuery().Draw(t, "query")
			sameProgrammes(t, oracle.Programmes(m.Programmes, q), x, q)
		}
	})
}

func TestDemandsAreRankedAsByBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := oracletest.Markets().Draw(t, "market")
		oracle := oracletest.New(m.Competences, oracletest.Right)
		x := grown(t, m)
		for range 4 {
			q := oracletest.DemandQuery().Draw(t, "query")
			sameDemands(t, oracle.Demands(m.Demands, q), x, q)
		}
	})
}

func TestEveryWrongRuleWouldBeNoticed(t *testing.T) {
	for _, wrong := range oracletest.Mutations() {
		if wrong.OnlyExplained() {
			continue
		}
		t.Run(wrong.String(), func(t *testing.T) {
			for seed := range rapidSeeds {
				if noticed(t, wrong, seed) {
					return
				}
			}
			require.Fail(t, "the markets that are drawn do not tell this from what is right")
		})
	}
}

// noticed says whether the index and an oracle with a wrong rule answer differently on a drawn market.
func noticed(t *testing.T, wrong oracletest.Mutation, seed int) bool {
	m := oracletest.Markets().Example(seed)
	oracle := oracletest.New(m.Competences, wrong)
	x := fresh(t, m)
	for i := range 4 {
		pq := oracletest.ProgrammeQuery().Example(seed*4 + i)
		programmes, _, err := x.Programmes(t.Context(), pq)
		require.NoError(t, err)
		dq := oracletest.DemandQuery().Example(seed*4 + i)
		demands, _, err := x.Demands(t.Context(), dq)
		require.NoError(t, err)
		if !equal(programmes, oracle.Programmes(m.Programmes, pq)) || !equal(demands, oracle.Demands(m.Demands, dq)) {
			return true
		}
	}
	return false
}

func equal[R comparable](a, b []R) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestAPageContinuesAfterAThingThatIsGone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := oracletest.Markets().Draw(t, "market")
		oracle := oracletest.New(m.Competences, oracletest.Right)
		x := grown(t, m)
		pq, dq := oracletest.ProgrammeQuery().Draw(t, "query"), oracletest.DemandQuery().Draw(t, "query")
		if all := oracle.Programmes(m.Programmes, pq); len(all) > 0 {
			i := rapid.IntRange(0, len(all)-1).Draw(t, "after")
			x.Apply(nil, nil, []uuid.UUID{all[i].ID})
			pq.After = &all[i]
			ranks, total, err := x.Programmes(t.Context(), pq)
			require.NoError(t, err)
			require.Equal(t, all[i+1:], ranks)
			require.Equal(t, len(all)-1, total)
		}
		if all := oracle.Demands(m.Demands, dq); len(all) > 0 {
			i := rapid.IntRange(0, len(all)-1).Draw(t, "after")
			x.Apply(nil, nil, []uuid.UUID{all[i].ID})
			dq.After = &all[i]
			ranks, total, err := x.Demands(t.Context(), dq)
			require.NoError(t, err)
			require.Equal(t, all[i+1:], ranks)
			require.Equal(t, len(all)-1, total)
		}
	})
}

func TestUpdatesLeadToWhatARebuildLeadsTo(t *testing.T) { rapid.Check(t, updates) }

func FuzzUpdates(f *testing.F) { f.Fuzz(rapid.MakeFuzz(updates)) }

// updates applies a random sequence of changes, and compares the index with a fresh one and with brute force.
func updates(t *rapid.T) {
	m := oracletest.Markets().Draw(t, "market")
	x := measured(t)
	rebuild(t, x, m)
	programmes, demands := byID(m)
	for batch := range rapid.IntRange(1, 8).Draw(t, "batches") {
		if rapid.IntRange(0, 9).Draw(t, "another catalogue") == 0 {
			m.Catalogue = oracletest.Catalogue(strconv.Itoa(batch)).Draw(t, "catalogue")
			x.UseCatalogue(m.Catalogue)
		}
		var b change
		for range rapid.IntRange(0, 6).Draw(t, "changes") {
			n := rapid.IntRange(0, 12).Draw(t, "thing")
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0, 1:
				p := oracletest.Programme(oracletest.ID(n)).Draw(t, "programme")
				b.programmes, programmes[p.ID] = append(b.programmes, p), p
			case 2, 3:
				d := oracletest.Demand(oracletest.ID(100+n)).Draw(t, "demand")
				b.demands, demands[d.ID] = append(b.demands, d), d
			default:
				b.gone = append(b.gone, oracletest.ID(n), oracletest.ID(100+n))
			}
		}
		for _, id := range b.gone {
			delete(programmes, id)
			delete(demands, id)
		}
		x.Apply(b.demands, b.programmes, b.gone)
		if rapid.Bool().Draw(t, "again") {
			x.Apply(b.demands, b.programmes, b.gone)
		}
		if rapid.Bool().Draw(t, "settle") {
			x.Settle()
		}
	}
	m.Competences, m.Programmes, m.Demands = m.Catalogue.Competences(), list(programmes), list(demands)
	oracle := oracletest.New(m.Competences, oracletest.Right)
	pq, dq := oracletest.ProgrammeQuery().Draw(t, "query"), oracletest.DemandQuery().Draw(t, "query")
	for _, x := range []*coverage.Index{x, fresh(t, m)} {
		sameProgrammes(t, oracle.Programmes(m.Programmes, pq), x, pq)
		sameDemands(t, oracle.Demands(m.Demands, dq), x, dq)
	}
	published := fresh(t, m).Stats()
	require.Equal(t, published.Programmes, x.Stats().Programmes)
	require.Equal(t, published.Demands, x.Stats().Demands)
}

type change struct {
	programmes []*domain.Programme
	demands    []*domain.Demand
	gone       []uuid.UUID
}

func byID(m oracletest.Market) (map[uuid.UUID]*domain.Programme, map[uuid.UUID]*domain.Demand) {
	programmes, demands := make(map[uuid.UUID]*domain.Programme), make(map[uuid.UUID]*domain.Demand)
	for _, p := range m.Programmes {
		programmes[p.ID] = p
	}
	for _, d := range m.Demands {
		demands[d.ID] = d
	}
	return programmes, demands
}

func list[T any](m map[uuid.UUID]T) []T {
	var all []T
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

// measured returns an index that makes large segments early, late or never, and works out few documents or many one by
// one.
func measured(t *rapid.T) *coverage.Index {
	return coverage.NewMeasured(64, rapid.SampledFrom([]int{0, 2, 5, 100}).Draw(t, "small"), rapid.SampledFrom([]int{0, 5, 100}).Draw(t, "few"))
}

// grown returns an index that came about in a drawn number of steps, so that it has several segments.
func grown(t *rapid.T, m oracletest.Market) *coverage.Index {
	x := measured(t)
	load(t, x)
	x.UseCatalogue(m.Catalogue)
	size := rapid.IntRange(1, 17).Draw(t, "batch size")
	for i := 0; i < max(len(m.Programmes), len(m.Demands)); i += size {
		x.Apply(part(m.Demands, i, size), part(m.Programmes, i, size), nil)
	}
	return x
}

func part[T any](all []T, from, size int) []T {
	return all[min(from, len(all)):min(from+size, len(all))]
}

// sameProgrammes requires the whole answer, and the same in pages.
func sameProgrammes(t *rapid.T, want []domain.ProgrammeRank, x *coverage.Index, q domain.ProgrammeQuery) {
	ranks, total, err := x.Programmes(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, want, ranks)
	require.Equal(t, len(want), total)
	q.Limit = rapid.IntRange(0, 5).Draw(t, "limit")
	for {
		ranks, total, err := x.Programmes(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, oracletest.Page(want, q.After, q.Limit), ranks)
		require.Equal(t, len(want), total)
		if len(ranks) == 0 {
			return
		}
		q.After = &ranks[len(ranks)-1]
		q.Limit = rapid.IntRange(1, 5).Draw(t, "limit")
	}
}

// sameDemands requires the whole answer, and the same in pages.
func sameDemands(t *rapid.T, want []domain.DemandRank, x *coverage.Index, q domain.DemandQuery) {
	ranks, total, err := x.Demands(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, want, ranks)
	require.Equal(t, len(want), total)
	q.Limit = rapid.IntRange(0, 5).Draw(t, "limit")
	for {
		ranks, total, err := x.Demands(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, oracletest.Page(want, q.After, q.Limit), ranks)
		require.Equal(t, len(want), total)
		if len(ranks) == 0 {
			return
		}
		q.After = &ranks[len(ranks)-1]
		q.Limit = rapid.IntRange(1, 5).Draw(t, "limit")
	}
}

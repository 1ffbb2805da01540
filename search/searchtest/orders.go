package searchtest

import (
	"testing"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// sorts lists the orders that a side has.
func sorts(side domain.Side) []search.Sort {
	if side == domain.DemandSide {
		return []search.Sort{search.ByRelevance, search.ByNewest, search.ByDeadline, search.ByOpenings, search.BySalary}
	}
	return []search.Sort{search.ByRelevance, search.ByNewest, search.ByWeeks, search.ByPrice, search.ByStart}
}

func testOrders(t *testing.T, m *market) {
	ordered := func(side domain.Side, by search.Sort) []string {
		return m.found(t, search.Query{Side: side, Sort: by})
	}
	t.Run("newest", func(t *testing.T) {
		want := []string{"python-intern", "java", "cpp", "databases", "security"}
		require.Equal(t, want, ordered(domain.DemandSide, search.ByNewest))
		require.Equal(t, want, ordered(domain.DemandSide, search.ByRelevance), "without words")
		require.Equal(t, want, ordered(domain.DemandSide, ""), "as relevance is what is meant by nothing")
	})
	t.Run("deadline, soonest first", func(t *testing.T) {
		require.Equal(t, append([]string{"databases", "python-intern", "security"}, m.byID("java", "cpp")...), ordered(domain.DemandSide, search.ByDeadline))
	})
	t.Run("openings, most first", func(t *testing.T) {
		require.Equal(t, []string{"python-intern", "databases", "java", "cpp", "security"}, ordered(domain.DemandSide, search.ByOpenings))
	})
	t.Run("salary, highest first; another currency and none at all last", func(t *testing.T) {
		require.Equal(t, append([]string{"java", "cpp", "python-intern"}, m.byID("security", "databases")...), ordered(domain.DemandSide, search.BySalary))
	})
	t.Run("weeks, shortest first, unknown last", func(t *testing.T) {
		require.Equal(t, []string{"seniors", "dotnet", "java-course", "security-master", "basics", "python-bootcamp"}, ordered(domain.ProgrammeSide, search.ByWeeks))
	})
	t.Run("price, cheapest first, unknown last", func(t *testing.T) {
		want := append(m.byID("seniors", "basics"), "dotnet", "java-course", "security-master", "python-bootcamp")
		require.Equal(t, want, ordered(domain.ProgrammeSide, search.ByPrice))
	})
	t.Run("start, the next one from today on, none last", func(t *testing.T) {
		want := append([]string{"basics", "java-course", "python-bootcamp", "security-master"}, m.byID("seniors", "dotnet")...)
		require.Equal(t, want, ordered(domain.ProgrammeSide, search.ByStart))
	})
	t.Run("holds with words, too", func(t *testing.T) {
		q := search.Query{Side: domain.ProgrammeSide, Words: "Сатпаева", Sort: search.ByPrice}
		require.Equal(t, []string{"java-course", "security-master"}, m.found(t, q))
	})
	t.Run("pages together are the whole", func(t *testing.T) { testPages(t, m) })
}

// byID orders names by their ids.
func (m *market) byID(names ...string) []string {
	out := append([]string(nil), names...)
	for i := range out {
		for j := range i {
			if a, b := id(out[i]), id(out[j]); a.String() < b.String() {
				out[i], out[j] = out[j], out[i]
			}
		}
	}
	return out
}

func testPages(t *testing.T, m *market) {
	for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
		for _, by := range sorts(side) {
			for _, text := range []string{"", "программирование", "java"} {
				q := search.Query{Side: side, Sort: by, Words: text}
				t.Run(string(side)+" "+string(by)+" "+text, func(t *testing.T) {
					requirePages(t, m, q, 1, 2, 3)
				})
			}
		}
	}
	t.Run("a limit of nothing still counts", func(t *testing.T) {
		r, err := m.Search(t.Context(), search.Query{Side: domain.ProgrammeSide, Today: today})
		require.NoError(t, err)
		require.Equal(t, len(all), r.Total)
		require.Empty(t, r.Hits)
	})
	t.Run("a mark of another making is refused", func(t *testing.T) {
		for _, mark := range []search.Mark{"x", "' OR 1=1 --", "AAAA"} {
			_, err := m.Search(t.Context(), search.Query{Side: domain.ProgrammeSide, After: mark, Limit: 1})
			require.Equal(t, domain.Invalid, domain.KindOf(err), mark)
		}
	})
}

// requirePages asks for everything at once and page by page: no thing twice, none left out, one order.
func requirePages(t *testing.T, m *market, q search.Query, sizes ...int) {
	t.Helper()
	q.Limit = 1000
	one := m.search(t, q)
	require.Len(t, one.Hits, one.Total)
	require.Empty(t, one.Next)
	for _, size := range sizes {
		q.Limit, q.After = size, ""
		var ids []uuid.UUID
		for {
			r := m.search(t, q)
			require.Equal(t, one.Total, r.Total)
			require.LessOrEqual(t, len(r.Hits), size)
			for _, h := range r.Hits {
				ids = append(ids, h.ID)
			}
			if r.Next == "" {
				break
			}
			require.NotEqual(t, q.After, r.Next, "a page that leads to itself")
			q.After = r.Next
		}
		require.Len(t, ids, one.Total)
		for i, h := range one.Hits {
			require.Equal(t, h.ID, ids[i], "place %d of pages of %d", i, size)
		}
	}
}

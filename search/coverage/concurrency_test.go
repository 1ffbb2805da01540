package coverage_test

import (
	"strconv"
	"sync"
	"testing"

	"kopir/domain"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Two programmes and two demands are always written together, at one level that changes with each write, while others
// come and go around them. A reader that saw half a write would see two levels.
func TestReadersSeeAWriteWholeOrNotAtAll(t *testing.T) {
	const rounds, readers = 150, 4
	x := coverage.New()
	x.UseCatalogue(chain(t, 0))
	require.NoError(t, x.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
		return apply(twoDemands(1), twoCourses(1), nil)
	}))

	stop := make(chan struct{})
	var writer, reading sync.WaitGroup
	torn := make(chan string, 2*readers)
	for range readers {
		reading.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if what := look(t, x); what != "" {
					torn <- what
					return
				}
			}
		})
	}
	writer.Go(func() {
		for i := range rounds {
			write(t, x, i)
		}
	})
	writer.Go(func() {
		for i := range rounds {
			x.Apply(nil, []*domain.Programme{course(10+i%50, "esco:other", 3)}, []uuid.UUID{oracletest.ID(10 + (i*7)%50)})
			x.Stats()
		}
	})
	writer.Wait()
	close(stop)
	reading.Wait()
	close(torn)
	for what := range torn {
		require.Fail(t, "torn", what)
	}
}

// write writes the pairs in one of the ways there are.
func write(t *testing.T, x *coverage.Index, i int) {
	l := domain.Level(i%8 + 1)
	switch i % 10 {
	case 3:
		x.UseCatalogue(chain(t, i))
	case 7:
		err := x.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
			if err := apply(nil, twoCourses(l)[:1], nil); err != nil {
				return err
			}
			return apply(twoDemands(l), twoCourses(l)[1:], nil)
		})
		if err != nil {
			t.Error(err)
		}
	default:
		x.Apply(twoDemands(l), twoCourses(l), nil)
	}
}

// look says what is torn in what a reader sees, or nothing.
func look(t *testing.T, x *coverage.Index) string {
	ranks, total, err := x.Programmes(t.Context(), askFor("esco:go", 8))
	if err != nil || total != 2 || len(ranks) != 2 || ranks[0].Points != ranks[1].Points {
		return "programmes"
	}
	demands, total, err := x.Demands(t.Context(), domain.DemandQuery{Outcomes: twoCourses(1)[0].Outcomes, Limit: 10})
	if err != nil || total != 2 || len(demands) != 2 || demands[0].Points != demands[1].Points {
		return "demands"
	}
	return ""
}

func twoCourses(l domain.Level) []*domain.Programme {
	return []*domain.Programme{course(1, "esco:go", l), course(2, "esco:go", l)}
}

func twoDemands(l domain.Level) []*domain.Demand {
	list := make([]*domain.Demand, 2)
	for i := range list {
		list[i] = &domain.Demand{ID: oracletest.ID(101 + i), Status: domain.DemandPublished}
		list[i].ValidThrough = oracletest.Today
		list[i].Requirements = askFor("esco:go", l).Requirements
	}
	return list
}

// chain returns a catalogue of three competences, one below the other, in one of many editions.
func chain(t *testing.T, edition int) *domain.Catalogue {
	c, err := domain.NewCatalogue(strconv.Itoa(edition), []domain.Framework{{ID: "esco"}}, []domain.Competence{
		{ID: "esco:other", Framework: "esco"},
		{ID: "esco:programming", Framework: "esco"},
		{ID: "esco:go", Framework: "esco", Broader: []domain.CompetenceID{"esco:programming"}},
	})
	require.NoError(t, err)
	return c
}

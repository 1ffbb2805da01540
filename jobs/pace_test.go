package jobs_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"kopir/domain"
	"kopir/jobs"
	"kopir/search/coverage"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// slowStore has three pages of demands, and each takes a second to read.
type slowStore struct {
	domain.Reader
	asked bool // whether somebody has asked for everything to be read again
}

func (s *slowStore) PublishedDemands(_ context.Context, _ int, yield func([]*domain.Demand) error) error {
	for range 3 {
		time.Sleep(time.Second)
		d := &domain.Demand{ID: uuid.New(), Status: domain.DemandPublished}
		if err := yield([]*domain.Demand{d}); err != nil {
			return err
		}
	}
	return nil
}

func (*slowStore) PublishedProgrammes(context.Context, int, func([]*domain.Programme) error) error {
	return nil
}

func (*slowStore) Catalogue(context.Context) (*domain.Catalogue, error) {
	return domain.NewCatalogue("", nil, nil)
}

func (*slowStore) Head(context.Context) (domain.Position, error) { return "0", nil }

func (s *slowStore) Changes(context.Context, domain.Position, int) ([]domain.Change, domain.Position, error) {
	if !s.asked {
		return nil, "0", nil
	}
	return []domain.Change{{Kind: domain.ChangedEverything}}, "1", nil
}

func TestAProcessThatServesRestsBetweenThePagesOfALoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slowStore{}
		f := jobs.NewFollower(s, s, coverage.New(), nil, func(*domain.Catalogue) {})
		took := func() time.Duration {
			began := time.Now()
			_, err := f.Step(t.Context())
			require.NoError(t, err)
			return time.Since(began)
		}
		require.Equal(t, 3*time.Second, took(), "the first one as fast as it can: nothing is served before")
		s.asked = true
		require.Equal(t, 12*time.Second, took())
	})
}

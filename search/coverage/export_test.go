package coverage

import (
	"context"

	"kopir/domain"
)

// NewMeasured returns an index with measures of its own, so that few documents make many blocks and segments.
func NewMeasured(perBlock, small, few int) *Index { return newIndex(measures{perBlock, small, 1, few}) }

// Settle waits until nothing is left to tidy. No one may write meanwhile.
func (x *Index) Settle() { x.background.Wait() }

// TidyByHand keeps the index from tidying by itself, until TidyWhile.
func (x *Index) TidyByHand() { x.tidying = true }

// TidyWhile makes what is tidier, does something else, and only then has it taken.
func (x *Index) TidyWhile(meanwhile func()) {
	t := x.now.Load().tidier(x.small)
	meanwhile()
	x.take(t)
}

// Effort is what a query cost.
type Effort = effort

// ProgrammesAtWork answers as Programmes does, and says what it cost.
func (x *Index) ProgrammesAtWork(ctx context.Context, q domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, Effort, error) {
	s := programmeSearches.Get().(*programmeSearch)
	defer s.end()
	ranks, total, err := s.run(ctx, x.now.Load(), q)
	return ranks, total, s.sieve.effort, err
}

// DemandsAtWork answers as Demands does, and says what it cost.
func (x *Index) DemandsAtWork(ctx context.Context, q domain.DemandQuery) ([]domain.DemandRank, int, Effort, error) {
	s := demandSearches.Get().(*demandSearch)
	defer s.end()
	ranks, total, err := s.run(ctx, x.now.Load(), q)
	return ranks, total, s.sieve.effort, err
}

package domain

import "context"

// OfOccupation returns the demands that tell of an occupation.
var OfOccupation = ofOccupation

// PlanPathWithin is PlanPath with a width of its own.
func PlanPathWithin(ctx context.Context, width int, rel *Relations, t PathTerms, candidates []*Programme) (PathPlan, error) {
	return planPath(ctx, rel, t, candidates, []int{width})
}

package domain

import "context"

// PlanTeamRoughly is PlanTeam without the search over everybody together, which small cases never do without.
func PlanTeamRoughly(ctx context.Context, rel *Relations, team Team, roles []int, offers []Offer, limits TeamLimits) (*TeamPlan, error) {
	p := newPlanner(rel, team, roles, offers, limits)
	p.steps = 0
	chosen, err := p.choose(ctx)
	if err != nil {
		return nil, err
	}
	return p.plan(chosen), nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"kopir/domain"
	"kopir/search/meili"
)

// match measures what matching with words is made of: naming all that a word finds which half of the programmes have;
// and the whole, over HTTP.
func (x *rig) match(ctx context.Context) (err error) {
	e, err := meili.Open(meili.Options{URL: x.meili, Key: x.key, Prefix: x.prefix()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if err := e.UseCatalogue(ctx, x.market.catalogue); err != nil {
		return err
	}
	var naming, matching []time.Duration
	p := begin("matching with words", x.cfg.matches)
	named := 0
	for n := range x.cfg.matches + 1 { // the first one warms up
		began := time.Now()
		c, err := e.Candidates(ctx, domain.CandidateQuery{Side: domain.ProgrammeSide, Words: commonWord + " ", Today: domain.DateOf(began)})
		if err != nil {
			return err
		}
		named = len(c.IDs)
		middle := time.Now()
		found, err := x.matchOnce(ctx, x.replicas[n%len(x.replicas)])
		if err != nil {
			return err
		}
		if found == 0 || found > named {
			return fmt.Errorf("%d programmes match among %d that have the word", found, named)
		}
		if n > 0 {
			naming, matching = append(naming, middle.Sub(began)), append(matching, time.Since(middle))
		}
		p.at(n)
	}
	x.report.add("candidates", float64(named), "named", 0, 1)
	x.report.quantiles("candidates", naming, 0)
	x.report.quantiles("match_with_words", matching, 0)
	return nil
}

func (x *rig) matchOnce(ctx context.Context, r *replica) (total int, err error) {
	var asked []map[string]any
	for _, q := range x.market.terms.ProgrammeQuery().Requirements {
		asked = append(asked, map[string]any{
			"competence_id": x.market.competence(q.Competence), "level": q.Level, "importance": q.Importance,
		})
	}
	var found struct{ Total int }
	body := map[string]any{"requirements": asked, "q": commonWord, "limit": 10}
	_, err = r.ask(ctx, http.MethodPost, "/v1/match/programmes", "", body, &found)
	return found.Total, err
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"kopir/domain"
	"kopir/search/coverage"

	"github.com/google/uuid"
)

// matchCommand matches in the terminal.
type matchCommand struct {
	Demand matchDemandCommand `cmd:"" default:"withargs" help:"Show the programmes that serve a demand, with the arithmetic."`
	Best   matchBestCommand   `cmd:"" help:"Write the best programmes of every open demand to a file, a line of JSON for each."`
}

// matchDemandCommand shows a demand's programmes.
type matchDemandCommand struct {
	Demand   string `arg:"" help:"Id of the demand."`
	Limit    int    `default:"5" help:"How many programmes to show, 1 to 100."`
	Language string `default:"ru" enum:"kk,ru,en" help:"Language of names: kk, ru or en."`
	Region   string `help:"Only programmes that serve a region, e.g. KZ-75."`
	AllMusts bool   `help:"Only programmes that meet every must."`
	JSON     bool   `name:"json" help:"Print JSON instead of a table."`
}

// Run reads the market, matches and prints.
func (c *matchDemandCommand) Run(ctx context.Context, cfg *config, t *terminal) (err error) {
	id, err := uuid.Parse(c.Demand)
	if err != nil {
		return fmt.Errorf("%q is not the id of a demand", c.Demand)
	}
	ask := domain.ProgrammeAsk{Limit: min(max(c.Limit, 1), 100), Constraints: domain.ProgrammeConstraints{AllMusts: c.AllMusts}}
	if c.Region != "" {
		region, err := domain.ParseRegion(c.Region)
		if err != nil {
			return fmt.Errorf("--region: %w", err)
		}
		ask.Constraints.Regions = []domain.Region{region}
	}
	a, err := open(ctx, cfg, cfg.logger(t))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	demand, err := a.market.Demand(ctx, operator, id)
	if domain.KindOf(err) == domain.NotFound {
		return fmt.Errorf("there is no demand %s", id)
	}
	if err != nil {
		return err
	}
	matching, err := a.matchingOnly(ctx, t)
	if err != nil {
		return err
	}
	found, err := matching.ForDemand(ctx, operator, id, ask)
	if err != nil {
		return err
	}
	view := matchView{a.catalogue.Load(), domain.Language(c.Language), demand, found}
	if c.JSON {
		return view.writeJSON(t.out)
	}
	return view.writeTable(t.out)
}

// matchingOnly loads the coverage index, and nothing else, from the database.
func (a *app) matchingOnly(ctx context.Context, t *terminal) (*domain.Matching, error) {
	index := coverage.New()
	index.UseCatalogue(a.catalogue.Load())
	p := t.progress("reading programmes", 0)
	defer p.end()
	err := index.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
		return a.store.PublishedProgrammes(ctx, 1000, func(list []*domain.Programme) error {
			p.step(len(list))
			return apply(nil, list, nil)
		})
	})
	if err != nil {
		return nil, err
	}
	return domain.NewMatching(a.store, a.catalogue.Load, index, noWords{}, a.market.Today), nil
}

// noWords stands where no words can be asked for.
type noWords struct{}

// Candidates is never called: the command asks without words.
func (noWords) Candidates(context.Context, domain.CandidateQuery) (domain.Candidates, error) {
	return domain.Candidates{}, domain.Fail(domain.Unavailable, domain.CodeIndexLoading)
}

// matchView is what the command shows.
type matchView struct {
	catalogue *domain.Catalogue
	lang      domain.Language
	demand    *domain.Demand
	found     domain.ProgrammeMatches
}

func (v matchView) label(id domain.CompetenceID) string {
	k, _ := v.catalogue.Competence(id)
	return k.Label.In(v.lang)
}

// writeTable prints each programme with the line of every requirement.
func (v matchView) writeTable(w io.Writer) error {
	fmt.Fprintf(w, "Demand: %s\n%d requirements; %d programmes match", v.demand.Title.In(v.lang), len(v.demand.Requirements), v.found.Total)
	if n := len(v.found.Items); n < v.found.Total {
		fmt.Fprintf(w, ", the best %d of them:", n)
	}
	fmt.Fprintln(w)
	for i, m := range v.found.Items {
		fmt.Fprintf(w, "\n%2d. %s — %s\n", i+1, m.Programme.Title.In(v.lang), m.Organisation.Name.In(v.lang))
		fmt.Fprintf(w, "    coverage %s = %d of %d points; %d of %d musts met; %s\n",
			percent(m.Score), m.Points, m.Of, m.MustsMet, m.Musts, facts(m.Programme))
		if err := v.writeLines(w, m.Lines); err != nil {
			return err
		}
	}
	return nil
}

func (v matchView) writeLines(w io.Writer, lines []domain.Line) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "    IMPORTANCE\tCOMPETENCE\tASKED\tOFFERED\tBY\tCREDIT\tPOINTS")
	for _, l := range lines {
		asked := level(l.Requirement.Level, l.Requirement.Source)
		most := l.Requirement.Importance.Weight() * int64(domain.Whole)
		if l.Relation == "" {
			fmt.Fprintf(tw, "    %s\t%s\t%s\t–\tnothing\t0\t0 of %d\n", l.Requirement.Importance, v.label(l.Requirement.Competence), asked, most)
			continue
		}
		by := string(l.Relation)
		if l.By.Competence != l.Requirement.Competence {
			by += ": " + v.label(l.By.Competence)
		}
		fmt.Fprintf(tw, "    %s\t%s\t%s\t%s\t%s\t%d/%d\t%d of %d\n", l.Requirement.Importance, v.label(l.Requirement.Competence),
			asked, level(l.By.Level, l.By.Source), by, l.Credit, domain.Whole, l.Points, most)
	}
	return tw.Flush()
}

func level(l domain.Level, source domain.LevelSource) string {
	return fmt.Sprintf("%d (%s)", l, source)
}

// percent shows a coverage rounded down to hundredths, so that 100 % means that everything is met.
func percent(s domain.Score) string {
	hundredths := s.Points * 10_000 / s.Of
	return fmt.Sprintf("%d.%02d %%", hundredths/100, hundredths%100)
}

// facts says in a few words what choosing between equal programmes hangs on.
func facts(p *domain.Programme) string {
	out := []string{string(p.Mode)}
	if p.Weeks > 0 {
		out = append(out, fmt.Sprintf("%d weeks", p.Weeks))
	}
	if tenge, known := p.Tenge(); known {
		out = append(out, fmt.Sprintf("%d KZT", tenge))
	}
	return strings.Join(out, ", ")
}

type jsonLine struct {
	Competence     string `json:"competence_id"`
	Label          string `json:"label"`
	Importance     string `json:"importance"`
	RequiredLevel  int    `json:"required_level"`
	RequiredSource string `json:"required_source"`
	OfferedLevel   int    `json:"offered_level,omitempty"`
	OfferedSource  string `json:"offered_source,omitempty"`
	Relation       string `json:"relation,omitempty"`
	By             string `json:"by,omitempty"`
	Credit         int    `json:"credit_of_3360"`
	Points         int64  `json:"points"`
}

type jsonMatch struct {
	Programme    uuid.UUID  `json:"programme_id"`
	Title        string     `json:"title"`
	Organisation string     `json:"organisation"`
	Coverage     float64    `json:"coverage"`
	Points       int64      `json:"points"`
	PointsOf     int64      `json:"points_of"`
	MustsMet     int        `json:"musts_met"`
	Musts        int        `json:"musts"`
	Lines        []jsonLine `json:"lines"`
}

// writeJSON prints the same as one JSON object.
func (v matchView) writeJSON(w io.Writer) error {
	items := make([]jsonMatch, 0, len(v.found.Items))
	for _, m := range v.found.Items {
		item := jsonMatch{
			Programme: m.Programme.ID, Title: m.Programme.Title.In(v.lang), Organisation: m.Organisation.Name.In(v.lang),
			Coverage: m.Coverage(), Points: m.Points, PointsOf: m.Of, MustsMet: m.MustsMet, Musts: m.Musts,
		}
		for _, l := range m.Lines {
			item.Lines = append(item.Lines, jsonLine{
				string(l.Requirement.Competence), v.label(l.Requirement.Competence), string(l.Requirement.Importance),
				int(l.Requirement.Level), string(l.Requirement.Source), int(l.By.Level), string(l.By.Source),
				string(l.Relation), string(l.By.Competence), int(l.Credit), l.Points,
			})
		}
		items = append(items, item)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(map[string]any{
		"demand_id": v.demand.ID, "title": v.demand.Title.In(v.lang), "items": items, "total": v.found.Total,
	})
}

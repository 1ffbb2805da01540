package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"kopir/data"
	"kopir/domain"

	"github.com/google/uuid"
)

// seedCommand fills the marketplace with the demo.
type seedCommand struct{}

// Run seeds; what is there already stays as it is.
func (*seedCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	a, err := open(ctx, cfg, cfg.logger(t))
	if err != nil {
		return err
	}
	return errors.Join(seed(ctx, a, t), a.close())
}

// demoAdmin is the account whose presence says that a demo was seeded.
var demoAdmin = data.DemoAccounts()[0].Email

// hasDemo says whether the demo's accounts, with their public password, are here.
func hasDemo(ctx context.Context, a *app) (bool, error) {
	_, err := a.store.AccountByEmail(ctx, demoAdmin)
	if domain.KindOf(err) == domain.NotFound {
		return false, nil
	}
	return err == nil, err
}

// seedIfEmpty seeds a marketplace that has no organisation yet.
func seedIfEmpty(ctx context.Context, a *app, t *terminal) error {
	_, n, err := a.store.ListOrganisations(ctx, domain.OrganisationList{Limit: 1})
	if err != nil || n > 0 {
		return err
	}
	return seed(ctx, a, t)
}

// seed brings in the demo: organisations, what they publish, and an account for each role. It can be run again.
func seed(ctx context.Context, a *app, t *terminal) error {
	demo, err := data.Demo()
	if err != nil {
		return fmt.Errorf("read the demo: %w", err)
	}
	organisations, err := seedOrganisations(ctx, a, demo.Organisations)
	if err != nil {
		return err
	}
	p := t.progress("seeding the demo", len(demo.Demands)+len(demo.Programmes))
	defer p.end()
	today := a.market.Today()
	keepDemands := func(ctx context.Context, id uuid.UUID, items []domain.DemandImport, publish bool) ([]domain.ImportOutcome, error) {
		return a.market.ImportDemands(ctx, operator, id, items, publish)
	}
	err = seedSide(ctx, p, organisations, demo.Demands, keepDemands,
		func(d data.DemoDemand) (string, string, domain.DemandImport) {
			return d.Organisation, d.Status, domain.DemandImport{
				Source: domain.Source{Name: data.DemoSource, Reference: d.Key}, Form: d.Form(today), KeepDeadline: true}
		})
	if err != nil {
		return err
	}
	keepProgrammes := func(ctx context.Context, id uuid.UUID, items []domain.ProgrammeImport, publish bool) ([]domain.ImportOutcome, error) {
		return a.market.ImportProgrammes(ctx, operator, id, items, publish)
	}
	err = seedSide(ctx, p, organisations, demo.Programmes, keepProgrammes,
		func(d data.DemoProgramme) (string, string, domain.ProgrammeImport) {
			return d.Organisation, d.Status, domain.ProgrammeImport{
				Source: domain.Source{Name: data.DemoSource, Reference: d.Key}, Form: d.Form(today)}
		})
	if err != nil {
		return err
	}
	return seedAccounts(ctx, a, demo.Organisations, organisations)
}

func seedOrganisations(ctx context.Context, a *app, list []data.DemoOrganisation) (map[string]uuid.UUID, error) {
	ids := make(map[string]uuid.UUID, len(list))
	for _, d := range list {
		o, err := a.market.EnsureOrganisation(ctx, operator, d.Form())
		if err != nil {
			return nil, fmt.Errorf("organisation %s: %w", d.Key, err)
		}
		ids[d.Key] = o.ID
	}
	return ids, nil
}

// seedSide brings in one side of the market, an organisation's published things and drafts apart.
func seedSide[T, I any](ctx context.Context, p *progress, organisations map[string]uuid.UUID, list []T,
	keep func(context.Context, uuid.UUID, []I, bool) ([]domain.ImportOutcome, error), item func(T) (string, string, I),
) error {
	type group struct {
		organisation string
		published    bool
	}
	groups := make(map[group][]I)
	var order []group
	for _, v := range list {
		organisation, status, i := item(v)
		g := group{organisation, status == string(domain.DemandPublished)}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], i)
	}
	for _, g := range order {
		id, ok := organisations[g.organisation]
		if !ok {
			return fmt.Errorf("the demo has no organisation %s", g.organisation)
		}
		outcomes, err := keep(ctx, id, groups[g], g.published)
		if err != nil {
			return fmt.Errorf("organisation %s: %w", g.organisation, err)
		}
		for n, o := range outcomes {
			if o.Err != nil {
				return fmt.Errorf("organisation %s, number %d: %w", g.organisation, n+1, o.Err)
			}
		}
		p.step(len(outcomes))
	}
	return nil
}

// seedAccounts makes an account for each role; the employer's and the institution's own the first organisation of
// their side.
func seedAccounts(ctx context.Context, a *app, list []data.DemoOrganisation, ids map[string]uuid.UUID) error {
	accounts, _, err := a.accounts(ctx)
	if err != nil {
		return err
	}
	for _, d := range data.DemoAccounts() {
		powers := domain.Powers{Admin: d.Role == domain.RoleAdmin, Analyst: d.Role == domain.RoleAnalyst}
		for _, o := range list {
			teaches := domain.OrganisationKind(o.Kind).Teaches()
			if len(powers.OwnerOf) == 0 && (d.Role == domain.RoleEmployer && !teaches || d.Role == domain.RoleInstitution && teaches) {
				powers.OwnerOf = append(powers.OwnerOf, ids[o.Key])
			}
		}
		form := domain.AccountForm{Email: d.Email, Password: data.DemoPassword, Name: d.Name}
		if _, err := accounts.EnsureAccount(ctx, operator, form, powers); err != nil {
			return fmt.Errorf("account %s: %w", d.Email, err)
		}
	}
	return nil
}

// welcome says how to try the demo: where it is, who can sign in, and three commands to paste.
func welcome(ctx context.Context, a *app, x *indexes, t *terminal, address string) error {
	if _, err := x.follower.Step(ctx); err != nil { // so that the commands find something
		return err
	}
	best, err := demandToShow(ctx, a, x)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, `
Kopir is serving at %[1]s (the contract as a page: %[1]s/docs)

Accounts of the demo, all with the password %[2]s
`, address, data.DemoPassword)
	for _, d := range data.DemoAccounts() {
		fmt.Fprintf(t.out, "  %-12s %s\n", d.Role, d.Email)
	}
	if outbox := a.cfg.outbox(); outbox != "" {
		fmt.Fprintf(t.out, "\nLetters to people are written into %s\n", outbox)
	}
	fmt.Fprintf(t.out, `
Three commands to paste into another terminal:

  curl -s '%[1]s/v1/programmes?q=python&language=kk&facets=mode&limit=3'

  curl -s %[1]s/v1/auth/login -H 'Content-Type: application/json' \
    -d '{"email":"employer@demo.kopir","password":"%[2]s"}'

  %[3]s match %[4]s

The last one shows the programmes that serve a demand, with the arithmetic. Ctrl-C stops the server.

`, address, data.DemoPassword, program(a.cfg), best)
	return nil
}

// demandToShow returns the published demand whose best programme shows the most of how matching works: the most kinds
// of relation among its lines, then the best coverage.
func demandToShow(ctx context.Context, a *app, x *indexes) (uuid.UUID, error) {
	var best uuid.UUID
	var bestKinds int
	var bestScore domain.Score
	err := a.store.PublishedDemands(ctx, 1000, func(list []*domain.Demand) error {
		for _, d := range list {
			found, err := x.matching.Programmes(ctx, domain.ProgrammeAsk{Requirements: d.Requirements, Limit: 1})
			if err != nil {
				return err
			}
			if len(found.Items) == 0 {
				continue
			}
			m := found.Items[0]
			relations := make(map[domain.Relation]bool)
			for _, l := range m.Lines {
				relations[l.Relation] = true
			}
			if n := len(relations); n > bestKinds || n == bestKinds && m.Compare(bestScore) > 0 {
				best, bestKinds, bestScore = d.ID, n, m.Score
			}
		}
		return nil
	})
	return best, err
}

// program is how the operator started this program, with the settings another terminal needs to find the same data.
func program(cfg *config) string {
	name := os.Args[0]
	if cfg.DataDir != "./var" {
		name = fmt.Sprintf("KOPIR_DATA_DIR=%q %s", cfg.DataDir, name)
	}
	return name
}

package jobs

import (
	"context"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
)

// rowsAtOnce is how many things are read at once where nobody says otherwise.
const rowsAtOnce = 1000

// documents makes what is indexed out of what a store holds.
type documents struct {
	store  domain.Reader
	atOnce int // so many
}

// things are what is listed among some subjects, as it is now, and the ids of the others.
type things struct {
	demands    []*domain.Demand
	programmes []*domain.Programme
	gone       []uuid.UUID
}

// touched lists, each once, the things whose documents changes concern: an organisation's concern all it has published,
// because they carry its name.
func (m documents) touched(ctx context.Context, changes []domain.Change) ([]domain.Subject, error) {
	var out []domain.Subject
	seen := make(map[uuid.UUID]bool, len(changes))
	for _, c := range changes {
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		switch c.Kind {
		case domain.ChangedDemand:
			out = append(out, domain.Subject{Side: domain.DemandSide, ID: c.ID})
		case domain.ChangedProgramme:
			out = append(out, domain.Subject{Side: domain.ProgrammeSide, ID: c.ID})
		case domain.ChangedOrganisation:
			published, err := m.published(ctx, c.ID)
			if err != nil {
				return nil, err
			}
			out = append(out, published...)
		}
	}
	return distinct(out), nil
}

// everything says whether changes ask for a rebuild.
func everything(changes []domain.Change) bool {
	for _, c := range changes {
		if c.Kind == domain.ChangedCatalogue || c.Kind == domain.ChangedEverything {
			return true
		}
	}
	return false
}

func (m documents) published(ctx context.Context, organisation uuid.UUID) ([]domain.Subject, error) {
	demands, err := everyPage(func(after uuid.UUID) ([]*domain.Demand, int, error) {
		return m.store.ListDemands(ctx, domain.OwnList{
			Organisation: organisation, Status: string(domain.DemandPublished), After: after, Limit: rowsAtOnce})
	}, demandSubject)
	if err != nil {
		return nil, err
	}
	programmes, err := everyPage(func(after uuid.UUID) ([]*domain.Programme, int, error) {
		return m.store.ListProgrammes(ctx, domain.OwnList{
			Organisation: organisation, Status: string(domain.ProgrammePublished), After: after, Limit: rowsAtOnce})
	}, programmeSubject)
	return append(demands, programmes...), err
}

// everyPage collects the subjects of a list that comes in pages.
func everyPage[T any](read func(after uuid.UUID) ([]T, int, error), subject func(T) domain.Subject) ([]domain.Subject, error) {
	var out []domain.Subject
	for after := uuid.Nil; ; after = out[len(out)-1].ID {
		list, _, err := read(after)
		if err != nil {
			return nil, err
		}
		out = append(out, subjects(list, subject)...)
		if len(list) < rowsAtOnce {
			return out, nil
		}
	}
}

func demandSubject(d *domain.Demand) domain.Subject {
	return domain.Subject{Side: domain.DemandSide, ID: d.ID}
}

func programmeSubject(p *domain.Programme) domain.Subject {
	return domain.Subject{Side: domain.ProgrammeSide, ID: p.ID}
}

func subjects[T any](list []T, subject func(T) domain.Subject) []domain.Subject {
	out := make([]domain.Subject, 0, len(list))
	for _, v := range list {
		out = append(out, subject(v))
	}
	return out
}

// things reads subjects as they are now.
func (m documents) things(ctx context.Context, subjects []domain.Subject) (things, error) {
	var demandIDs, programmeIDs []uuid.UUID
	for _, s := range subjects {
		if s.Side == domain.DemandSide {
			demandIDs = append(demandIDs, s.ID)
		} else {
			programmeIDs = append(programmeIDs, s.ID)
		}
	}
	demands, err := m.store.Demands(ctx, demandIDs)
	if err != nil {
		return things{}, err
	}
	programmes, err := m.store.Programmes(ctx, programmeIDs)
	if err != nil {
		return things{}, err
	}
	var now things
	now.demands = pick(demandIDs, demands, &now.gone, (*domain.Demand).Listed)
	now.programmes = pick(programmeIDs, programmes, &now.gone, (*domain.Programme).Listed)
	return now, nil
}

// pick returns those of ids that are there and listed, and notes the others as gone.
func pick[T any](ids []uuid.UUID, found map[uuid.UUID]T, gone *[]uuid.UUID, listed func(T) bool) []T {
	var out []T
	for _, id := range ids {
		if v, ok := found[id]; ok && listed(v) {
			out = append(out, v)
		} else {
			*gone = append(*gone, id)
		}
	}
	return out
}

// batch makes the documents of things, with labels from a catalogue.
func (m documents) batch(ctx context.Context, c *domain.Catalogue, of things) (search.Batch, error) {
	names, err := m.names(ctx, of)
	if err != nil {
		return search.Batch{}, err
	}
	b := search.Batch{Gone: of.gone}
	for _, d := range of.demands {
		doc := search.Demand{Demand: *d, Organisation: names[d.OrganisationID]}
		for _, r := range d.Requirements {
			doc.Competences = append(doc.Competences, label(c, r.Competence))
		}
		b.Demands = append(b.Demands, doc)
	}
	for _, p := range of.programmes {
		doc := search.Programme{Programme: *p, Organisation: names[p.OrganisationID]}
		for _, o := range p.Outcomes {
			doc.Competences = append(doc.Competences, label(c, o.Competence))
		}
		b.Programmes = append(b.Programmes, doc)
	}
	return b, nil
}

func label(c *domain.Catalogue, id domain.CompetenceID) search.Label {
	k, _ := c.Competence(id)
	return search.Label{ID: id, Label: k.Label}
}

// names reads the names of the organisations that things belong to.
func (m documents) names(ctx context.Context, of things) (map[uuid.UUID]domain.Text, error) {
	ids := make([]uuid.UUID, 0, len(of.demands)+len(of.programmes))
	for _, d := range of.demands {
		ids = append(ids, d.OrganisationID)
	}
	for _, p := range of.programmes {
		ids = append(ids, p.OrganisationID)
	}
	found, err := m.store.Organisations(ctx, distinct(ids))
	if err != nil {
		return nil, err
	}
	names := make(map[uuid.UUID]domain.Text, len(found))
	for id, o := range found {
		names[id] = o.Name
	}
	return names, nil
}

// all yields everything that is published, in batches.
func (m documents) all(ctx context.Context, yield func(things) error) error {
	for _, side := range sides {
		if err := m.side(ctx, side, yield); err != nil {
			return err
		}
	}
	return nil
}

var sides = []domain.Side{domain.DemandSide, domain.ProgrammeSide}

// side yields what is published on one side, in batches.
func (m documents) side(ctx context.Context, side domain.Side, yield func(things) error) error {
	if side == domain.DemandSide {
		return m.store.PublishedDemands(ctx, m.atOnce, func(list []*domain.Demand) error { return yield(things{demands: list}) })
	}
	return m.store.PublishedProgrammes(ctx, m.atOnce, func(list []*domain.Programme) error { return yield(things{programmes: list}) })
}

// subjects names things.
func (t things) subjects() []domain.Subject {
	return append(subjects(t.demands, demandSubject), subjects(t.programmes, programmeSubject)...)
}

func distinct[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	out := list[:0:0]
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

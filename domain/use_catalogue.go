package domain

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// What administrators decide over what frameworks say. All of it is kept beside the frameworks, so that it stands over
// every later version of them; and each decision makes another edition of the catalogue, which every replica follows.

// Curation is what somebody decides at once.
type Curation struct {
	Competences []Competence // that are new
	Links       []Link
	Amendments  []Amendment
}

// decision is a curation and what the audit says of it.
type decision struct {
	Curation
	deed Deed
}

// curate has what an administrator decides, on what the catalogue is made of and is, kept as another edition. It returns
// the catalogue as it is then.
func (m *Market) curate(ctx context.Context, a Actor, decide func(context.Context, Tx, CatalogueContent, *Catalogue) (decision, error)) (*Catalogue, error) {
	var out *Catalogue
	err := m.administer(ctx, a, func(ctx context.Context, tx Tx) error {
		edition, err := tx.CatalogueForUpdate(ctx)
		if err != nil {
			return err
		}
		content, err := tx.CatalogueContent(ctx)
		if err != nil {
			return err
		}
		known, err := content.Catalogue(edition.String())
		if err != nil {
			return err
		}
		d, err := decide(ctx, tx, content, known)
		if err != nil {
			return err
		}
		edition.Revision++
		if out, err = content.with(d.Curation).Catalogue(edition.String()); err != nil {
			return err
		}
		if err := tx.SaveCuration(ctx, edition, d.Curation); err != nil {
			return err
		}
		return record(ctx, tx, a, m.now(), d.deed)
	})
	return out, err
}

// with returns the content with a curation.
func (c CatalogueContent) with(d Curation) CatalogueContent {
	c.Competences = append(slices.Clip(c.Competences), d.Competences...)
	for _, l := range d.Links {
		c = c.linked(l)
	}
	for _, a := range d.Amendments {
		c = c.amended(a)
	}
	return c
}

// Links lists how competences stand to each other beyond what their frameworks say. It returns Unauthenticated for a
// visitor, Forbidden to all but administrators.
func (m *Market) Links(ctx context.Context, a Actor, q LinkList) ([]Link, int, error) {
	if err := mayAdminister(ctx, m.store, a); err != nil {
		return nil, 0, err
	}
	return m.store.ListLinks(ctx, q)
}

// LinkForm is a link as somebody writes it down.
type LinkForm struct{ From, Relation, To, Reason string }

// Relate says how two competences stand to each other, over whatever is said of it already. It returns Forbidden to all
// but administrators, Invalid with every fault of the form, Conflict if the catalogue says the contrary: that From is
// broader than To where To is to be broader than From.
func (m *Market) Relate(ctx context.Context, a Actor, form LinkForm) (Link, error) {
	var out Link
	_, err := m.curate(ctx, a, func(_ context.Context, _ Tx, content CatalogueContent, known *Catalogue) (decision, error) {
		link, err := form.parse(known)
		if err != nil {
			return decision{}, err
		}
		link.At = m.now()
		out = link
		return decision{Curation{Links: []Link{link}}, deedOnLink(DeedRelated, link)}, link.contradicts(content)
	})
	return out, err
}

// Unrelate says that two competences do not stand in the relation that a link says. It returns Forbidden to all but
// administrators, NotFound without such a link, Invalid without a reason.
func (m *Market) Unrelate(ctx context.Context, a Actor, id uuid.UUID, reason string) error {
	_, err := m.curate(ctx, a, func(ctx context.Context, tx Tx, _ CatalogueContent, _ *Catalogue) (decision, error) {
		link, err := tx.Link(ctx, id)
		if err != nil {
			return decision{}, err
		}
		if link.Relation == "" {
			return decision{}, Fail(NotFound, CodeNotFound)
		}
		var f Faults
		was := link
		link.Reason = requiredText(&f, "/reason", reason, MaxLinkReason, false)
		link.Relation, link.Curated, link.At, was.Reason = "", true, m.now(), link.Reason
		return decision{Curation{Links: []Link{link}}, deedOnLink(DeedUnrelated, was)}, f.Err()
	})
	return err
}

func deedOnLink(kind DeedKind, l Link) Deed {
	return deedOnCatalogue(kind, fmt.Sprintf("%s %s %s: %s", l.From, l.Relation, l.To, l.Reason))
}

// parse reads the form against the catalogue.
func (form LinkForm) parse(known *Catalogue) (Link, error) {
	var f Faults
	l := Link{Curated: true}
	for _, end := range []struct {
		at, id string
		to     *CompetenceID
	}{{"/from", form.From, &l.From}, {"/to", form.To, &l.To}} {
		id, err := known.inUse(end.id)
		if f.Check(end.at, err) {
			*end.to = id
		}
	}
	if l.From == l.To && l.From != "" {
		f.Add("/to", CodeDuplicate, l.To)
	}
	var err error
	l.Relation, err = parseOne(form.Relation, []Relation{Exact, Close, Broader})
	f.Check("/relation", err)
	l.Reason = requiredText(&f, "/reason", form.Reason, MaxLinkReason, false)
	return l, f.Err()
}

// contradicts returns Conflict if a link says the contrary of what the catalogue says without it.
func (l Link) contradicts(content CatalogueContent) error {
	if l.Relation != Broader {
		return nil
	}
	unlinked := l
	unlinked.Relation = ""
	c, err := content.linked(unlinked).Catalogue("")
	if err != nil {
		return err
	}
	if r, related := c.Relations().Between(l.From, l.To); related && r == Narrower {
		return Fail(Conflict, CodeContradiction)
	}
	return nil
}

// CompetenceForm is a competence as an administrator writes it down.
type CompetenceForm struct {
	Framework, Code, Kind string
	Label                 Text
	Synonyms              Synonyms
	Broader               []string
	Reason                string
}

// AddCompetence adds a competence to a framework that is not official. It returns the competence; Forbidden to all but
// administrators, Invalid with every fault of the form, Conflict if the framework has one with the code.
func (m *Market) AddCompetence(ctx context.Context, a Actor, form CompetenceForm) (*Catalogue, CompetenceID, error) {
	var id CompetenceID
	c, err := m.curate(ctx, a, func(_ context.Context, _ Tx, content CatalogueContent, known *Catalogue) (decision, error) {
		k, reason, err := form.parse(known)
		if err != nil {
			return decision{}, err
		}
		id = k.ID
		return decision{Curation{Competences: []Competence{k}}, deedOnCatalogue(DeedCompetenceAdded, string(k.ID)+": "+reason)}, nil
	})
	return c, id, err
}

// parse reads the form against the catalogue, and the reason. It returns Invalid with every fault, Conflict if the id is
// taken.
func (form CompetenceForm) parse(known *Catalogue) (k Competence, reason string, err error) {
	var f Faults
	k = Competence{Code: form.Code, Added: true, Label: parseText(&f, "/label", form.Label, MaxName, false, true)}
	k.Framework, err = known.openFramework(form.Framework)
	f.Check("/framework", err)
	k.ID, err = ParseCompetenceID(form.Framework + ":" + form.Code)
	f.Check("/code", err)
	k.Kind, err = ParseCompetenceKind(form.Kind)
	f.Check("/kind", err)
	k.Synonyms = parseSynonyms(&f, "/synonyms", form.Synonyms)
	k.Broader = parseSet(&f, "/broader", form.Broader, MaxBroader, known.inUse)
	reason = requiredText(&f, "/reason", form.Reason, MaxLinkReason, false)
	if err := f.Err(); err != nil {
		return k, "", err
	}
	if _, taken := known.Competence(k.ID); taken {
		return k, "", Fail(Conflict, CodeExists)
	}
	return k, reason, nil
}

// AmendmentForm is what an administrator would have otherwise about a competence. What is nil or empty stays.
type AmendmentForm struct {
	Label      Text
	Deprecated *bool
	ReplacedBy string // by what: then it is deprecated
	Reason     string
}

// AmendCompetence changes what a competence is called, or deprecates it, with or without a successor, over whatever its
// framework says. It returns Forbidden to all but administrators, NotFound without such a competence, Invalid with every
// fault of the form.
func (m *Market) AmendCompetence(ctx context.Context, a Actor, id CompetenceID, form AmendmentForm) (*Catalogue, error) {
	return m.curate(ctx, a, func(_ context.Context, _ Tx, content CatalogueContent, known *Catalogue) (decision, error) {
		if _, there := known.Competence(id); !there {
			return decision{}, Fail(NotFound, CodeNotFound)
		}
		amendment, reason, err := form.parse(content.amendment(id), known)
		if err != nil {
			return decision{}, err
		}
		return decision{Curation{Amendments: []Amendment{amendment}}, deedOnCatalogue(DeedCompetenceAmended, string(id)+": "+reason)}, nil
	})
}

// parse reads the form into the amendment that there is of a competence, and the reason.
func (form AmendmentForm) parse(out Amendment, known *Catalogue) (Amendment, string, error) {
	var f Faults
	label := parseText(&f, "/label", form.Label, MaxName, false, false)
	for _, l := range Spoken() {
		if s := label.Exactly(l); s != "" {
			*out.Label.at(l) = s
		}
	}
	deprecated := form.Deprecated
	if form.ReplacedBy != "" {
		if deprecated != nil && !*deprecated {
			f.Add("/deprecated", CodeReplacedInUse)
		}
		yes := true
		deprecated = &yes
	}
	if deprecated != nil {
		out.Deprecated, out.ReplacedBy = deprecated, ""
		optional(&f, "/replaced_by", form.ReplacedBy, &out.ReplacedBy, func(s string) (CompetenceID, error) { return known.successor(out.Competence, s) })
	}
	reason := requiredText(&f, "/reason", form.Reason, MaxLinkReason, false)
	return out, reason, f.Err()
}

// AddSynonym gives a competence another name, over whatever its framework says. It returns Forbidden to all but
// administrators, NotFound without such a competence, Invalid with every fault, Conflict if the competence has the name.
func (m *Market) AddSynonym(ctx context.Context, a Actor, id CompetenceID, language, name string) (*Catalogue, error) {
	return m.curate(ctx, a, func(_ context.Context, _ Tx, content CatalogueContent, known *Catalogue) (decision, error) {
		var f Faults
		l, err := parseOne(language, Spoken())
		f.Check("/language", err)
		name := requiredText(&f, "/synonym", name, MaxName, false)
		if err := f.Err(); err != nil {
			return decision{}, err
		}
		var s Synonyms
		*s.at(l) = []string{name}
		amendment, err := content.named(known, id, s)
		return decision{Curation{Amendments: []Amendment{amendment}}, deedOnCatalogue(DeedSynonymAdded, fmt.Sprintf("%s %s: %s", id, l, name))}, err
	})
}

// named returns the amendment that gives a competence other names. It returns NotFound without such a competence,
// Conflict if it has them all.
func (c CatalogueContent) named(known *Catalogue, id CompetenceID, more Synonyms) (Amendment, error) {
	k, there := known.Competence(id)
	if !there {
		return Amendment{}, Fail(NotFound, CodeNotFound)
	}
	out, fresh := c.amendment(id), false
	for _, l := range Spoken() {
		has := append([]string{k.Label.Exactly(l)}, *k.Synonyms.at(l)...)
		for _, name := range *more.at(l) {
			if !slices.ContainsFunc(has, func(s string) bool { return strings.EqualFold(s, name) }) {
				*out.Synonyms.at(l) = joined(*out.Synonyms.at(l), []string{name})
				fresh = true
			}
		}
	}
	if !fresh {
		return out, Fail(Conflict, CodeExists)
	}
	return out, nil
}

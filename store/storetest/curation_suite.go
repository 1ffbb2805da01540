package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testCuration: what administrators decide is kept beside the frameworks, and proposals are decided once.
func testCuration(t *testing.T, open Open) {
	no := false
	link := domain.Link{From: "esco:1", Relation: domain.Close, To: "esco:2", Reason: "Ұқсас", Curated: true, At: now}
	amendment := domain.Amendment{
		Competence: "esco:1", Label: domain.Text{KK: "Дағды"}, Synonyms: domain.Synonyms{RU: []string{"умение", "навык"}}, Deprecated: &no,
	}
	added := domain.Competence{
		ID: "ecf:new", Framework: "ecf", Code: "new", Kind: domain.Tool, Label: domain.Text{EN: "New"}, Broader: []domain.CompetenceID{"ecf:A.1"}, Added: true,
	}
	t.Run("what is decided comes back, is replaced by a later decision, and told to followers", func(t *testing.T) {
		o := open(t)
		keep(t, o, catalogue(t, "one", 10))
		at := settled(t, o)
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			require.NoError(t, tx.SaveCuration(ctx, domain.CatalogueEdition{Number: 1, Shipped: "one", Revision: 1}, domain.Curation{
				Competences: []domain.Competence{added}, Links: []domain.Link{link}, Amendments: []domain.Amendment{amendment},
			}))
		})
		changes, _ := follow(t, o, at, 1)
		require.Equal(t, domain.ChangedCatalogue, changes[0].Kind)
		content, err := o.CatalogueContent(t.Context())
		require.NoError(t, err)
		same(t, []domain.Link{link}, content.Links)
		same(t, []domain.Amendment{amendment}, content.Amendments)
		c, err := o.Catalogue(t.Context())
		require.NoError(t, err)
		require.Equal(t, "one+1", c.Edition())
		got, _ := c.Competence("ecf:new")
		same(t, added, got)
		got, _ = c.Competence("esco:1")
		require.Equal(t, domain.Text{KK: "Дағды", EN: "Skill 1"}, got.Label)
		require.Equal(t, []domain.CompetenceID{"esco:2"}, got.Close)

		ended := link
		ended.From, ended.To, ended.Relation = "esco:2", "esco:1", ""
		amendment := domain.Amendment{Competence: "esco:1", ReplacedBy: "esco:2"}
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			require.NoError(t, tx.SaveCuration(ctx, domain.CatalogueEdition{Number: 1, Shipped: "one", Revision: 2}, domain.Curation{
				Links: []domain.Link{ended}, Amendments: []domain.Amendment{amendment},
			}))
		})
		content, err = o.CatalogueContent(t.Context())
		require.NoError(t, err)
		same(t, []domain.Link{ended}, content.Links)
		same(t, []domain.Amendment{amendment}, content.Amendments)
		edition, err := o.CatalogueEdition(t.Context())
		require.NoError(t, err)
		require.Equal(t, domain.CatalogueEdition{Number: 1, Shipped: "one", Revision: 2}, edition)
		err = o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
			return tx.SaveCuration(ctx, edition, domain.Curation{Competences: []domain.Competence{added}})
		})
		failsAs(t, err, domain.Conflict, domain.CodeExists)
	})
	t.Run("another catalogue leaves decisions alone, and replaces what ships", func(t *testing.T) {
		o := open(t)
		ships := domain.Link{From: "esco:3", Relation: domain.Broader, To: "ecf:A.1", Reason: "It ships.", At: now}
		save := func(links ...domain.Link) {
			within(t, o, func(ctx context.Context, tx domain.Tx) {
				c := catalogue(t, "x", 10)
				require.NoError(t, tx.SaveCatalogue(ctx, domain.CatalogueEdition{Number: 1, Shipped: "x"}, domain.CatalogueContent{
					Frameworks: c.Frameworks(), Competences: c.Competences(), Links: links}))
			})
		}
		save(ships)
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			require.NoError(t, tx.SaveCuration(ctx, domain.CatalogueEdition{Number: 1, Shipped: "x", Revision: 1},
				domain.Curation{Links: []domain.Link{link}, Amendments: []domain.Amendment{amendment}}))
		})
		list := func(q domain.LinkList) []domain.CompetenceID {
			q.Limit = 10
			links, total, err := o.ListLinks(t.Context(), q)
			require.NoError(t, err)
			require.Len(t, links, total)
			var from []domain.CompetenceID
			for _, l := range links {
				from = append(from, l.From)
			}
			return from
		}
		curated, closely, none := true, domain.Close, domain.Relation("")
		require.ElementsMatch(t, []domain.CompetenceID{"esco:1", "esco:3"}, list(domain.LinkList{}))
		require.Equal(t, []domain.CompetenceID{"esco:1"}, list(domain.LinkList{Curated: &curated}))
		require.Equal(t, []domain.CompetenceID{"esco:1"}, list(domain.LinkList{Relation: &closely}))
		require.Equal(t, []domain.CompetenceID{"esco:3"}, list(domain.LinkList{Competence: "ecf:A.1"}))
		require.Empty(t, list(domain.LinkList{Relation: &none}))
		got, err := o.Link(t.Context(), link.ID())
		require.NoError(t, err)
		same(t, link, got)
		_, err = o.Link(t.Context(), newID())
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)

		save()
		require.Equal(t, []domain.CompetenceID{"esco:1"}, list(domain.LinkList{}))
		content, err := o.CatalogueContent(t.Context())
		require.NoError(t, err)
		same(t, []domain.Amendment{amendment}, content.Amendments)
	})
	t.Run("fifty who hold the catalogue at once change it one after the other", func(t *testing.T) {
		o := open(t)
		keep(t, o, catalogue(t, "one", 10))
		done := o.together(t, 50, func(ctx context.Context, tx domain.Tx) error {
			edition, err := tx.CatalogueForUpdate(ctx)
			if err != nil {
				return err
			}
			edition.Revision++
			return tx.SaveCuration(ctx, edition, domain.Curation{})
		})
		edition, err := o.CatalogueEdition(t.Context())
		require.NoError(t, err)
		require.Equal(t, done, edition.Revision)
		require.Positive(t, done)
	})
	t.Run("the first catalogue is installed once by many who start at once", func(t *testing.T) {
		o := open(t)
		c := catalogue(t, "first", 10)
		installed := o.together(t, 8, func(ctx context.Context, tx domain.Tx) error {
			_, err := tx.CatalogueForUpdate(ctx)
			if domain.KindOf(err) != domain.NotFound {
				return domain.Fail(domain.Conflict, domain.CodeExists)
			}
			return tx.SaveCatalogue(ctx, domain.CatalogueEdition{Number: 1, Shipped: "first"},
				domain.CatalogueContent{Frameworks: c.Frameworks(), Competences: c.Competences()})
		})
		require.Equal(t, 1, installed)
	})
	t.Run("proposals", func(t *testing.T) { testProposals(t, open) })
}

func testProposals(t *testing.T, open Open) {
	proposal := func(org *domain.Organisation, by *domain.Account) *domain.Proposal {
		return &domain.Proposal{
			ID: newID(), Organisation: org.ID, Proposer: by.ID, Label: domain.Text{KK: "Роботтарды баптау", RU: "Наладка роботов"}, Kind: domain.Skill,
			Synonyms: domain.Synonyms{RU: []string{"робототехник"}}, Broader: []domain.CompetenceID{"esco:1"}, Comment: "Керек", CreatedAt: now,
			Status: domain.ProposalOpen,
		}
	}
	o := open(t)
	a, first, second := someAccount("a@example.kz"), fullOrganisation(1), fullOrganisation(2)
	keep(t, o, a, first, second)
	var all []*domain.Proposal
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		for _, org := range []*domain.Organisation{first, second, first} {
			p := proposal(org, a)
			require.NoError(t, tx.CreateProposal(ctx, p))
			all = append(all, p)
		}
		n, err := tx.CountOpenProposals(ctx, first.ID)
		require.NoError(t, err)
		require.Equal(t, 2, n)
	})
	decided := *all[0]
	decided.Status, decided.Reason, decided.DecidedAt, decided.Competence = domain.ProposalApproved, "Дұрыс", now.Add(time.Hour), "ecf:new"
	require.Equal(t, 1, o.together(t, 50, func(ctx context.Context, tx domain.Tx) error {
		fresh, err := tx.DecideProposal(ctx, &decided)
		if err == nil && !fresh {
			err = domain.Fail(domain.Conflict, domain.CodeProposalDecided)
		}
		return err
	}), "of fifty decisions one is kept")
	got, err := o.Proposal(t.Context(), decided.ID)
	require.NoError(t, err)
	same(t, &decided, got)
	got, err = o.Proposal(t.Context(), all[1].ID)
	require.NoError(t, err)
	same(t, all[1], got)
	for _, c := range []struct {
		q    domain.ProposalList
		want []*domain.Proposal
		all  int
	}{
		{domain.ProposalList{Limit: 9}, all, 3},
		{domain.ProposalList{Limit: 1, After: all[0].ID}, all[1:2], 3},
		{domain.ProposalList{Organisation: first.ID, Limit: 9}, []*domain.Proposal{all[2], all[0]}, 2},
		{domain.ProposalList{Organisation: first.ID, Limit: 9, After: all[2].ID}, all[:1], 2},
		{domain.ProposalList{Status: domain.ProposalOpen, Limit: 9}, all[1:], 2},
	} {
		list, total, err := o.ListProposals(t.Context(), c.q)
		require.NoError(t, err)
		require.Equal(t, c.all, total)
		require.Equal(t, proposalIDs(c.want), proposalIDs(list))
	}
	within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.EraseAccount(ctx, a.ID, a.Email)) })
	got, err = o.Proposal(t.Context(), all[2].ID)
	require.NoError(t, err)
	require.Equal(t, uuid.Nil, got.Proposer, "the proposal is the organisation's, and stays")
}

func proposalIDs(list []*domain.Proposal) []uuid.UUID {
	ids := make([]uuid.UUID, 0, len(list))
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}

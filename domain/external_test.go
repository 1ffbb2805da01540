package domain_test

import (
	"context"
	"testing"
	"time"

	"kopir/domain"
	"kopir/store"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// vouching is a provider that has sent somebody back with a ticket.
type vouching struct {
	domain.IdentityProvider
	who domain.ExternalPerson
}

func (vouching) Name() string   { return "eGov" }
func (vouching) Issuer() string { return "https://idp.example" }

func (v vouching) Finish(_ context.Context, back domain.Return, _ uuid.UUID, now time.Time) (domain.ExternalPerson, error) {
	v.who.Issuer, v.who.Ticket, v.who.Until = v.Issuer(), uuid.MustParse(back.Ticket), now.Add(domain.TicketLifetime)
	return v.who, nil
}

// comes is somebody who comes back, with a ticket of their own.
func comes() domain.Return { return domain.Return{Ticket: uuid.NewString()} }

// noting is a store that tells what was noted in the audit, and may overlook identities once.
type noting struct {
	*store.Store
	deeds     *[]domain.Deed
	overlooks *bool
}

func (s noting) InTx(ctx context.Context, work func(context.Context, domain.Tx) error) error {
	var deeds []domain.Deed
	err := s.Store.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
		deeds = nil
		return work(ctx, notingTx{tx, &deeds, s.overlooks})
	})
	if err == nil {
		*s.deeds = append(*s.deeds, deeds...)
	}
	return err
}

type notingTx struct {
	domain.Tx
	deeds     *[]domain.Deed
	overlooks *bool
}

func (tx notingTx) Record(ctx context.Context, d domain.Deed) error {
	*tx.deeds = append(*tx.deeds, d)
	return tx.Tx.Record(ctx, d)
}

func (tx notingTx) AccountByIdentity(ctx context.Context, issuer, subject string) (*domain.Account, error) {
	if *tx.overlooks {
		*tx.overlooks = false
		return nil, domain.Fail(domain.NotFound, domain.CodeNotFound)
	}
	return tx.Tx.AccountByIdentity(ctx, issuer, subject)
}

func newExternal(w *world, who domain.ExternalPerson) (*domain.External, noting) {
	s := noting{w.store, new([]domain.Deed), new(bool)}
	return domain.NewExternal(domain.NewAccounts(s, w.passwords, tokens{}, w.codes, w.oneTime, w.clock.now), vouching{who: who}), s
}

func TestWhatBecomesOfIdentitiesIsNoted(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	x, s := newExternal(w, domain.ExternalPerson{Subject: "1", Email: "new@example.kz", EmailVerified: true})
	noted := func(account uuid.UUID, kinds ...domain.DeedKind) {
		t.Helper()
		require.Len(t, *s.deeds, len(kinds))
		for i, d := range *s.deeds {
			require.Equal(t, domain.Deed{ID: d.ID, At: noon, Account: account, Kind: kinds[i], SubjectKind: domain.SubjectAccount, Subject: account}, d)
		}
		*s.deeds = nil
	}
	_, err := x.SignIn(ctx, comes())
	require.NoError(t, err)
	made, err := w.store.AccountByEmail(ctx, "new@example.kz")
	require.NoError(t, err)
	noted(made.ID, domain.DeedAccountCreated, domain.DeedIdentityLinked)
	_, err = x.SignIn(ctx, comes())
	require.NoError(t, err)
	noted(made.ID)

	x, s = newExternal(w, domain.ExternalPerson{Subject: "2"})
	owner := w.owner()
	linked, err := x.Link(ctx, owner, comes())
	require.NoError(t, err)
	noted(owner.AccountID, domain.DeedIdentityLinked)
	_, err = x.Link(ctx, owner, comes())
	failsAs(t, err, domain.Conflict, domain.CodeIdentityLinked)
	noted(owner.AccountID)
	require.NoError(t, x.Unlink(ctx, owner, linked.ID))
	noted(owner.AccountID, domain.DeedIdentityUnlinked)
}

func TestWhoIsOvertakenByThemselvesSignsIn(t *testing.T) {
	w := newWorld(t)
	x, s := newExternal(w, domain.ExternalPerson{Subject: "1", Email: "new@example.kz", EmailVerified: true})
	_, err := x.SignIn(t.Context(), comes())
	require.NoError(t, err)
	*s.overlooks = true
	_, err = x.SignIn(t.Context(), comes())
	require.NoError(t, err, "their address is their own")

	late := domain.NewExternal(domain.NewAccounts(overtakenOnce{s}, w.passwords, tokens{}, w.codes, w.oneTime, w.clock.now), vouching{who: domain.ExternalPerson{Subject: "1", Email: "new@example.kz", EmailVerified: true}})
	*s.overlooks = true
	_, err = late.SignIn(t.Context(), comes())
	require.NoError(t, err, "so it is where the store refuses them")
}

type overtakenTx struct{ domain.Tx }

func (overtakenTx) AccountByEmail(context.Context, string) (*domain.Account, error) {
	return nil, domain.Fail(domain.NotFound, domain.CodeNotFound)
}

// overtakenOnce is a store in which somebody new is made an account of just after they were seen to have none.
type overtakenOnce struct{ noting }

func (s overtakenOnce) InTx(ctx context.Context, work func(context.Context, domain.Tx) error) error {
	return s.noting.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
		if *s.overlooks {
			tx = overtakenTx{tx}
		}
		return work(ctx, tx)
	})
}

func TestNobodyLinksWhoIsNotThere(t *testing.T) {
	w := newWorld(t)
	x, _ := newExternal(w, domain.ExternalPerson{Subject: "1"})
	for _, who := range []string{"visitor", "gone", "operator"} {
		_, err := x.Link(t.Context(), w.people[who], comes())
		failsAs(t, err, domain.Unauthenticated, domain.CodeSignIn)
		failsAs(t, x.Unlink(t.Context(), w.people[who], uuid.New()), domain.Unauthenticated, domain.CodeSignIn)
	}
	_, err := x.Identities(t.Context(), domain.Visitor)
	failsAs(t, err, domain.Unauthenticated, domain.CodeSignIn)
}

func TestAnIdentityAtAFormerProviderIsNoWayIn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	x, _ := newExternal(w, domain.ExternalPerson{Subject: "1", Email: "new@example.kz", EmailVerified: true})
	_, err := x.SignIn(ctx, comes())
	require.NoError(t, err)
	made, err := w.store.AccountByEmail(ctx, "new@example.kz")
	require.NoError(t, err)
	former := domain.Identity{ID: uuid.New(), AccountID: made.ID, Issuer: "https://former.example", Subject: "1", CreatedAt: noon.Add(-time.Hour)}
	w.write(t, func(ctx context.Context, tx domain.Tx) error { return tx.CreateIdentity(ctx, former) })
	me := domain.Actor{AccountID: made.ID}
	list, err := x.Identities(ctx, me)
	require.NoError(t, err)
	require.Len(t, list, 2)
	failsAs(t, x.Unlink(ctx, me, list[1].ID), domain.Conflict, domain.CodeLastWayIn)
	require.NoError(t, x.Unlink(ctx, me, former.ID))
}

func TestAnAddressThatAProviderVouchesForIsTakenFromWhoNeverProvedIt(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.registers(t, newcomer())
	intruder, err := w.accounts.Login(ctx, "new@example.kz", password, "")
	require.NoError(t, err)
	before := w.account(t, "new@example.kz")
	link, _ := newExternal(w, domain.ExternalPerson{Subject: "2"})
	_, err = link.Link(ctx, domain.Actor{AccountID: before.ID}, comes())
	failsAs(t, err, domain.Forbidden, domain.CodeEmailNotConfirmed)

	x, _ := newExternal(w, domain.ExternalPerson{Subject: "1", Email: "new@example.kz", EmailVerified: true})
	_, err = x.SignIn(ctx, comes())
	require.NoError(t, err)
	a := w.account(t, "new@example.kz")
	require.True(t, a.Confirmed())
	require.NotEqual(t, before.ID, a.ID)
	require.False(t, w.logsIn(t, "new@example.kz", password))
	got, err := w.accounts.Refresh(ctx, intruder.RefreshToken)
	refused(t, got, err)
	code := w.asksForReset(t, "new@example.kz")
	require.NoError(t, w.accounts.ResetPassword(ctx, code, "another password of mine"), "and may have a password, too")
	require.True(t, w.logsIn(t, "new@example.kz", "another password of mine"))
}

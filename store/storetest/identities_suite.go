package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testIdentities: who accounts are elsewhere, and the tickets with which people come back from there.
func testIdentities(t *testing.T, open Open) {
	t.Run("identities", func(t *testing.T) { testIdentityRows(t, open(t)) })
	t.Run("tickets", func(t *testing.T) { testTickets(t, open(t)) })
	t.Run("fifty who come back at once with one ticket", func(t *testing.T) { testOneTicket(t, open(t)) })
	t.Run("one person who comes for the first time, many times at once", func(t *testing.T) { testOneNewcomer(t, open(t)) })
}

func testIdentityRows(t *testing.T, o *Opened) {
	ctx := t.Context()
	mine, theirs := someAccount("mine@example.kz"), someAccount("theirs@example.kz")
	keep(t, o, mine, theirs)
	identity := func(of *domain.Account, issuer, subject string, after time.Duration) domain.Identity {
		return domain.Identity{ID: newID(), AccountID: of.ID, Issuer: issuer, Subject: subject, CreatedAt: now.Add(after)}
	}
	create := func(i domain.Identity) error {
		return o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateIdentity(ctx, i) })
	}
	later, first := identity(mine, "https://b.example", "ә'\"\\", time.Hour), identity(mine, "https://a.example", "1", 0)
	other := identity(theirs, "https://a.example", "2", 0)
	for _, i := range []domain.Identity{later, first, other} {
		require.NoError(t, create(i))
	}
	listed := func(of uuid.UUID, want ...domain.Identity) {
		t.Helper()
		got, err := o.Identities(ctx, of)
		require.NoError(t, err)
		require.Equal(t, append([]domain.Identity{}, want...), got)
	}
	listed(mine.ID, first, later)
	listed(newID())
	found, err := o.AccountByIdentity(ctx, "https://b.example", "ә'\"\\")
	require.NoError(t, err)
	same(t, mine, found)
	for _, nobody := range [][2]string{{"https://b.example", "1"}, {"https://a.example", "3"}, {"", ""}} {
		_, err = o.AccountByIdentity(ctx, nobody[0], nobody[1])
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	}

	failsAs(t, create(identity(theirs, "https://b.example", "ә'\"\\", 0)), domain.Conflict, domain.CodeExists)
	failsAs(t, create(identity(mine, "https://a.example", "3", 0)), domain.Conflict, domain.CodeExists)
	failsAs(t, create(domain.Identity{ID: newID(), AccountID: newID(), Issuer: "https://c.example", Subject: "1", CreatedAt: now}), domain.NotFound, domain.CodeNotFound)
	listed(mine.ID, first, later)

	remove := func(id uuid.UUID) error {
		return o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.DeleteIdentity(ctx, id) })
	}
	require.NoError(t, remove(first.ID))
	failsAs(t, remove(first.ID), domain.NotFound, domain.CodeNotFound)
	listed(mine.ID, later)
	listed(theirs.ID, other)
}

func testTickets(t *testing.T, o *Opened) {
	ctx := t.Context()
	use := func(ticket uuid.UUID, until time.Time) (fresh bool) {
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			var err error
			fresh, err = tx.UseTicket(ctx, ticket, until)
			require.NoError(t, err)
		})
		return fresh
	}
	first, second := newID(), newID()
	require.True(t, use(first, now))
	require.False(t, use(first, now))
	require.True(t, use(second, now.Add(time.Second)))
	require.ErrorIs(t, o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
		fresh, err := tx.UseTicket(ctx, uuid.Max, now)
		require.NoError(t, err)
		require.True(t, fresh)
		return errOnPurpose
	}), errOnPurpose)
	require.True(t, use(uuid.Max, now.Add(time.Second)), "what is undone was not used")

	forgotten, err := o.ForgetTickets(ctx, now)
	require.NoError(t, err)
	require.Zero(t, forgotten, "it is valid until now")
	forgotten, err = o.ForgetTickets(ctx, now.Add(time.Microsecond))
	require.NoError(t, err)
	require.Equal(t, 1, forgotten)
	require.False(t, use(second, now))
	require.True(t, use(first, now))
}

// vouching is a provider that has sent somebody back with a ticket.
type vouching struct{ domain.IdentityProvider }

func (vouching) Issuer() string { return "https://idp.example" }

func (vouching) Finish(_ context.Context, back domain.Return, _ uuid.UUID, _ time.Time) (domain.ExternalPerson, error) {
	return domain.ExternalPerson{
		Issuer: "https://idp.example", Subject: "person-1", Email: "new@example.kz", EmailVerified: true, Name: "Жаңа",
		Ticket: uuid.MustParse(back.Ticket), Until: now.Add(domain.TicketLifetime),
	}, nil
}

// external are the verbs of signing in through vouching.
func external(t *testing.T, o *Opened) *domain.External {
	t.Helper()
	return domain.NewExternal(peopleOf(t, o).Accounts, vouching{})
}

// sessionsOfNewcomer counts the sessions of whom vouching sends back.
func sessionsOfNewcomer(t *testing.T, o *Opened) int {
	t.Helper()
	account, err := o.AccountByEmail(t.Context(), "new@example.kz")
	require.NoError(t, err)
	identities, err := o.Identities(t.Context(), account.ID)
	require.NoError(t, err)
	require.Len(t, identities, 1)
	sessions, err := o.Sessions(t.Context(), account.ID, now)
	require.NoError(t, err)
	return len(sessions)
}

func testOneTicket(t *testing.T, o *Opened) {
	x := external(t, o)
	ticket := newID().String()
	won := inParallel(50, func() error {
		_, err := x.SignIn(t.Context(), domain.Return{Ticket: ticket})
		return err
	}, func(err error) { failsAs(t, err, domain.Unauthenticated, domain.CodeExternalRefused) })
	require.Equal(t, 1, won)
	require.Equal(t, 1, sessionsOfNewcomer(t, o))
}

func testOneNewcomer(t *testing.T, o *Opened) {
	x := external(t, o)
	won := inParallel(20, func() error {
		_, err := x.SignIn(t.Context(), domain.Return{Ticket: newID().String()})
		return err
	}, func(err error) { require.NoError(t, err) })
	require.Equal(t, 20, won)
	require.Equal(t, 20, sessionsOfNewcomer(t, o))
}

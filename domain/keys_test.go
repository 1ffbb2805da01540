package domain_test

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// plainKeys are keys that anybody can read.
type plainKeys struct{}

func (plainKeys) NewKey(id uuid.UUID) (string, []byte, error) {
	return id.String(), slices.Concat(id[:], id[:]), nil
}

func (plainKeys) KeyID(key string) (uuid.UUID, bool) {
	id, err := uuid.Parse(key[:min(len(key), 36)])
	return id, err == nil
}

func (plainKeys) CheckKey(key string, hash []byte) bool {
	return hex.EncodeToString(hash[:4]) == key[:8] && len(key) == 36
}

func (w *world) keys() *domain.Keys { return domain.NewKeys(w.store, plainKeys{}, w.clock.now) }

// key makes a key of an organisation's, whoever owns it.
func (w *world) key(t *testing.T, organisation uuid.UUID, change func(*domain.APIKey), some ...domain.Scope) domain.Actor {
	t.Helper()
	k := &domain.APIKey{
		ID: uuid.Must(uuid.NewV7()), Organisation: organisation, Name: "key", Scopes: some, Hash: make([]byte, 32),
		CreatedAt: noon, ExpiresAt: noon.Add(time.Hour),
	}
	if change != nil {
		change(k)
	}
	w.write(t, func(ctx context.Context, tx domain.Tx) error { return tx.CreateAPIKey(ctx, k) })
	return domain.Actor{Key: k.ID}
}

var allScopes = []domain.Scope{domain.DemandsRead, domain.DemandsWrite, domain.ProgrammesRead, domain.ProgrammesWrite}

// machines are keys before an organisation's things of one side.
func (w *world) machines(t *testing.T, own, other uuid.UUID, side, otherSide domain.Side) map[string]domain.Actor {
	return map[string]domain.Actor{
		"all": w.key(t, own, nil, allScopes...), "reads": w.key(t, own, nil, side.Read()), "writes": w.key(t, own, nil, side.Write()),
		"other side": w.key(t, own, nil, otherSide.Read(), otherSide.Write()), "nothing": w.key(t, own, nil),
		"another's": w.key(t, other, nil, allScopes...), "gone": {Key: uuid.New()},
		"revoked": w.key(t, own, func(k *domain.APIKey) { k.RevokedAt = noon }, allScopes...),
	}
}

// machineRow says for each of the machines what a verb answers.
func machineRow(all, reads, writes, otherOfOwn, another, revoked domain.Kind) row {
	return row{"all": all, "reads": reads, "writes": writes, "other side": otherOfOwn, "nothing": otherOfOwn, "another's": another, "revoked": revoked, "gone": revoked}
}

func TestAKeyActsForOneOrganisationWithinItsScopes(t *testing.T) {
	const hidden, refused, nobody = domain.NotFound, domain.Forbidden, domain.Unauthenticated
	rows := map[string]row{
		"read draft":     machineRow(done, done, hidden, hidden, hidden, hidden),
		"read public":    machineRow(done, done, done, done, done, done),
		"revise draft":   machineRow(done, refused, done, hidden, hidden, hidden),
		"revise public":  machineRow(done, refused, done, refused, refused, nobody),
		"publish":        machineRow(done, refused, done, hidden, hidden, hidden),
		"end":            machineRow(done, refused, done, refused, refused, nobody),
		"delete draft":   machineRow(done, refused, done, hidden, hidden, hidden),
		"delete public":  machineRow(done, refused, done, refused, refused, nobody),
		"create":         machineRow(done, refused, done, refused, refused, nobody),
		"create unknown": machineRow(domain.Invalid, domain.Invalid, domain.Invalid, domain.Invalid, domain.Invalid, domain.Invalid),
		"list":           machineRow(done, done, refused, refused, refused, refused),
	}
	for side, verbs := range map[domain.Side]func(*world) map[string]func(context.Context, domain.Actor) error{
		domain.DemandSide: demandVerbs(t), domain.ProgrammeSide: programmeVerbs(t),
	} {
		w := newWorld(t)
		own, other, otherSide := w.employer.ID, w.institution.ID, domain.ProgrammeSide
		if side == domain.ProgrammeSide {
			own, other, otherSide = other, own, domain.DemandSide
		}
		machines := w.machines(t, own, other, side, otherSide)
		all := verbs(w)
		require.Len(t, all, len(rows))
		for name, verb := range all {
			require.Len(t, rows[name], len(machines))
			for who, want := range rows[name] {
				t.Run(string(side)+" "+name+" "+who, func(t *testing.T) {
					err := verb(t.Context(), machines[who])
					require.Equal(t, want, domain.KindOf(err), "%v", err)
					if want == done {
						require.NoError(t, err)
					}
				})
			}
		}
	}
}

// demandVerbs are what is done to demands of the employer's, each to one of its own.
func demandVerbs(t *testing.T) func(*world) map[string]func(context.Context, domain.Actor) error {
	return func(w *world) map[string]func(context.Context, domain.Actor) error {
		m := w.market
		same := func(*domain.Demand) (domain.DemandForm, error) { return demandForm(), nil }
		on := func(status domain.DemandStatus, verb func(context.Context, domain.Actor, *domain.Demand) error) func(context.Context, domain.Actor) error {
			return func(ctx context.Context, a domain.Actor) error { return verb(ctx, a, w.demand(t, status)) }
		}
		read := func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			_, err := m.Demand(ctx, a, d.ID)
			return err
		}
		revise := func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			_, err := m.ReviseDemand(ctx, a, d.ID, d.Version, same)
			return err
		}
		remove := func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			return m.DeleteDemand(ctx, a, d.ID, d.Version)
		}
		create := func(organisation uuid.UUID) func(context.Context, domain.Actor) error {
			return func(ctx context.Context, a domain.Actor) error {
				_, err := m.CreateDemand(ctx, a, organisation, demandForm())
				return err
			}
		}
		return map[string]func(context.Context, domain.Actor) error{
			"read draft": on(domain.DemandDraft, read), "read public": on(domain.DemandPublished, read),
			"revise draft": on(domain.DemandDraft, revise), "revise public": on(domain.DemandPublished, revise),
			"delete draft": on(domain.DemandDraft, remove), "delete public": on(domain.DemandPublished, remove),
			"publish": on(domain.DemandDraft, func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
				_, err := m.PublishDemand(ctx, a, d.ID, d.Version)
				return err
			}),
			"end": on(domain.DemandPublished, func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
				_, err := m.CloseDemand(ctx, a, d.ID, d.Version)
				return err
			}),
			"create": create(w.employer.ID), "create unknown": create(uuid.New()),
			"list": func(ctx context.Context, a domain.Actor) error {
				_, _, err := m.OrganisationDemands(ctx, a, domain.OwnList{Organisation: w.employer.ID, Limit: 1})
				return err
			},
		}
	}
}

// programmeVerbs is demandVerbs for the institution's programmes.
func programmeVerbs(t *testing.T) func(*world) map[string]func(context.Context, domain.Actor) error {
	return func(w *world) map[string]func(context.Context, domain.Actor) error {
		m := w.market
		same := func(*domain.Programme) (domain.ProgrammeForm, error) { return programmeForm(), nil }
		on := func(status domain.ProgrammeStatus, verb func(context.Context, domain.Actor, *domain.Programme) error) func(context.Context, domain.Actor) error {
			return func(ctx context.Context, a domain.Actor) error { return verb(ctx, a, w.programme(t, status)) }
		}
		read := func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			_, err := m.Programme(ctx, a, p.ID)
			return err
		}
		revise := func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			_, err := m.ReviseProgramme(ctx, a, p.ID, p.Version, same)
			return err
		}
		remove := func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			return m.DeleteProgramme(ctx, a, p.ID, p.Version)
		}
		create := func(organisation uuid.UUID) func(context.Context, domain.Actor) error {
			return func(ctx context.Context, a domain.Actor) error {
				_, err := m.CreateProgramme(ctx, a, organisation, programmeForm())
				return err
			}
		}
		return map[string]func(context.Context, domain.Actor) error{
			"read draft": on(domain.ProgrammeDraft, read), "read public": on(domain.ProgrammePublished, read),
			"revise draft": on(domain.ProgrammeDraft, revise), "revise public": on(domain.ProgrammePublished, revise),
			"delete draft": on(domain.ProgrammeDraft, remove), "delete public": on(domain.ProgrammePublished, remove),
			"publish": on(domain.ProgrammeDraft, func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
				_, err := m.PublishProgramme(ctx, a, p.ID, p.Version)
				return err
			}),
			"end": on(domain.ProgrammePublished, func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
				_, err := m.ArchiveProgramme(ctx, a, p.ID, p.Version)
				return err
			}),
			"create": create(w.institution.ID), "create unknown": create(uuid.New()),
			"list": func(ctx context.Context, a domain.Actor) error {
				_, _, err := m.OrganisationProgrammes(ctx, a, domain.OwnList{Organisation: w.institution.ID, Limit: 1})
				return err
			},
		}
	}
}

func TestAKeyKnowsOfItsOwnOrganisationThoughItIsNotPublic(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	own := w.key(t, w.pending.ID, nil, domain.DemandsWrite)
	other := w.key(t, w.employer.ID, nil, allScopes...)
	revoked := w.key(t, w.pending.ID, func(k *domain.APIKey) { k.RevokedAt = noon }, allScopes...)
	d, err := w.market.CreateDemand(ctx, own, w.pending.ID, demandForm())
	require.NoError(t, err)
	_, err = w.market.PublishDemand(ctx, own, d.ID, d.Version)
	failsAs(t, err, domain.Conflict, domain.CodeNotVerified)
	_, err = w.market.Organisation(ctx, own, w.pending.ID)
	require.NoError(t, err)
	for _, stranger := range []domain.Actor{other, revoked} {
		_, err = w.market.Organisation(ctx, stranger, w.pending.ID)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
		_, err = w.market.CreateDemand(ctx, stranger, w.pending.ID, demandForm())
		require.Equal(t, map[string]domain.Code{"/organisation_id": domain.CodeUnknownValue}, placesOf(err))
		_, _, err = w.market.OrganisationDemands(ctx, stranger, domain.OwnList{Organisation: w.pending.ID, Limit: 1})
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	}
}

func TestWhatNoKeyMayDo(t *testing.T) {
	w := newWorld(t)
	keys := w.keys()
	index := domain.NewSearchIndex(w.store, nil, nil, w.clock.now)
	k := w.key(t, w.employer.ID, nil, allScopes...)
	for name, verb := range map[string]func(context.Context) error{
		"create an organisation": func(ctx context.Context) error {
			_, err := w.market.CreateOrganisation(ctx, k, domain.OrganisationForm{})
			return err
		},
		"verify": func(ctx context.Context) error {
			_, err := w.market.VerifyOrganisation(ctx, k, w.pending.ID, 1)
			return err
		},
		"reject": func(ctx context.Context) error {
			_, err := w.market.RejectOrganisation(ctx, k, w.pending.ID, 1, "x")
			return err
		},
		"list who waits": func(ctx context.Context) error {
			_, _, err := w.market.ListOrganisations(ctx, k, domain.OrganisationList{Verification: domain.Pending})
			return err
		},
		"sessions":        func(ctx context.Context) error { _, err := w.accounts.Sessions(ctx, k); return err },
		"end a session":   func(ctx context.Context) error { return w.accounts.EndSession(ctx, k, uuid.New()) },
		"end sessions":    func(ctx context.Context) error { return w.accounts.EndSessions(ctx, k) },
		"change password": func(ctx context.Context) error { return w.accounts.ChangePassword(ctx, k, "a", "b") },
		"me":              func(ctx context.Context) error { _, err := w.accounts.Me(ctx, k); return err },
		"make a key": func(ctx context.Context) error {
			_, _, err := keys.Make(ctx, k, w.employer.ID, domain.APIKeyForm{})
			return err
		},
		"list keys": func(ctx context.Context) error {
			_, _, err := keys.List(ctx, k, domain.APIKeyList{Organisation: w.employer.ID, Limit: 1})
			return err
		},
		"revoke a key": func(ctx context.Context) error { return keys.Revoke(ctx, k, w.employer.ID, k.Key) },
		"index state":  func(ctx context.Context) error { _, err := index.State(ctx, k); return err },
		"retry":        func(ctx context.Context) error { _, err := index.Retry(ctx, k, nil); return err },
		"rebuild":      func(ctx context.Context) error { return index.Rebuild(ctx, k) },
	} {
		failsAs(t, verb(t.Context()), domain.Unauthenticated, domain.CodeSignIn)
		require.NotEmpty(t, name)
	}
}

func TestAKeyIsMadeForAPurposeAndForATime(t *testing.T) {
	good := domain.APIKeyForm{Name: " HR ", Scopes: []string{"demands:write", "demands:read"}, ExpiresAt: noon.Add(domain.MaxKeyLifetime)}
	make := func(change func(*domain.APIKeyForm)) (*domain.APIKey, error) {
		form := good
		change(&form)
		return domain.NewAPIKey(uuid.New(), uuid.New(), form, noon)
	}
	k, err := make(func(*domain.APIKeyForm) {})
	require.NoError(t, err)
	require.Equal(t, "HR", k.Name)
	require.Equal(t, []domain.Scope{domain.DemandsWrite, domain.DemandsRead}, k.Scopes)
	require.Zero(t, k.WarnedAt)
	for name, c := range map[string]struct {
		change func(*domain.APIKeyForm)
		want   map[string]domain.Code
	}{
		"no name":      {func(f *domain.APIKeyForm) { f.Name = " " }, map[string]domain.Code{"/name": domain.CodeRequired}},
		"no scope":     {func(f *domain.APIKeyForm) { f.Scopes = nil }, map[string]domain.Code{"/scopes": domain.CodeRequired}},
		"a scope":      {func(f *domain.APIKeyForm) { f.Scopes = []string{"admin"} }, map[string]domain.Code{"/scopes/0": domain.CodeUnknownValue}},
		"twice":        {func(f *domain.APIKeyForm) { f.Scopes = []string{"demands:read", "demands:read"} }, map[string]domain.Code{"/scopes/1": domain.CodeDuplicate}},
		"for ever":     {func(f *domain.APIKeyForm) { f.ExpiresAt = time.Time{} }, map[string]domain.Code{"/expires_at": domain.CodeOutOfRange}},
		"over already": {func(f *domain.APIKeyForm) { f.ExpiresAt = noon }, map[string]domain.Code{"/expires_at": domain.CodeOutOfRange}},
		"too long":     {func(f *domain.APIKeyForm) { f.ExpiresAt = noon.Add(domain.MaxKeyLifetime + time.Second) }, map[string]domain.Code{"/expires_at": domain.CodeOutOfRange}},
	} {
		_, err := make(c.change)
		require.Equal(t, c.want, placesOf(err), name)
	}
	short, err := make(func(f *domain.APIKeyForm) { f.ExpiresAt = noon.Add(14 * 24 * time.Hour) })
	require.NoError(t, err)
	require.Equal(t, noon, short.WarnedAt, "the letter that tells of it is enough")
}

func TestAKeyIsGoodUntilItExpiresOrIsRevoked(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	keys := w.keys()
	made, key, err := keys.Make(ctx, w.owner(), w.employer.ID, domain.APIKeyForm{Name: "HR", Scopes: []string{"demands:read"}, ExpiresAt: noon.Add(time.Hour)})
	require.NoError(t, err)
	take := func(key string) error {
		k, err := keys.Authenticate(ctx, key)
		if err == nil {
			require.Equal(t, made.ID, k.ID)
		}
		return err
	}
	require.NoError(t, take(key))
	for _, bad := range []string{"", "x", uuid.NewString(), key + "x"} {
		failsAs(t, take(bad), domain.Unauthenticated, domain.CodeSignIn)
	}
	w.clock.pass(time.Hour - time.Microsecond)
	require.NoError(t, take(key))
	w.clock.pass(time.Microsecond)
	failsAs(t, take(key), domain.Unauthenticated, domain.CodeSignIn)
	w.clock.pass(-time.Minute)
	require.NoError(t, take(key))
	require.NoError(t, keys.Revoke(ctx, w.owner(), w.employer.ID, made.ID))
	failsAs(t, take(key), domain.Unauthenticated, domain.CodeSignIn)
}

// silent is a store that cannot be written to, or cannot be asked for keys.
type silent struct {
	domain.Store
	written, asked error
}

func (s silent) InTx(ctx context.Context, work func(context.Context, domain.Tx) error) error {
	if s.written != nil {
		return s.written
	}
	return s.Store.InTx(ctx, work)
}

func (s silent) APIKey(ctx context.Context, id uuid.UUID) (*domain.APIKey, error) {
	if s.asked != nil {
		return nil, s.asked
	}
	return s.Store.APIKey(ctx, id)
}

func TestADatabaseThatCannotBeAskedIsNoBadKey(t *testing.T) {
	w := newWorld(t)
	down := domain.Fail(domain.Unavailable, domain.CodeUnavailable)
	_, err := domain.NewKeys(silent{w.store, nil, down}, plainKeys{}, w.clock.now).Authenticate(t.Context(), uuid.NewString())
	require.Equal(t, error(down), err)
}

func TestUsesAreNotedInMemoryAndKeptOnceAMinute(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	keys := w.keys()
	made, key, err := keys.Make(ctx, w.owner(), w.employer.ID, domain.APIKeyForm{Name: "HR", Scopes: []string{"demands:read"}, ExpiresAt: noon.Add(24 * time.Hour)})
	require.NoError(t, err)
	used := func(on *domain.Keys) {
		_, err := on.Authenticate(ctx, key)
		require.NoError(t, err)
	}
	last := func() time.Time {
		k, err := w.store.APIKey(ctx, made.ID)
		require.NoError(t, err)
		return k.LastUsedAt
	}
	w.clock.pass(90 * time.Second)
	used(keys)
	require.Zero(t, last(), "no request writes")
	require.NoError(t, keys.SaveUses(ctx))
	require.Equal(t, noon.Add(time.Minute), last())

	never := errors.New("written to")
	locked := domain.NewKeys(silent{w.store, never, nil}, plainKeys{}, w.clock.now)
	used(locked)
	require.NoError(t, locked.SaveUses(ctx), "this minute is kept already, whoever kept it")
	w.clock.pass(time.Minute)
	used(locked)
	w.clock.pass(time.Minute)
	used(locked)
	require.ErrorIs(t, locked.SaveUses(ctx), never)
	require.ErrorIs(t, locked.SaveUses(ctx), never, "what could not be kept waits")
	require.Equal(t, noon.Add(time.Minute), last())

	used(keys)
	w.clock.pass(-time.Minute)
	used(keys)
	require.NoError(t, keys.SaveUses(ctx))
	require.Equal(t, noon.Add(3*time.Minute), last(), "an earlier use does not hide a later one")
	w.write(t, func(ctx context.Context, tx domain.Tx) error { return tx.SaveKeyUse(ctx, made.ID, noon) })
	require.Equal(t, noon.Add(3*time.Minute), last(), "nor one that another replica keeps late")
}

// lettersByReader takes out what was sent to people, by whom it is to.
func (w *world) lettersByReader(t *testing.T) map[string]domain.Letter {
	t.Helper()
	out := map[string]domain.Letter{}
	for _, l := range w.letters(t) {
		require.NotContains(t, out, l.To, "one letter each")
		out[l.To] = l
	}
	return out
}

func TestOwnersAreToldOfAKeyAndOnceThatItExpires(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	keys := w.keys()
	second := &domain.Account{ID: uuid.Must(uuid.NewV7()), Email: "second@example.kz", Name: "second", Language: domain.Kazakh, PasswordHash: "-", CreatedAt: noon}
	w.write(t, func(ctx context.Context, tx domain.Tx) error {
		if err := tx.CreateAccount(ctx, second); err != nil {
			return err
		}
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: w.employer.ID, AccountID: second.ID, Role: domain.Owner})
	})
	make := func(name string, lives time.Duration) *domain.APIKey {
		k, _, err := keys.Make(ctx, w.owner(), w.employer.ID, domain.APIKeyForm{Name: name, Scopes: []string{"demands:read"}, ExpiresAt: noon.Add(lives)})
		require.NoError(t, err)
		return k
	}
	warned := func() int {
		n, err := keys.WarnOfExpiry(ctx, 10)
		require.NoError(t, err)
		return n
	}
	day := 24 * time.Hour
	make("HR", 30*day)
	told := w.lettersByReader(t)
	require.Len(t, told, 2, "the owners, and nobody else")
	require.Equal(t, domain.LetterKeyMade, told["owner@example.kz"].Kind)
	require.Equal(t, []string{"Организация 971240001315", "HR", "2026-12-31 12:00 (UTC+05:00)"}, told["second@example.kz"].Facts)
	require.Equal(t, domain.Kazakh, told["second@example.kz"].Language)

	make("short", 10*day)
	revoked := make("revoked", 30*day)
	require.NoError(t, keys.Revoke(ctx, w.owner(), w.employer.ID, revoked.ID))
	_, err := w.store.TakeLetters(ctx, w.clock.now(), w.clock.now().Add(365*day), 100)
	require.NoError(t, err)
	w.clock.pass(16*day - time.Second)
	require.Zero(t, warned(), "15 days before nobody is")
	w.clock.pass(time.Second)
	require.Equal(t, 1, warned(), "of the one that lives long enough and was not revoked")
	told = w.lettersByReader(t)
	require.Len(t, told, 2)
	require.Equal(t, domain.LetterKeyExpires, told["owner@example.kz"].Kind)
	require.Equal(t, "HR", told["owner@example.kz"].Facts[1])
	w.clock.pass(day)
	require.Zero(t, warned(), "once")
	require.Empty(t, w.lettersByReader(t))
}

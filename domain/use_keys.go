package domain

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// KeySecrets makes and reads what machines send as their key.
type KeySecrets interface {
	// NewKey returns a fresh key that names an id, and the hash of it that may be kept.
	NewKey(id uuid.UUID) (key string, hash []byte, err error)
	// KeyID returns the id that a key names, and whether it has the form of one.
	KeyID(key string) (uuid.UUID, bool)
	// CheckKey says, in constant time, whether a hash is the key's.
	CheckKey(key string, hash []byte) bool
}

// Keys are the verbs of API keys: owners make and revoke them, machines prove themselves with them. When each was used is
// noted in memory until SaveUses keeps it, so that no request costs a write.
type Keys struct {
	store   Store
	secrets KeySecrets
	clock   func() time.Time

	mu   sync.Mutex
	uses map[uuid.UUID]time.Time // the minute of the last use, where it is not kept yet
}

// NewKeys returns the verbs of API keys.
func NewKeys(store Store, secrets KeySecrets, clock func() time.Time) *Keys {
	return &Keys{store: store, secrets: secrets, clock: clock, uses: map[uuid.UUID]time.Time{}}
}

func (s *Keys) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// Make gives an organisation another key and tells its owners. The key itself is returned this once and cannot be had
// again. It returns Unauthenticated for a visitor, NotFound for an organisation that the actor cannot see, Forbidden to all
// but its owners, Invalid with every fault of the form, Conflict if it has as many keys as it may.
func (s *Keys) Make(ctx context.Context, a Actor, organisation uuid.UUID, form APIKeyForm) (made *APIKey, key string, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		o, p, err := keysOf(ctx, tx, a, organisation, false)
		if err != nil {
			return err
		}
		made, err = NewAPIKey(uuid.Must(uuid.NewV7()), organisation, form, s.now())
		if err != nil {
			return err
		}
		if _, err := tx.OrganisationForUpdate(ctx, organisation); err != nil { // so that two do not both make the last one
			return err
		}
		living, err := tx.CountLivingKeys(ctx, organisation, s.now())
		if err != nil {
			return err
		}
		if living >= MaxKeys {
			return Fail(Conflict, CodeTooManyKeys, MaxKeys)
		}
		if key, made.Hash, err = s.secrets.NewKey(made.ID); err != nil {
			return err
		}
		made.CreatedBy, made.CreatorName = p.Account.ID, p.Account.Name
		if err := tx.CreateAPIKey(ctx, made); err != nil {
			return err
		}
		if err := s.tellOwners(ctx, tx, LetterKeyMade, o, made); err != nil {
			return err
		}
		return record(ctx, tx, a, s.now(), deedOnKey(DeedKeyMade, made))
	})
	return made, key, err
}

// APIKeyList asks for an organisation's keys, the newest first.
type APIKeyList struct {
	Organisation uuid.UUID
	After        uuid.UUID
	Limit        int
}

// List lists the keys of an organisation, revoked and expired ones included, and says how many there are. It returns
// Unauthenticated for a visitor, NotFound for an organisation that the actor cannot see, Forbidden to all but its owners and
// administrators.
func (s *Keys) List(ctx context.Context, a Actor, q APIKeyList) ([]*APIKey, int, error) {
	if _, _, err := keysOf(ctx, s.store, a, q.Organisation, true); err != nil {
		return nil, 0, err
	}
	return s.store.ListAPIKeys(ctx, q)
}

// Revoke ends a key: its next request is refused. What was revoked before stays so. Errors are those of List, and NotFound
// for a key that is not the organisation's.
func (s *Keys) Revoke(ctx context.Context, a Actor, organisation, key uuid.UUID) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, _, err := keysOf(ctx, tx, a, organisation, true); err != nil {
			return err
		}
		k, err := tx.APIKey(ctx, key)
		if err != nil {
			return err
		}
		if k.Organisation != organisation {
			return Fail(NotFound, CodeNotFound)
		}
		revoked, err := tx.RevokeAPIKey(ctx, key, s.now())
		if err != nil || !revoked {
			return err
		}
		return record(ctx, tx, a, s.now(), deedOnKey(DeedKeyRevoked, k))
	})
}

// keysOf returns an organisation and who the actor is, to its owners and, where these may as well, to administrators. It
// returns Unauthenticated for a visitor and for a key, NotFound for an organisation that the actor cannot see, Forbidden to
// all others.
func keysOf(ctx context.Context, r Reader, a Actor, organisation uuid.UUID, admins bool) (*Organisation, *Person, error) {
	p, err := person(ctx, r, a)
	if err != nil {
		return nil, nil, err
	}
	o, err := r.Organisation(ctx, organisation)
	if err != nil {
		return nil, nil, err
	}
	switch role := p.RoleIn(organisation); {
	case role == Owner, admins && p.Account.Admin:
		return o, p, nil
	case role == "" && !p.Account.Admin && o.Verification != Verified:
		return nil, nil, Fail(NotFound, CodeNotFound)
	}
	return nil, nil, Fail(Forbidden, CodeNotYours)
}

// deedOnKey is a deed on an API key.
func deedOnKey(kind DeedKind, k *APIKey) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectKey, Subject: k.ID, Organisation: k.Organisation}
}

// Authenticate returns the key that a machine sends, and notes that it was used. It returns Unauthenticated, without a
// difference, for one that is unknown or not right, was revoked or has expired.
func (s *Keys) Authenticate(ctx context.Context, key string) (*APIKey, error) {
	refused := Fail(Unauthenticated, CodeSignIn)
	id, ok := s.secrets.KeyID(key)
	if !ok {
		return nil, refused
	}
	k, err := s.store.APIKey(ctx, id)
	if KindOf(err) == NotFound {
		return nil, refused
	}
	if err != nil {
		return nil, err
	}
	now := s.now()
	if !s.secrets.CheckKey(key, k.Hash) || !k.Living(now) {
		return nil, refused
	}
	if minute := now.Truncate(time.Minute); minute.After(k.LastUsedAt) {
		s.note(id, minute)
	}
	return k, nil
}

func (s *Keys) note(key uuid.UUID, minute time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if minute.After(s.uses[key]) {
		s.uses[key] = minute
	}
}

// SaveUses keeps when keys were used that have been since it last did: a statement for each key. What cannot be kept
// waits for the next time.
func (s *Keys) SaveUses(ctx context.Context) error {
	s.mu.Lock()
	noted := s.uses
	s.uses = map[uuid.UUID]time.Time{}
	s.mu.Unlock()
	if len(noted) == 0 {
		return nil
	}
	keys := make([]uuid.UUID, 0, len(noted))
	for key := range noted {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }) // replicas in the same order
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		for _, key := range keys {
			if err := tx.SaveKeyUse(ctx, key, noted[key]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		for key, minute := range noted {
			s.note(key, minute)
		}
	}
	return err
}

// WarnOfExpiry tells the owners of keys that expire within 14 days so, once for each, at most limit keys at a time, and
// says how many. One of which they cannot be told does not keep the others.
func (s *Keys) WarnOfExpiry(ctx context.Context, limit int) (int, error) {
	now := s.now()
	keys, err := s.store.ExpiringKeys(ctx, now, now.Add(keyWarning), limit)
	if err != nil {
		return 0, err
	}
	warned := 0
	var failed error
	for _, k := range keys {
		told := false
		err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
			if told, err = tx.SaveKeyWarning(ctx, k.ID, now); err != nil || !told { // another replica was faster, or an owner revoked it
				return err
			}
			o, err := tx.Organisation(ctx, k.Organisation)
			if err != nil {
				return err
			}
			return s.tellOwners(ctx, tx, LetterKeyExpires, o, k)
		})
		if failed = errors.Join(failed, err); err == nil && told {
			warned++
		}
	}
	return warned, failed
}

// tellOwners writes to all owners of an organisation about a key, each in their language.
func (s *Keys) tellOwners(ctx context.Context, tx Tx, kind LetterKind, o *Organisation, k *APIKey) error {
	until := k.ExpiresAt.In(Kazakhstan).Format(letterTime)
	return writeToOwners(ctx, tx, o.ID, kind, s.now(), func(l Language) []string { return []string{o.Name.In(l), k.Name, until} })
}

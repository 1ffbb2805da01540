package auth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"kopir/domain"
)

const (
	// lookUpEvery is how often at most an unknown key id makes us look at the store again.
	lookUpEvery = time.Minute
	// settle is how long after it was made a key begins to sign: others may keep the public keys for five minutes (the
	// JWKS says so), and replicas read the keys anew every half a minute.
	settle = 6 * time.Minute
	// tokensLive is how long after its retirement a key's last token may be taken.
	tokensLive = AccessLifetime + leeway
)

// keyring holds the signing keys of the deployment, as the store last gave them.
type keyring struct {
	store domain.KeyStore
	aead  cipher.AEAD

	mu       sync.RWMutex
	keys     []signingKey // oldest first
	lookedUp time.Time    // when an unknown id last made us read
}

type signingKey struct {
	id      string
	private ed25519.PrivateKey
	retires time.Time // from then on it signs no more; zero while that is not known
}

// openKeyring reads the keys, and makes the first one if there is none that signs.
func openKeyring(ctx context.Context, store domain.KeyStore, secret []byte, now time.Time) (*keyring, error) {
	aead, err := aeadUnder(secret, "kopir signing keys")
	if err != nil {
		return nil, err
	}
	k := &keyring{store: store, aead: aead}
	if err := k.read(ctx); err != nil {
		return nil, err
	}
	if _, ok := k.signer(now); ok {
		return k, nil
	}
	if _, err := k.add(ctx, now, now, now.Add(-tokensLive)); err != nil && domain.KindOf(err) != domain.Conflict {
		return nil, err // a conflict is another replica that was faster: its key is ours
	}
	if err := k.read(ctx); err != nil {
		return nil, err
	}
	if _, ok := k.signer(now); !ok {
		return nil, errors.New("the store kept no signing key")
	}
	return k, nil
}

// add makes the next key, has the others retire at a time, and drops those that have retired before another. Ids are
// numbers in order, so that two that do so at once ask for the same one: the later one gets Conflict.
func (k *keyring) add(ctx context.Context, now, retire, drop time.Time) (id string, err error) {
	k.mu.RLock()
	last := 0
	for _, key := range k.keys {
		n, _ := strconv.Atoi(key.id)
		last = max(last, n)
	}
	k.mu.RUnlock()
	id = strconv.Itoa(last + 1)
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	made := domain.SealedKey{ID: id, Sealed: seal(k.aead, private.Seed(), id), CreatedAt: now}
	return id, k.store.RotateSigningKeys(ctx, made, retire, drop)
}

// read replaces what is held by what the store has.
func (k *keyring) read(ctx context.Context) error {
	list, err := k.store.SigningKeys(ctx)
	if err != nil {
		return err
	}
	keys := make([]signingKey, 0, len(list))
	for _, s := range list {
		seed, err := unseal(k.aead, s.Sealed, s.ID)
		if err != nil || len(seed) != ed25519.SeedSize {
			return fmt.Errorf("signing key %q cannot be opened: was the secret changed?", s.ID)
		}
		keys = append(keys, signingKey{s.ID, ed25519.NewKeyFromSeed(seed), s.RetiredAt})
	}
	slices.Reverse(keys) // they come newest first
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = keys
	return nil
}

// signer returns the key that signs now: the oldest that has not retired, because a newer one is not yet known everywhere.
func (k *keyring) signer(now time.Time) (signingKey, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, key := range k.keys {
		if key.retires.IsZero() || now.Before(key.retires) {
			return key, true
		}
	}
	return signingKey{}, false
}

// public returns the key of an id, if tokens that it signed may still live. An id that is not held makes the store be
// read again, at most once a minute.
func (k *keyring) public(ctx context.Context, id string, now time.Time) (ed25519.PublicKey, bool) {
	key, ok := k.held(id)
	if !ok && k.claimLookUp(now) {
		if err := k.read(ctx); err != nil {
			return nil, false
		}
		key, ok = k.held(id)
	}
	if !ok || !key.living(now) {
		return nil, false
	}
	return key.private.Public().(ed25519.PublicKey), true
}

func (k *keyring) held(id string) (signingKey, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	at := slices.IndexFunc(k.keys, func(key signingKey) bool { return key.id == id })
	if at < 0 {
		return signingKey{}, false
	}
	return k.keys[at], true
}

// claimLookUp says whether it is time to look up an unknown id, and then that somebody does.
func (k *keyring) claimLookUp(now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now.Sub(k.lookedUp) < lookUpEvery {
		return false
	}
	k.lookedUp = now
	return true
}

// living says whether a token that a key signed may still be valid.
func (s signingKey) living(now time.Time) bool {
	return s.retires.IsZero() || now.Before(s.retires.Add(tokensLive))
}

// Rotation is what has become of the signing keys.
type Rotation struct {
	Key       string    // the new one's id
	SignsFrom time.Time // when it takes over
	Until     time.Time // until then tokens of the others are taken
}

// Rotate makes a new signing key, under the deployment's secret. It takes over in six minutes, when everybody who checks
// tokens knows it, and the others' tokens are taken until they have run out: nobody notices. With distrust the others are
// dropped at once, because somebody else may have them: their tokens are refused, by a running server within half a
// minute, and whoever is signed in gets new ones for their refresh token. It returns Conflict if somebody else rotates
// at the same moment.
func Rotate(ctx context.Context, store domain.KeyStore, secret []byte, distrust bool, now time.Time) (Rotation, error) {
	now = now.UTC().Truncate(time.Microsecond)
	k, err := openKeyring(ctx, store, secret, now)
	if err != nil {
		return Rotation{}, err
	}
	r := Rotation{SignsFrom: now.Add(settle), Until: now.Add(settle + tokensLive)}
	drop := now.Add(-tokensLive)
	if distrust {
		r.SignsFrom, r.Until, drop = now, now, now
		r.Key, err = k.add(ctx, now, now.Add(-tokensLive), drop)
		return r, err
	}
	r.Key, err = k.add(ctx, now, r.SignsFrom, drop)
	return r, err
}

// jwk is a public key as RFC 8037 writes it.
type jwk struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	Use string `json:"use"`
	Alg string `json:"alg"`
	Kid string `json:"kid"`
	X   string `json:"x"`
}

// jwks returns the public keys of the tokens that may be about.
func (k *keyring) jwks(now time.Time) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	set := struct {
		Keys []jwk `json:"keys"`
	}{Keys: []jwk{}}
	for _, key := range slices.Backward(k.keys) { // newest first
		if key.living(now) {
			public := key.private.Public().(ed25519.PublicKey)
			set.Keys = append(set.Keys, jwk{"OKP", "Ed25519", "sig", "EdDSA", key.id, base64.RawURLEncoding.EncodeToString(public)})
		}
	}
	return json.Marshal(set)
}

// aeadUnder returns AES-256-GCM under a key for one purpose, derived from a secret (HKDF-SHA256, RFC 5869).
func aeadUnder(secret []byte, purpose string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal encrypts, bound to a name.
func seal(aead cipher.AEAD, plain []byte, name string) []byte {
	return aead.Seal(nil, nil, plain, []byte(name)) //nolint:gosec // no nonce is given: this AEAD makes a random one
}

func unseal(aead cipher.AEAD, sealed []byte, name string) ([]byte, error) {
	return aead.Open(nil, nil, sealed, []byte(name))
}

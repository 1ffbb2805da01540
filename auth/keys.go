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
	"strconv"
	"sync"
	"time"

	"kopir/domain"
)

// rereadEvery is how often at most an unknown key id makes us look at the store again.
const rereadEvery = time.Minute

// keyring holds the signing keys of the deployment, as the store last gave them.
type keyring struct {
	store domain.KeyStore
	aead  cipher.AEAD

	mu      sync.RWMutex
	keys    map[string]signingKey
	signing string // the id of the newest key that is not retired
	readAt  time.Time
}

type signingKey struct {
	id      string
	private ed25519.PrivateKey
	retired time.Time // zero while it signs
}

// openKeyring reads the keys, and makes the first one if there is none that signs.
func openKeyring(ctx context.Context, store domain.KeyStore, secret []byte, now time.Time) (*keyring, error) {
	aead, err := aeadUnder(secret, "kopir signing keys")
	if err != nil {
		return nil, err
	}
	k := &keyring{store: store, aead: aead}
	if err := k.read(ctx, now); err != nil {
		return nil, err
	}
	if k.signing != "" {
		return k, nil
	}
	if err := k.add(ctx, now); err != nil && domain.KindOf(err) != domain.Conflict {
		return nil, err // a conflict is another replica that was faster: its key is ours
	}
	if err := k.read(ctx, now); err != nil {
		return nil, err
	}
	if k.signing == "" {
		return nil, errors.New("the store kept no signing key")
	}
	return k, nil
}

// add makes the next key. Ids are numbers in order, so that two replicas that start at once ask for the same one.
func (k *keyring) add(ctx context.Context, now time.Time) error {
	id := strconv.Itoa(len(k.keys) + 1)
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	return k.store.AddSigningKey(ctx, domain.SealedKey{ID: id, Sealed: seal(k.aead, private.Seed(), id), CreatedAt: now})
}

// read replaces what is held by what the store has.
func (k *keyring) read(ctx context.Context, now time.Time) error {
	list, err := k.store.SigningKeys(ctx)
	if err != nil {
		return err
	}
	keys, signing := make(map[string]signingKey, len(list)), ""
	for _, s := range list { // newest first
		seed, err := unseal(k.aead, s.Sealed, s.ID)
		if err != nil || len(seed) != ed25519.SeedSize {
			return fmt.Errorf("signing key %q cannot be opened: was the secret changed?", s.ID)
		}
		keys[s.ID] = signingKey{id: s.ID, private: ed25519.NewKeyFromSeed(seed), retired: s.RetiredAt}
		if signing == "" && s.RetiredAt.IsZero() {
			signing = s.ID
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys, k.signing, k.readAt = keys, signing, now
	return nil
}

// signer returns the key that signs.
func (k *keyring) signer() signingKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys[k.signing]
}

// public returns the key of an id, if tokens that it signed may still live. An id that is not held makes the store be
// read again, at most once a minute.
func (k *keyring) public(ctx context.Context, id string, now time.Time) (ed25519.PublicKey, bool) {
	key, ok := k.held(id)
	if !ok && k.claimReread(now) {
		if err := k.read(ctx, now); err != nil {
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
	key, ok := k.keys[id]
	return key, ok
}

// claimReread says whether it is time to read again, and then that somebody does.
func (k *keyring) claimReread(now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now.Sub(k.readAt) < rereadEvery {
		return false
	}
	k.readAt = now
	return true
}

// living says whether a token that a key signed may still be valid.
func (s signingKey) living(now time.Time) bool {
	return s.retired.IsZero() || now.Before(s.retired.Add(AccessLifetime+leeway))
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
	for n := len(k.keys); n > 0; n-- { // newest first
		key, ok := k.keys[strconv.Itoa(n)]
		if !ok || !key.living(now) {
			continue
		}
		public := key.private.Public().(ed25519.PublicKey)
		set.Keys = append(set.Keys, jwk{"OKP", "Ed25519", "sig", "EdDSA", key.id, base64.RawURLEncoding.EncodeToString(public)})
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
	return aead.Seal(nil, nil, plain, []byte(name)) //nolint:gosec // no nonce is given: this AEAD makes a random one //nolint:gosec // this AEAD makes its own random nonce
}

func unseal(aead cipher.AEAD, sealed []byte, name string) ([]byte, error) {
	return aead.Open(nil, nil, sealed, []byte(name))
}

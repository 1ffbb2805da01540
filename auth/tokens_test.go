package auth

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// keyShelf is a KeyStore in memory; it counts how often it is read.
type keyShelf struct {
	mu    sync.Mutex
	keys  []domain.SealedKey
	reads int
	added func() // called before a key is added
}

func (s *keyShelf) SigningKeys(context.Context) ([]domain.SealedKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	return append([]domain.SealedKey(nil), s.keys...), nil
}

func (s *keyShelf) RotateSigningKeys(_ context.Context, k domain.SealedKey, retire, drop time.Time) error {
	if s.added != nil {
		s.added()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := []domain.SealedKey{k}
	for _, held := range s.keys {
		if held.ID == k.ID {
			return domain.Fail(domain.Conflict, domain.CodeExists)
		}
		if held.RetiredAt.IsZero() || held.RetiredAt.After(retire) {
			held.RetiredAt = retire
		}
		if !held.RetiredAt.Before(drop) {
			kept = append(kept, held)
		}
	}
	s.keys = kept
	return nil
}

var (
	noon    = time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	secret  = []byte("a secret of the deployment, shared")
	account = uuid.MustParse("0198c1d4-7a10-7c3e-9b52-3f1a8d6e4c01")
	session = uuid.MustParse("0198c1d5-0b40-7d21-8f36-94c2ab10e702")
)

const issuer = "https://kopir.example"

// signing returns the key that signs at a time.
func signing(t *testing.T, tokens *Tokens, at time.Time) signingKey {
	t.Helper()
	key, ok := tokens.keys.signer(at)
	require.True(t, ok)
	return key
}

func newTokens(t *testing.T, shelf *keyShelf) *Tokens {
	t.Helper()
	tokens, err := NewTokens(t.Context(), shelf, secret, issuer, issuer, func() time.Time { return noon })
	require.NoError(t, err)
	return tokens
}

func TestAnAccessTokenNamesItsAccountForAQuarterOfAnHour(t *testing.T) {
	tokens := newTokens(t, &keyShelf{})
	token, lifetime, err := tokens.Access(t.Context(), account, session, noon)
	require.NoError(t, err)
	require.Equal(t, 15*time.Minute, lifetime)

	for _, at := range []time.Duration{-30 * time.Second, 0, 14 * time.Minute, 15*time.Minute + 29*time.Second} {
		got, err := tokens.Verify(t.Context(), token, noon.Add(at))
		require.NoError(t, err, at)
		require.Equal(t, domain.Actor{AccountID: account, Session: session}, got)
	}
	for _, at := range []time.Duration{-31 * time.Second, 15*time.Minute + 30*time.Second, 24 * time.Hour} {
		_, err := tokens.Verify(t.Context(), token, noon.Add(at))
		require.ErrorIs(t, err, ErrToken, at)
	}
}

// forge builds a token of any header and claims, signed as sign says.
func forge(t *testing.T, header, claims map[string]any, sign func(input []byte) []byte) string {
	t.Helper()
	h, err := json.Marshal(header)
	require.NoError(t, err)
	c, err := json.Marshal(claims)
	require.NoError(t, err)
	input := base64.RawURLEncoding.EncodeToString(h) + "." + base64.RawURLEncoding.EncodeToString(c)
	return input + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(input)))
}

// with returns a copy of m with a value changed, or taken out where it is nil.
func with(m map[string]any, name string, value any) map[string]any {
	out := maps.Clone(m)
	if out[name] = value; value == nil {
		delete(out, name)
	}
	return out
}

func TestForgedTokensAreRefused(t *testing.T) {
	tokens := newTokens(t, &keyShelf{})
	key := signing(t, tokens, noon)
	ours := func(input []byte) []byte { return ed25519.Sign(key.private, input) }
	public := key.private.Public().(ed25519.PublicKey)
	_, strange, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	theirs := func(input []byte) []byte { return ed25519.Sign(strange, input) }
	asSecret := func(input []byte) []byte {
		mac := hmac.New(sha256.New, public)
		mac.Write(input)
		return mac.Sum(nil)
	}
	nothing := func([]byte) []byte { return nil }
	header := map[string]any{"alg": "EdDSA", "typ": "at+jwt", "kid": key.id}
	claims := map[string]any{
		"iss": issuer, "aud": issuer, "sub": account.String(), "iat": noon.Unix(), "exp": noon.Add(AccessLifetime).Unix(), "jti": "1",
	}
	good := forge(t, header, claims, ours)
	parts := strings.Split(good, ".")
	edited := forge(t, header, with(claims, "sub", uuid.NewString()), nothing)
	other := strings.Split(edited, ".")

	forged := map[string]string{
		"empty":                       "",
		"a word":                      "token",
		"two dots":                    "..",
		"a megabyte of dots":          strings.Repeat(".", 1<<20),
		"over 4 KiB":                  forge(t, header, with(claims, "x", strings.Repeat("x", 4<<10)), ours),
		"alg none":                    forge(t, with(header, "alg", "none"), claims, nothing),
		"alg None":                    forge(t, with(header, "alg", "None"), claims, nothing),
		"alg none, signed":            forge(t, with(header, "alg", "none"), claims, ours),
		"alg HS256 with public key":   forge(t, with(header, "alg", "HS256"), claims, asSecret),
		"alg HS512":                   forge(t, with(header, "alg", "HS512"), claims, asSecret),
		"alg RS256":                   forge(t, with(header, "alg", "RS256"), claims, ours),
		"alg ES256":                   forge(t, with(header, "alg", "ES256"), claims, ours),
		"alg Ed25519 in lower case":   forge(t, with(header, "alg", "eddsa"), claims, ours),
		"alg missing":                 forge(t, with(header, "alg", nil), claims, ours),
		"typ JWT":                     forge(t, with(header, "typ", "JWT"), claims, ours),
		"typ missing":                 forge(t, with(header, "typ", nil), claims, ours),
		"typ of a refresh token":      forge(t, with(header, "typ", "rt+jwt"), claims, ours),
		"kid missing":                 forge(t, with(header, "kid", nil), claims, ours),
		"kid unknown":                 forge(t, with(header, "kid", "2"), claims, ours),
		"kid a path":                  forge(t, with(header, "kid", "../../dev/null"), claims, ours),
		"kid SQL":                     forge(t, with(header, "kid", "1' OR '1'='1"), claims, ours),
		"kid a number":                forge(t, with(header, "kid", 1), claims, ours),
		"jku":                         forge(t, with(header, "jku", "https://evil.example/jwks.json"), claims, ours),
		"x5u":                         forge(t, with(header, "x5u", "https://evil.example/x.pem"), claims, ours),
		"x5c":                         forge(t, with(header, "x5c", []string{"AA"}), claims, ours),
		"jwk":                         forge(t, with(header, "jwk", map[string]any{"kty": "OKP"}), claims, theirs),
		"crit":                        forge(t, with(header, "crit", []string{"exp"}), claims, ours),
		"b64 false":                   forge(t, with(header, "b64", false), claims, ours),
		"zip":                         forge(t, with(header, "zip", "DEF"), claims, ours),
		"signed by somebody else":     forge(t, header, claims, theirs),
		"no signature":                forge(t, header, claims, nothing),
		"signature cut off":           parts[0] + "." + parts[1],
		"signature of another token":  other[0] + "." + other[1] + "." + parts[2],
		"claims of another token":     parts[0] + "." + other[1] + "." + parts[2],
		"one bit of the signature":    parts[0] + "." + parts[1] + "." + flip(parts[2]),
		"padded base64":               parts[0] + "." + parts[1] + "." + parts[2] + "==",
		"a fourth part":               good + ".x",
		"a space before":              " " + good,
		"exp missing":                 forge(t, header, with(claims, "exp", nil), ours),
		"exp past":                    forge(t, header, with(claims, "exp", noon.Add(-time.Minute).Unix()), ours),
		"exp a text":                  forge(t, header, with(claims, "exp", "tomorrow"), ours),
		"lives a day":                 forge(t, header, with(claims, "exp", noon.Add(24*time.Hour).Unix()), ours),
		"iat missing":                 forge(t, header, with(claims, "iat", nil), ours),
		"iat to come":                 forge(t, header, with(with(claims, "iat", noon.Add(time.Hour).Unix()), "exp", noon.Add(75*time.Minute).Unix()), ours),
		"nbf to come":                 forge(t, header, with(claims, "nbf", noon.Add(time.Hour).Unix()), ours),
		"iss another":                 forge(t, header, with(claims, "iss", "https://evil.example"), ours),
		"iss missing":                 forge(t, header, with(claims, "iss", nil), ours),
		"aud another":                 forge(t, header, with(claims, "aud", "https://evil.example"), ours),
		"aud missing":                 forge(t, header, with(claims, "aud", nil), ours),
		"aud empty":                   forge(t, header, with(claims, "aud", []string{}), ours),
		"aud ours among others":       forge(t, header, with(claims, "aud", []string{issuer, "https://evil.example"}), ours),
		"sub missing":                 forge(t, header, with(claims, "sub", nil), ours),
		"sub no UUID":                 forge(t, header, with(claims, "sub", "admin"), ours),
		"sub the nil UUID":            forge(t, header, with(claims, "sub", uuid.Nil.String()), ours),
		"sub a UUID written otherway": forge(t, header, with(claims, "sub", "{"+account.String()+"}"), ours),
		"jti missing":                 forge(t, header, with(claims, "jti", nil), ours),
		"sid no UUID":                 forge(t, header, with(claims, "sid", "mine"), ours),
		"sid the nil UUID":            forge(t, header, with(claims, "sid", uuid.Nil.String()), ours),
		"sid a number":                forge(t, header, with(claims, "sid", 1), ours),
	}
	require.GreaterOrEqual(t, len(forged), 30)
	for name, token := range forged {
		_, err := tokens.Verify(t.Context(), token, noon)
		require.ErrorIs(t, err, ErrToken, name)
	}

	got, err := tokens.Verify(t.Context(), good, noon) // positive control: the same forge, nothing changed
	require.NoError(t, err)
	require.Equal(t, domain.Actor{AccountID: account}, got)
}

// flip changes one bit in the middle of a base64 text.
func flip(s string) string {
	b := []byte(s)
	if b[len(b)/2] == 'A' {
		b[len(b)/2] = 'B'
	} else {
		b[len(b)/2] = 'A'
	}
	return string(b)
}

func TestTheFirstStartMakesAKeyAndLaterOnesReadIt(t *testing.T) {
	shelf := &keyShelf{}
	first := newTokens(t, shelf)
	require.Len(t, shelf.keys, 1)
	require.NotContains(t, string(shelf.keys[0].Sealed), string(signing(t, first, noon).private.Seed()), "kept sealed")

	token, _, err := first.Access(t.Context(), account, session, noon)
	require.NoError(t, err)
	_, err = newTokens(t, shelf).Verify(t.Context(), token, noon)
	require.NoError(t, err)
	require.Len(t, shelf.keys, 1)
}

func TestTwoReplicasThatStartAtOnceShareOneKey(t *testing.T) {
	shelf := &keyShelf{}
	var both sync.WaitGroup
	both.Add(2)
	shelf.added = func() { both.Done(); both.Wait() } // neither is added before both have seen that there is none
	replicas := make([]*Tokens, 2)
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i := range replicas {
		wg.Go(func() {
			replicas[i], errs[i] = NewTokens(t.Context(), shelf, secret, issuer, issuer, func() time.Time { return noon })
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Len(t, shelf.keys, 1)
	token, _, err := replicas[0].Access(t.Context(), account, session, noon)
	require.NoError(t, err)
	_, err = replicas[1].Verify(t.Context(), token, noon)
	require.NoError(t, err)
}

func TestAnotherSecretDoesNotOpenTheKeys(t *testing.T) {
	shelf := &keyShelf{}
	newTokens(t, shelf)
	_, err := NewTokens(t.Context(), shelf, []byte("another secret, quite another one"), issuer, issuer, func() time.Time { return noon })
	require.ErrorContains(t, err, "secret")
	require.Len(t, shelf.keys, 1, "and no new key is made over the old ones")

	swapped := shelf.keys[0]
	swapped.ID = "2" // a sealed key is bound to its id
	_, err = NewTokens(t.Context(), &keyShelf{keys: []domain.SealedKey{swapped}}, secret, issuer, issuer, func() time.Time { return noon })
	require.Error(t, err)
}

// rotates makes a new key, as an operator does.
func rotates(t *testing.T, shelf *keyShelf, distrust bool, at time.Time) Rotation {
	t.Helper()
	r, err := Rotate(t.Context(), shelf, secret, distrust, at)
	require.NoError(t, err)
	return r
}

// kids returns the ids of the public keys at a time, newest first.
func kids(t *testing.T, tokens *Tokens, at time.Time) string {
	t.Helper()
	tokens.clock = func() time.Time { return at }
	set, err := tokens.JWKS(t.Context())
	require.NoError(t, err)
	var body struct{ Keys []struct{ Kid string } }
	require.NoError(t, json.Unmarshal(set, &body))
	out := ""
	for _, k := range body.Keys {
		out += k.Kid
	}
	return out
}

func TestARotationLogsNobodyOut(t *testing.T) {
	shelf := &keyShelf{}
	replicas := []*Tokens{newTokens(t, shelf), newTokens(t, shelf)}
	outside := newTokens(t, shelf) // one that checks with the public keys, which it keeps for five minutes
	var r Rotation
	type given struct {
		token   string
		expires time.Time
	}
	var tokens []given
	for second := range 3600 {
		at := noon.Add(time.Duration(second) * time.Second)
		if second == 600 {
			r = rotates(t, shelf, false, at)
		}
		for i, replica := range replicas {
			if second%30 == i*7 { // not at the same time
				require.NoError(t, replica.Reread(t.Context()))
			}
		}
		if second%300 == 11 {
			require.NoError(t, outside.Reread(t.Context()))
		}
		if second%10 > 0 {
			continue
		}
		token, lifetime, err := replicas[second/10%2].Access(t.Context(), account, session, at)
		require.NoError(t, err)
		tokens = append(tokens, given{token, at.Add(lifetime)})
		for _, g := range tokens {
			if !at.Before(g.expires) {
				continue
			}
			for _, checks := range append(replicas, outside) {
				_, err := checks.Verify(t.Context(), g.token, at)
				require.NoError(t, err, at)
			}
		}
	}
	require.Equal(t, Rotation{"2", noon.Add(16 * time.Minute), noon.Add(31*time.Minute + leeway)}, r)
	for _, checks := range append(replicas, outside) {
		require.Zero(t, checks.keys.lookedUp, "nobody met a key that it did not know")
	}
}

func TestANewKeyTakesOverInSixMinutes(t *testing.T) {
	shelf := &keyShelf{}
	tokens := newTokens(t, shelf)
	rotates(t, shelf, false, noon)
	require.NoError(t, tokens.Reread(t.Context()))
	require.Equal(t, "1", signing(t, tokens, noon.Add(6*time.Minute-1)).id)
	require.Equal(t, "2", signing(t, tokens, noon.Add(6*time.Minute)).id)
	require.Equal(t, "21", kids(t, tokens, noon), "both are public from the beginning")
	require.Equal(t, "21", kids(t, tokens, noon.Add(21*time.Minute)))
	require.Equal(t, "2", kids(t, tokens, noon.Add(21*time.Minute+leeway)), "the last token of the old one has run out")

	rotates(t, shelf, false, noon.Add(time.Hour))
	require.Len(t, shelf.keys, 2, "a key that is of no more use is not kept")
	require.NoError(t, tokens.Reread(t.Context()))
	require.Equal(t, "32", kids(t, tokens, noon.Add(time.Hour)))
}

func TestRotationsInARowTakeTurns(t *testing.T) {
	shelf := &keyShelf{}
	tokens := newTokens(t, shelf)
	rotates(t, shelf, false, noon)
	rotates(t, shelf, false, noon.Add(2*time.Minute))
	require.NoError(t, tokens.Reread(t.Context()))
	for after, key := range map[time.Duration]string{0: "1", 5 * time.Minute: "1", 6 * time.Minute: "2", 8 * time.Minute: "3", time.Hour: "3"} {
		require.Equal(t, key, signing(t, tokens, noon.Add(after)).id, after)
	}
}

func TestADistrustedKeyIsRefusedAtOnce(t *testing.T) {
	shelf := &keyShelf{}
	tokens := newTokens(t, shelf)
	token, _, err := tokens.Access(t.Context(), account, session, noon)
	require.NoError(t, err)
	require.Equal(t, Rotation{"2", noon, noon}, rotates(t, shelf, true, noon))
	require.NoError(t, tokens.Reread(t.Context()))
	_, err = tokens.Verify(t.Context(), token, noon)
	require.ErrorIs(t, err, ErrToken)
	require.Equal(t, "2", kids(t, tokens, noon))
	token, _, err = tokens.Access(t.Context(), account, session, noon)
	require.NoError(t, err)
	_, err = tokens.Verify(t.Context(), token, noon)
	require.NoError(t, err)
}

func TestTwoWhoRotateAtOnceMakeOneKey(t *testing.T) {
	shelf := &keyShelf{}
	newTokens(t, shelf)
	var both sync.WaitGroup
	both.Add(2)
	shelf.added = func() { both.Done(); both.Wait() }
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = Rotate(t.Context(), shelf, secret, false, noon) })
	}
	wg.Wait()
	require.Equal(t, domain.Conflict, domain.KindOf(errors.Join(errs...)))
	require.Len(t, shelf.keys, 2)
}

func TestAnUnknownKeyIsLookedUpAtMostOnceAMinute(t *testing.T) {
	shelf := &keyShelf{}
	old := newTokens(t, shelf)
	rotates(t, shelf, true, noon)
	token, _, err := newTokens(t, shelf).Access(t.Context(), account, session, noon)
	require.NoError(t, err)

	shelf.reads = 0
	unknown := forge(t, map[string]any{"alg": "EdDSA", "typ": "at+jwt", "kid": "77"}, map[string]any{}, func([]byte) []byte { return make([]byte, 64) })
	for range 100 {
		_, err = old.Verify(t.Context(), unknown, noon)
		require.ErrorIs(t, err, ErrToken)
	}
	require.Equal(t, 1, shelf.reads, "a flood of unknown keys reads once")
	_, err = old.Verify(t.Context(), token, noon)
	require.NoError(t, err, "it was read then")
	_, err = old.Verify(t.Context(), unknown, noon.Add(time.Minute))
	require.ErrorIs(t, err, ErrToken)
	require.Equal(t, 2, shelf.reads)
}

func TestThePublicKeysVerifyATokenWithoutUs(t *testing.T) {
	tokens := newTokens(t, &keyShelf{})
	token, _, err := tokens.Access(t.Context(), account, session, noon)
	require.NoError(t, err)
	set, err := tokens.JWKS(t.Context())
	require.NoError(t, err)
	var body struct {
		Keys []struct{ Kty, Crv, Alg, Use, Kid, X string }
	}
	require.NoError(t, json.Unmarshal(set, &body))
	require.Len(t, body.Keys, 1)
	require.NotContains(t, string(set), `"d"`, "nothing private")
	x, err := base64.RawURLEncoding.DecodeString(body.Keys[0].X)
	require.NoError(t, err)
	at := strings.LastIndex(token, ".")
	signature, err := base64.RawURLEncoding.DecodeString(token[at+1:])
	require.NoError(t, err)
	require.True(t, ed25519.Verify(x, []byte(token[:at]), signature))
}

func TestARefreshTokenIs256RandomBitsAndKeptAsItsHash(t *testing.T) {
	tokens := newTokens(t, &keyShelf{})
	seen := map[string]bool{}
	for range 100 {
		secret, hash, err := tokens.NewRefresh()
		require.NoError(t, err)
		raw, err := base64.RawURLEncoding.DecodeString(secret)
		require.NoError(t, err)
		require.Len(t, raw, 32)
		require.Equal(t, tokens.HashRefresh(secret), hash)
		require.False(t, seen[secret])
		seen[secret] = true
	}
}

func TestASuccessorOpensWithItsPredecessorOnly(t *testing.T) {
	tokens := newTokens(t, &keyShelf{})
	sealed, err := tokens.SealSuccessor("first", "second")
	require.NoError(t, err)
	got, err := tokens.OpenSuccessor("first", sealed)
	require.NoError(t, err)
	require.Equal(t, "second", got)

	_, err = tokens.OpenSuccessor("another", sealed)
	require.Error(t, err)
	sealed[len(sealed)-1] ^= 1
	_, err = tokens.OpenSuccessor("first", sealed)
	require.Error(t, err)
	_, err = tokens.OpenSuccessor("first", nil)
	require.Error(t, err)
}
